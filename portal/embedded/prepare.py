"""Brings the database up to date, in one process for speed: migrations, then the data.

`python -m portal.embedded.prepare FILE` writes to FILE how the demonstration people sign in.
"""

import os
import sys
from pathlib import Path

import django
from django.core.management import call_command


def main(sign_ins: Path) -> None:
    """Migrate, load the reference and the demonstration data, and write the sign-ins."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.development")
    django.setup()
    call_command("migrate", interactive=False, verbosity=1)
    call_command("load_reference_data")
    call_command("load_demonstration")
    with sign_ins.open("w", encoding="utf-8") as stream:
        sign_ins.chmod(0o600)
        call_command("demonstration_sign_ins", stdout=stream)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
