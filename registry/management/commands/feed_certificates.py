"""Prints the certificates of the keys that sign the feed."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from registry.gateways.feed_signing_key import FeedKeyError, feed_keys


class Command(BaseCommand):
    """`python manage.py feed_certificates`."""

    help = (
        "Prints the certificates that a follower is to pin, in PEM: first the one whose key "
        "signs the feed, then the one that is announced as the next."
    )

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Print them."""
        try:
            keys = feed_keys().current(at=timezone.now())
        except FeedKeyError as fault:
            raise CommandError(f"{fault}.") from fault
        self.stderr.write(f"{keys.signing.fingerprint} signs.")
        self.stderr.write(f"{keys.announced.fingerprint} is announced as the next.")
        self.stdout.write(keys.signing.pem, ending="")
        self.stdout.write(keys.announced.pem, ending="")
