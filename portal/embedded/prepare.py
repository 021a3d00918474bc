"""Brings the database up to date, in one process for speed: migrations, then the data.

`python -m portal.embedded.prepare FILE` writes to FILE how the demonstration people sign in.
Where there is no such database as DATABASE_URL names, it says so in one line, its last, and ends
with `NO_DATABASE`.
"""

import os
import sys
from pathlib import Path

import django
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import OperationalError

from portal.embedded.errors import NO_DATABASE


def main(sign_ins: Path) -> None:
    """Migrate, load the reference and the demonstration data, and write the sign-ins."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.development")
    django.setup()
    call_command("migrate", interactive=False, verbosity=1)
    call_command("load_reference_data")
    call_command("load_days_off")
    call_command("load_demonstration")
    with sign_ins.open("w", encoding="utf-8") as stream:
        sign_ins.chmod(0o600)
        call_command("demonstration_sign_ins", stdout=stream)


def _say_in_one_line(sign_ins: Path) -> int:
    try:
        main(sign_ins)
    except ImproperlyConfigured as fault:
        sys.stderr.write(f"{fault}\n")
        return NO_DATABASE
    except OperationalError as fault:
        # Needs the settings, which are there by now.
        from registry.management.database import is_unreachable, unreachable  # noqa: PLC0415

        if not is_unreachable(fault):
            raise
        sys.stderr.write(f"{unreachable(fault)}\n")
        return NO_DATABASE
    return 0


if __name__ == "__main__":
    sys.exit(_say_in_one_line(Path(sys.argv[1])))
