"""API clients: machines with a bearer token and scopes."""
