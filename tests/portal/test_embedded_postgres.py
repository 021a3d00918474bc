"""The embedded database is a real PostgreSQL of the kind the register needs."""

import pytest
from django.db import connection


@pytest.mark.django_db
def test_the_tests_run_on_postgresql_18_with_an_ordinary_role() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int / 10000")
        assert cursor.fetchone() == (18,)
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False,)


@pytest.mark.django_db
def test_the_role_may_install_the_extension_that_exclusion_constraints_need() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
        cursor.execute("SELECT 1 FROM pg_extension WHERE extname = 'btree_gist'")
        assert cursor.fetchone() == (1,)
