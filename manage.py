#!/usr/bin/env python3
"""Runs Django's commands and ours."""

import os
import sys
from pathlib import Path

ENVIRONMENT = Path(__file__).resolve().parent / ".venv"


def main() -> None:
    """Run the command that the arguments name."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.development")
    try:
        from django.core.management import execute_from_command_line
    except ImportError:
        python = ENVIRONMENT / "bin" / "python"
        if Path(sys.prefix) == ENVIRONMENT or not python.exists():
            sys.exit("there is no environment yet: start `make run` first")
        # Typed with the machine's own Python: the project's has what is needed.
        os.execv(python, [str(python), *sys.argv])  # noqa: S606 - no shell
    from django.db import OperationalError

    try:
        execute_from_command_line(sys.argv)
    except OperationalError as fault:
        from registry.management.database import is_unreachable, unreachable

        if not is_unreachable(fault):
            raise
        sys.exit(unreachable(fault))


if __name__ == "__main__":
    main()
