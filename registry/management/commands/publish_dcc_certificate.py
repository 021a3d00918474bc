"""Publishes a certificate with which the DCC signs communications to Users, or ends that."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from registry.certificates.acts.dcc_certificates import (
    end_dcc_certificate,
    publish_dcc_certificate,
)
from registry.errors import RegistryError
from rules.findings import RefusedError
from rules.responses.kinds import SigningPurpose
from rules.service_requests.questions import read_moment


class Command(BaseCommand):
    """`python manage.py publish_dcc_certificate SERIAL --issuer NAME --purpose PURPOSE`."""

    help = (
        "Publishes a certificate of the DCC as that of its Transform or Access Control Broker key "
        "(DUIS 3.3.2, 3.3.3), from now or from another moment, also one that has passed, for one "
        "that the DCC published before it was recorded here; with --end, ends that, now or later. "
        "Several may be published at a time, so that keys can roll. Times are RFC 3339."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the options."""
        parser.add_argument("serial", metavar="SERIAL", help="its serial number, in decimal")
        parser.add_argument("--issuer", required=True, help="its issuer, such as CN=Z1,OU=07")
        asked = parser.add_mutually_exclusive_group(required=True)
        asked.add_argument(
            "--purpose", choices=[purpose.value for purpose in SigningPurpose], help="its purpose"
        )
        asked.add_argument("--end", action="store_true", help="publish it no longer")
        parser.add_argument("--from", dest="moment", help="from when, or with --end until when")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Publish or end, and say what is so now."""
        named = {"issuer": options["issuer"], "serial": options["serial"], "at": timezone.now()}
        try:
            moment = None if options["moment"] is None else read_moment(options["moment"])
            if options["end"]:
                row = end_dcc_certificate(**named, valid_until=moment)
            else:
                purpose = SigningPurpose(options["purpose"])
                row = publish_dcc_certificate(**named, purpose=purpose, valid_from=moment)
        except ValueError as fault:
            raise CommandError(f"--from {fault}") from fault
        except RegistryError as refusal:
            raise CommandError(refusal.says) from refusal
        except RefusedError as refusal:
            says = " ".join(finding.says for finding in refusal.report.blocking)
            raise CommandError(says) from refusal
        until = "" if row.valid_until is None else f" until {row.valid_until.isoformat()}"
        self.stdout.write(
            f"{row.purpose}: {row.certificate} from {row.valid_from.isoformat()}{until}, "
            f"recorded at {(row.ended_at or row.published_at).isoformat()}"
        )
