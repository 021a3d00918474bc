"""The runtime checker: whether a signed message may be processed, and why not."""
