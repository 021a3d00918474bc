"""Decides one message from a file, by the register as it is now."""

import sys
from argparse import ArgumentParser
from typing import Any

import orjson
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils import timezone

from registry.feed.reads.snapshot import load_snapshot
from registry.feed.reads.snapshot_holder import steady_seconds
from registry.gateways.duis_schema import SchemaUnusableError, duis_schema
from registry.management.database import unreadable
from registry.management.files import read_given
from rules.service_requests.checker import decide
from rules.service_requests.decision import Action
from rules.service_requests.question import Purpose
from rules.service_requests.questions import DEVICE, FIELDS, UnreadableQuestionError, read_question
from rules.service_requests.reader import SEES_EVERY_PARTY

CEASE = 1
AT_FAULT = 2

_OPTIONS = {
    # What an option is called where it is not as the API's field: once for each of a list.
    "device.registered_user_ids": "registered-user-id",
    "device.hub_import_supplier_ids": "hub-import-supplier-id",
}


class Command(BaseCommand):
    """`python manage.py check_message FILE`; exit status 0 process, 1 cease, 2 cannot be asked."""

    help = (
        "Decides one signed DUIS message by the register as it is now and prints the answer of "
        "POST /api/v1/checks as JSON. Exit status: 0 process, 1 cease (an unreadable message "
        "too), 2 the file, the options, the DUIS schema or the database are at fault. Times are "
        "RFC 3339. An option that may be repeated, given once as '', says that there is nobody."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the options: the API's fields."""
        parser.add_argument("file", metavar="FILE", help="the message; - is standard input")
        for name, field in FIELDS.items():
            parser.add_argument(
                f"--{option_of(name)}",
                dest=name,
                action="append" if field.is_list else "store",
                required=name == "generation",
                help=f"{field.says} Repeatable." if field.is_list else field.says,
            )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Decide and print the answer alone."""
        at = timezone.now()
        fields = {name: options[name] for name in FIELDS if options[name] is not None}
        try:
            question = read_question(
                read_given(
                    options["file"], limit=settings.MESSAGE_SIZE_LIMIT, returncode=AT_FAULT
                ),
                fields,
                at=at,
                purpose=Purpose.DIAGNOSIS,
            )
            schema = duis_schema()
            asked_at = steady_seconds()
            snapshot = load_snapshot()
        except UnreadableQuestionError as fault:
            says = " ".join(_as_options(f.says) for f in fault.faults)
            raise CommandError(says, returncode=AT_FAULT) from fault
        except SchemaUnusableError as fault:
            says = f"the DUIS schema cannot be used: {fault}"
            raise CommandError(says, returncode=AT_FAULT) from fault
        except DatabaseError as fault:
            raise CommandError(unreadable(fault), returncode=AT_FAULT) from fault
        decision = decide(
            question, snapshot, size_limit=settings.MESSAGE_SIZE_LIMIT, schema=schema
        )
        answer = decision.as_dict(
            checked_at=at, snapshot_age=steady_seconds() - asked_at, reader=SEES_EVERY_PARTY
        )
        self.stdout.write(orjson.dumps(answer, option=orjson.OPT_INDENT_2).decode())
        if decision.decision is Action.CEASE:
            sys.exit(CEASE)


def option_of(name: str) -> str:
    """Return what the option of a field is called: `registered-user-id`."""
    return _OPTIONS.get(name, name.removeprefix(DEVICE).replace("_", "-"))


def _as_options(says: str) -> str:
    """Return a fault in the words of the command line."""
    for name in FIELDS:
        says = says.replace(f"`{name}`", f"--{option_of(name)}")
    return says
