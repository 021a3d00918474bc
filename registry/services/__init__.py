"""Writes: one function for each thing a person or the system does."""
