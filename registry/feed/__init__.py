"""The register as decisions rest on it: held in memory, and given to followers."""
