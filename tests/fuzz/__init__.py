"""Fuzzes each parser of `rules`: `make fuzz`."""
