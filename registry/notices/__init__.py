"""Messages that ceased, and whom to tell."""
