"""What people are still working on: kept for half an hour, for each person alone."""
