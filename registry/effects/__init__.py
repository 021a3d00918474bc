"""Outward effects as staff see them: what waits in which lane, what failed, what was given up."""
