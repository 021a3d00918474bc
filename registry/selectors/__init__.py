"""Reads for pages and the API: they change nothing."""
