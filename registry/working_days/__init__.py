"""Working Days: which days are off, by whom, and when a time limit ends."""
