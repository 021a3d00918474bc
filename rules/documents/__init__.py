"""What an uploaded document really is, and what speaks against keeping it."""
