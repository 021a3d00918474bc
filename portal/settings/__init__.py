"""Settings: `base` for all, one overlay for each way to run."""
