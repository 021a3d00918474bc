"""Reads settings from environment variables, with a clear word where one is missing or wrong."""

import os

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

from rules.time_limits import limits_set

_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off", ""})
_LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
_BROKERS = frozenset({"redis", "rediss", "sentinel", "amqp", "amqps"})
_ONLY_WHERE_ASKED = 1 << 30
"""Times that a statement is sent before the driver prepares it by itself. Without any number a
statement that asks to be prepared is not; so there is one, which is never reached."""


def required(name: str, meaning: str) -> str:
    """Return the variable's text.

    Raises:
        ImproperlyConfigured: when it is not set or empty; says what it is for.
    """
    value = os.environ.get(name, "").strip()
    if not value:
        raise ImproperlyConfigured(f"{name} is not set. It is {meaning}.")
    return value


def required_secret(name: str, meaning: str, *, least: int) -> str:
    """Return the variable's text, which has at least so many characters.

    Raises:
        ImproperlyConfigured: when it is not set or shorter; never says what it is.
    """
    value = required(name, meaning)
    if len(value) < least:
        raise ImproperlyConfigured(
            f"{name} has {len(value)} characters. Write at least {least}, made at random."
        )
    return value


def required_words(name: str, meaning: str) -> list[str]:
    """Return the variable's comma-separated parts, of which there is one at least.

    Raises:
        ImproperlyConfigured: when there is none; says what they are for.
    """
    found = words(name)
    if not found:
        raise ImproperlyConfigured(f"{name} is not set. It is {meaning}.")
    return found


def required_hosts(name: str, meaning: str) -> list[str]:
    """Return the variable's comma-separated host names, of which there is one at least.

    Raises:
        ImproperlyConfigured: when there is none, or one stands for every host: an address made
            of whatever host was asked for leads people elsewhere.
    """
    found = required_words(name, meaning)
    if any(host.strip(".") in {"", "*"} for host in found):
        raise ImproperlyConfigured(f"{name} stands for every host. Name those that people use.")
    return found


def flag(name: str, *, default: bool) -> bool:
    """Return the variable as a yes or no.

    Raises:
        ImproperlyConfigured: when it is neither.
    """
    value = os.environ.get(name)
    if value is None:
        return default
    word = value.strip().lower()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise ImproperlyConfigured(f"{name} is `{value}`. Write 1 or 0.")


def integer(name: str, *, default: int, least: int = 0) -> int:
    """Return the variable as a whole number of at least `least`.

    Raises:
        ImproperlyConfigured: when it is not one.
    """
    value = os.environ.get(name)
    if value is None:
        return default
    if not value.strip().isascii() or not value.strip().isdigit() or int(value) < least:
        raise ImproperlyConfigured(f"{name} is `{value}`. Write a whole number from {least}.")
    return int(value)


def working_days(name: str) -> dict[str, int]:
    """Return the variable's time limits, such as `document-owed=2,nomination=10`, by their names.

    Raises:
        ImproperlyConfigured: when one is not a limit, is named twice or has a number of Working
            Days that it cannot have.
    """
    given: dict[str, int] = {}
    for part in words(name):
        limit, _, days = (piece.strip() for piece in part.partition("="))
        if not days.isascii() or not days.isdigit() or limit in given:
            raise ImproperlyConfigured(
                f"{name} has `{part}`. Write each limit once, as `nomination=10`."
            )
        given[limit] = int(days)
    try:
        limits_set(given)
    except ValueError as fault:
        raise ImproperlyConfigured(f"{name} is not right: {fault}.") from fault
    return given


def log_level(name: str) -> str:
    """Return the variable as a level of Python's logging, `INFO` where it is not set or empty.

    Raises:
        ImproperlyConfigured: when it is none.
    """
    value = os.environ.get(name, "").strip() or "INFO"
    if value.upper() not in _LOG_LEVELS:
        raise ImproperlyConfigured(f"{name} is `{value}`. Write one of {', '.join(_LOG_LEVELS)}.")
    return value.upper()


def required_broker(name: str, meaning: str) -> str:
    """Return the variable's text, the address of a queue that Celery's workers can use.

    Raises:
        ImproperlyConfigured: when it is not set, or the address of something else.
    """
    url = required(name, meaning)
    kind, separator, _ = url.partition("://")
    if kind.partition("+")[0] not in _BROKERS or not separator:
        # Not the address itself: it may have a password.
        raise ImproperlyConfigured(f"{name} is no address of a queue. It is {meaning}.")
    return url


def words(name: str) -> list[str]:
    """Return the variable's comma-separated parts, without empty ones."""
    return [part.strip() for part in os.environ.get(name, "").split(",") if part.strip()]


def database(url: str, *, statement_timeout: int) -> dict[str, object]:
    """Return Django's description of the PostgreSQL database at `url`.

    Args:
        url: `postgresql://user:password@host:port/name`; a Unix socket's folder is the
            percent-encoded host.
        statement_timeout: milliseconds after which the server gives up one statement.

    Raises:
        ImproperlyConfigured: when it is not the address of a PostgreSQL database.
    """
    try:
        described = dict(dj_database_url.parse(url))
    except ValueError as error:
        raise ImproperlyConfigured(f"DATABASE_URL cannot be read: {error}") from error
    if described.get("ENGINE") != "django.db.backends.postgresql":
        raise ImproperlyConfigured(
            "DATABASE_URL names another kind of database. Only PostgreSQL holds the register's "
            "rules (exclusion, row locks that skip, triggers): use postgresql://…"
        )
    options = described.setdefault("OPTIONS", {})
    if not isinstance(options, dict):
        raise ImproperlyConfigured("DATABASE_URL has options that cannot be read.")
    options.setdefault("connect_timeout", 5)
    # A lock that is not had in five seconds is a fault to be seen, not a page that hangs.
    options.setdefault(
        "options",
        f"-c lock_timeout=5000 -c statement_timeout={statement_timeout} "
        "-c idle_in_transaction_session_timeout=60000",
    )
    options.setdefault("prepare_threshold", _ONLY_WHERE_ASKED)
    return {
        **described,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
    }


def broker_options(url: str) -> dict[str, object]:
    """Return what Celery's transport for this broker needs, so that a lost one holds up nobody."""
    # Without these a publisher tries to connect for ever.
    once = {"max_retries": 1, "interval_start": 0, "interval_step": 0.1, "interval_max": 0.1}
    if not url.startswith(("redis", "rediss", "sentinel")):
        return {**once}
    return {
        **once,
        # Longer than the longest task, or it would be delivered twice; the transport looks for
        # messages to deliver again only every interval x throttle seconds.
        "visibility_timeout": 300,
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
        "socket_connect_timeout": 1.0,
        # More than the second that a worker waits for the next message.
        "socket_timeout": 2.0,
    }
