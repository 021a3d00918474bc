"""Turns over the keys that sign the feed."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from registry.errors import RegistryError
from registry.feed.acts.feed_keys import rotate_feed_key


class Command(BaseCommand):
    """`python manage.py rotate_feed_key [--at-once]`."""

    help = (
        "Has the key that was announced sign the feed from now on, announces a new one and "
        "forgets the one that signed. Where there are no keys yet, makes the first two. Prints "
        "the certificates in PEM, for followers to pin: first the one that signs."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the options."""
        parser.add_argument(
            "--at-once",
            action="store_true",
            help="also when the next key has only just been announced, as when the present one "
            "is known to others; a follower that was not connected since must be pinned anew",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Turn the keys over and print both certificates."""
        try:
            keys = rotate_feed_key(at=timezone.now(), at_once=options["at_once"])
        except RegistryError as refusal:
            raise CommandError(refusal.says) from refusal
        self.stderr.write(f"{keys.signing.fingerprint} signs from now on.")
        self.stderr.write(f"{keys.announced.fingerprint} is announced as the next.")
        self.stdout.write(keys.signing.pem, ending="")
        self.stdout.write(keys.announced.pem, ending="")
