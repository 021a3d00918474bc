"""Reads: they change nothing."""
