"""Which certificate each User ID signs with, and who cannot send."""
