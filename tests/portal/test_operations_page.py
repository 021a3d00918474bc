"""What docs/operations.md says of settings, limits and commands is so."""

import re
from contextlib import suppress
from dataclasses import fields
from datetime import timedelta
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands

from portal import web_server
from portal.api.reported import DAYS_BACK
from portal.api.reports import MOST_ENTRIES
from portal.serving import worker
from portal.serving.arrival import LONGEST_HEAD, PIECE
from portal.serving.wire import PIECE_WITHIN
from portal.settings.environment import database
from registry.feed.reads import snapshot as snapshot_selector
from registry.gateways import pdf_child, pdf_examination
from registry.lanes import LANES
from registry.notices.acts.ceased import MOST_OF_NOBODY
from registry.observations.acts.observations import MOST_UNPROVEN, MOST_UNPROVEN_OF_A_CLIENT
from registry.passing.acts.keeping import MOST as MOST_KEPT, MOST_OCTETS
from registry.passing.reads.kept import KEPT_FOR
from registry.people.acts.known_devices import LIFETIME, MOST
from registry.people.acts.password_tries import RECORDED
from registry.people.acts.people import TRIES
from rules.alerts.alert_rules import AlertReason
from rules.certificates.reading import MAX_SUBMISSION
from rules.documents.images import MOST_PIXELS
from rules.documents.word import MOST_UNPACKED
from rules.messages import complexity
from rules.messages.reading import DEFAULT_SIZE_LIMIT
from rules.register.snapshot import Snapshot
from rules.service_requests.reason_codes import CheckReason

TEXT = (Path(settings.BASE_DIR) / "docs" / "operations.md").read_text("utf-8")
KIB, MIB = 2**10, 2**20
A_BEAT = settings.CELERY_BEAT_SCHEDULE


def table(heading: str) -> dict[str, tuple[str, ...]]:
    """Return the rows of the table under a heading, by their first cell."""
    section = TEXT.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    rows = [
        tuple(cell.strip() for cell in line.strip("|").split(" | "))
        for line in section.splitlines()
        if line.startswith("| ")
    ]
    return {cells[0]: cells[1:] for cells in rows[1:]}


def minutes_kept() -> float:
    """Return for how long what passes is there at most: until the sweep after its time is over."""
    return KEPT_FOR.total_seconds() / 60 + A_BEAT["forget-passed"]["schedule"] / 60


def between_sweeps() -> float:
    """Return the seconds between two sweeps, which are those of every lane."""
    (seconds,) = {A_BEAT[f"drain-outbox-{kind}"]["schedule"] for kind in LANES}
    return float(seconds)


LIMITS = table("Limits")
SETTINGS = table("Settings")


def test_the_settings_are_the_variables_that_production_reads() -> None:
    folder = Path(settings.BASE_DIR) / "portal" / "settings"
    read = {
        name
        for overlay in ("base.py", "production.py")
        for name in re.findall(
            r"(?:environ\.get|environment\.\w+)\(\s*\"([A-Z_]+)\"", (folder / overlay).read_text()
        )
    }
    named = {name.strip("`") for name in SETTINGS}
    assert named == read | {"DJANGO_SETTINGS_MODULE"}


@pytest.mark.parametrize(
    ("variable", "says"),
    [
        ("DATABASE_STATEMENT_TIMEOUT", "milliseconds; 30000 unless said"),
        ("FEED_CHANGES_KEPT_FOR", f"{settings.FEED_CHANGES_KEPT_FOR} (7 days) unless said"),
        ("JOBS_KEPT_DAYS", f"{settings.JOBS_KEPT_DAYS} unless said"),
        ("SNAPSHOT_REFUSED_AFTER", f"{settings.SNAPSHOT_REFUSED_AFTER} (4 hours) unless said"),
        ("OUTBOX_DONE_KEPT_DAYS", f"{settings.OUTBOX_DONE_KEPT_DAYS} unless said"),
        ("FEED_MOST_HELD", f"{settings.FEED_MOST_HELD} unless said"),
    ],
)
def test_what_a_variable_is_unless_said(variable: str, says: str) -> None:
    assert says in SETTINGS[f"`{variable}`"][0]


def options_of_the_database() -> str:
    described = database("postgresql://portal@localhost/portal", statement_timeout=30_000)
    options = described["OPTIONS"]
    assert isinstance(options, dict)
    return str(options["options"])


def test_the_limits_are_those_of_the_code() -> None:
    hidden = complexity._OCTETS_FOR_A_TAG, complexity._OCTETS_FOR_AN_ATTRIBUTE  # noqa: SLF001
    expected = {
        "a certificate signing request as pasted or uploaded": f"{MAX_SUBMISSION // KIB} KiB",
        "one message to decide": f"{settings.MESSAGE_SIZE_LIMIT // MIB} MiB, before parsing",
        "tags in it": f"{complexity.MAX_TAGS:,}, or one in {hidden[0]} octets where that is more",
        "attributes in it": (
            f"{complexity.MAX_ATTRIBUTES:,}, or one in {hidden[1]} octets where that is more"
        ),
        "declarations of namespaces in it": f"{complexity.MAX_DECLARATIONS:,}",
        "one batch of messages as lines": f"{settings.BATCH_SIZE_LIMIT // MIB} MiB",
        "the body of one HTTP request, uploads too": (
            f"{settings.DATA_UPLOAD_MAX_MEMORY_SIZE // MIB} MiB"
        ),
        "the head of a request": (
            f"{worker.HEAD_WITHIN:.0f} s and {LONGEST_HEAD // KIB} KiB, then 408 or 431"
        ),
        f"each {PIECE // KIB} KiB of a body, and of an answer that waits to be taken": (
            f"{PIECE_WITHIN:.0f} s"
        ),
        "connections of one web process": (
            f"{web_server.worker_connections}; "
            "then the one that has been waited for longest is closed"
        ),
        "requests that one web process has in memory": (
            f"{worker.MOST_HELD // MIB} MiB; then the largest unfinished one is closed"
        ),
        "waiting for a lock in the database": "5 s, then the act fails as a whole",
        "one statement": "30 s",
        "age of the register in memory, for SolrContingency; staff are alarmed from then on": (
            f"{settings.SNAPSHOT_STALE_AFTER} s"
        ),
        "age of the register in memory, for all else": (
            f"{settings.SNAPSHOT_REFUSED_AFTER // 3600} h"
        ),
        "wrong passwords for one name from one address": (
            f"{settings.AXES_FAILURE_LIMIT}, then {settings.AXES_COOLOFF_TIME * 60:.0f} minutes"
        ),
        "a browser that a person signed in with stays known": (
            f"{LIFETIME.days} days after the last time, {MOST} for each person; "
            "strangers cannot lock the person out there"
        ),
        "wrong passwords from one address that the evidence has one by one": (
            f"{RECORDED} in a row"
        ),
        "wrong one-time codes in a row": (
            f"{TRIES}, then a wait of {2 ** (TRIES - 1)} s, doubling with each"
        ),
        "what a person sent to be checked is kept for that person": (
            f"{minutes_kept():.0f} min; {MOST_KEPT} things or {MOST_OCTETS // MIB} MiB"
        ),
        "a document that is filed": (
            f"{settings.DOCUMENT_SIZE_LIMIT // MIB} MiB; a Word document unpacks to "
            f"{MOST_UNPACKED // MIB} MiB at most, an image has {MOST_PIXELS // 10**6} million "
            "pixels at most"
        ),
        "to look into a PDF": (
            f"{pdf_child.MOST_MEMORY // MIB} MiB and {pdf_child.MOST_SECONDS} s of the processor, "
            f"{pdf_examination.LONGEST} s in all, in a process of its own"
        ),
        "between two sweeps that clear documents whose time is over": (
            f"{A_BEAT['clear-documents']['schedule'] / 60:.0f} min"
        ),
        "a session": f"{settings.SESSION_COOKIE_AGE // 3600} h, or until the browser is closed",
        "between two counts of the decisions": f"{A_BEAT['fold-observations']['schedule']:.0f} s",
        "certificates that unproven messages name, counted one by one": (
            f"{MOST_UNPROVEN:,} rows a day"
        ),
        "of these, certificates that the reports of one client name": (
            f"{MOST_UNPROVEN_OF_A_CLIENT:,} rows a day"
        ),
        "ceased messages of nobody, kept one by one": f"{MOST_OF_NOBODY:,} in 24 h",
        "one report of decisions made elsewhere": (
            f"{MOST_ENTRIES:,} entries, up to {DAYS_BACK} days back"
        ),
        "between two sweeps of the outbox": f"{between_sweeps():.0f} s",
        **{
            f"outbox, {lane.called.lower()}": (
                f"held for {seconds(lane.lease)} s; tried again after "
                f"{seconds(lane.first_wait)} s, doubling, at most "
                f"{seconds(lane.longest_wait) // 60} min; given up after {lane.tries:,} tries"
            )
            for lane in LANES.values()
        },
        "what the outbox has done is kept": f"{settings.OUTBOX_DONE_KEPT_DAYS} days",
    }
    assert {what: cells[0] for what, cells in LIMITS.items()} == expected
    assert "lock_timeout=5000 -c statement_timeout=30000 " in options_of_the_database()
    # What decides without our settings, as a follower elsewhere does, has the same limit.
    assert settings.MESSAGE_SIZE_LIMIT == DEFAULT_SIZE_LIMIT


def seconds(period: timedelta) -> int:
    return int(period.total_seconds())


def test_where_a_limit_is_set_is_a_place_that_is_there() -> None:
    for _, where in LIMITS.values():
        for name in re.findall(r"`((?:rules|registry|portal)\.[\w.]+)`", where):
            assert is_there(name), name
        for name in re.findall(r"settings? `([A-Z_]+)", where):
            assert [each for each in dir(settings) if each.startswith(name)], name


def is_there(name: str) -> bool:
    """Tell whether a dotted name is that of a module, or of a thing in one."""
    with suppress(ModuleNotFoundError):  # which find_spec raises below what is no package
        if find_spec(name) is not None:
            return True
    module, _, last = name.rpartition(".")
    return hasattr(import_module(module), last)


def test_every_module_and_function_that_the_page_names_is_there() -> None:
    # Beside them the page names findings of `manage.py check`, such as `portal.E004`.
    named = set(re.findall(r"`(?!portal\.E\d+`)((?:rules|registry|portal)(?:\.\w+)+)`", TEXT))
    assert "registry.arrangements.acts.arrangements.set_all_alerts" in named
    assert [name for name in sorted(named) if not is_there(name)] == []


def test_what_cannot_be_recorded_is_what_the_register_does_not_read() -> None:
    """Once the snapshot takes one of them from a table, the page must say how it gets there."""
    arranged = {"instructions", "thresholds", "resource_providers"}
    reading = (snapshot_selector._READ_WHOLE, snapshot_selector._READ_BY_KEY)  # noqa: SLF001
    read = {member for each in reading for member, _ in each.values()}
    assert arranged <= {each.name for each in fields(Snapshot)}
    assert not arranged & read
    assert "cannot be recorded at all" in TEXT
    for reason in (CheckReason.SOLR_INSTRUCTION_NOT_LIVE, AlertReason.NO_RESOURCE_PROVIDER):
        assert f"`{reason}`" in TEXT


def test_every_command_on_the_page_is_real() -> None:
    assert set(re.findall(r"manage\.py (\w+)", TEXT)) <= set(get_commands())
