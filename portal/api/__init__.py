"""The REST API for machines, `/api/v1/`. Closed by default: each call names its scope."""
