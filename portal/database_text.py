"""Whether the database does what this release says that it does (`registry.database`)."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, Tags, register

from registry.database.differing import differences
from registry.database.loading import is_migrated

_is_about_to_be_loaded: ContextVar[bool] = ContextVar("is_about_to_be_loaded", default=False)


@contextmanager
def about_to_be_loaded() -> Iterator[None]:
    """Let a database that differs pass: the command that is checked is the one that loads."""
    token = _is_about_to_be_loaded.set(True)
    try:
        yield
    finally:
        _is_about_to_be_loaded.reset(token)


@register(Tags.database)
def the_database_is_as_declared(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **_: Any
) -> Iterable[CheckMessage]:
    """Refuse functions and triggers that are missing, differ or are switched off.

    A database that lacks a migration is refused for that, by whatever needs it.
    """
    del app_configs
    if _is_about_to_be_loaded.get():
        return []
    return [
        Error(
            f"in the database `{alias}`, {difference}",
            hint="Run `manage.py migrate`, which loads what this release declares; find out who"
            " changed it where no release did.",
            id="portal.E006",
        )
        for alias in databases or ()
        if is_migrated(using=alias)
        for difference in differences(using=alias)
    ]
