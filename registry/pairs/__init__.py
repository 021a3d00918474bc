"""What two persons do together: proposing, confirming and ending it (docs/decisions/0088)."""
