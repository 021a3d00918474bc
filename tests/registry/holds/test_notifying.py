"""Whoever listens is told of a new version at its commit, and of nothing that was undone."""

import psycopg
import pytest
from django.db import connection, transaction

from tests.factories import a_party

pytestmark = pytest.mark.django_db(transaction=True)


def test_whoever_listens_is_told_of_the_version_at_its_commit(database_url) -> None:
    with psycopg.connect(database_url, autocommit=True) as listener:
        listener.execute("LISTEN registry_snapshot")
        with transaction.atomic():
            a_party("Undone")
            transaction.set_rollback(True)
        a_party("Kept")
        # Undone ones are told of never; so the first to come is that of the one kept.
        (told,) = listener.notifies(timeout=30, stop_after=1)
    with connection.cursor() as cursor:
        cursor.execute("SELECT version::text FROM registry_snapshotversion")
        assert cursor.fetchone() == (told.payload,)
