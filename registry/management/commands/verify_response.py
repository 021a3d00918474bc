"""Verifies a Response signed by the DCC against the DCC's certificates in the register."""

import sys
from argparse import ArgumentParser
from typing import Any

import orjson
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils import timezone

from registry.certificates.reads.dcc_certificates import dcc_register
from registry.gateways.duis_schema import SchemaUnusableError, duis_schema
from registry.management.database import unreadable
from registry.management.files import read_given
from rules.responses.verifying import examine_response
from rules.service_requests.questions import read_moment

NOT_GOOD = 1
AT_FAULT = 2


class Command(BaseCommand):
    """`python manage.py verify_response FILE`; exit status 0 good, 1 not, 2 cannot be asked."""

    help = (
        "Verifies one DUIS Response as a User has to (DUIS 3.3.2, 3.3.3): its signature, the "
        "status of the DCC's certificate, and that the right key signed this kind of Response. "
        "Prints the answer as JSON. Exit status: 0 good, 1 not (an unreadable one too), 2 the "
        "file, the options, the DUIS schema or the database are at fault. Times are RFC 3339."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the options."""
        parser.add_argument("file", metavar="FILE", help="the Response; - is standard input")
        parser.add_argument(
            "--received-at",
            metavar="MOMENT",
            help="when it was received, as of which the certificate must stand; now if left out",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Verify and print the answer alone."""
        at = timezone.now()
        if options["received_at"] is not None:
            try:
                at = read_moment(options["received_at"])
            except ValueError as fault:
                raise CommandError(f"--received-at {fault}", returncode=AT_FAULT) from fault
        message = read_given(
            options["file"], limit=settings.MESSAGE_SIZE_LIMIT, returncode=AT_FAULT
        )
        try:
            schema = duis_schema()
            register = dcc_register()
        except SchemaUnusableError as fault:
            says = f"the DUIS schema cannot be used: {fault}"
            raise CommandError(says, returncode=AT_FAULT) from fault
        except DatabaseError as fault:
            raise CommandError(unreadable(fault), returncode=AT_FAULT) from fault
        found = examine_response(
            message,
            register,
            at=at,
            is_about_now=options["received_at"] is None,
            size_limit=settings.MESSAGE_SIZE_LIMIT,
            schema=schema,
        )
        self.stdout.write(orjson.dumps(found.as_dict(), option=orjson.OPT_INDENT_2).decode())
        if not found.is_good:
            sys.exit(NOT_GOOD)
