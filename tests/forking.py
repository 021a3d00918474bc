"""Forks the tests' process, so that something can be killed in it."""

import os

from django.db import connections


def fork() -> int:
    """Fork, with no database connection shared; return the child's process id, 0 in the child.

    A copy of an open connection would say goodbye in its parent's name. `close_all` is not enough:
    while the browser's event loop runs, it is shown the connections of that loop alone, and the
    child, in which no loop runs, those from before.
    """
    connections.close_all()
    child = os.fork()
    if child == 0:
        for connection in connections.all(initialized_only=True):
            # Not closed, since it is the parent's; psycopg leaves it alone in another process.
            connection.connection = None
    return child
