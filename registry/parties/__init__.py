"""Parties and what is theirs: MPIDs, and the holds on them."""
