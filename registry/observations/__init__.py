"""Counts of the decisions that were made, wherever they were made."""
