"""Signed DUIS messages: octets to what they say, or the reason why they cannot be read."""
