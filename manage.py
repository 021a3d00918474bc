#!/usr/bin/env python
"""Runs Django's commands and ours."""

import os
import sys


def main() -> None:
    """Run the command that the arguments name."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.development")
    try:
        from django.core.management import execute_from_command_line
    except ImportError:
        sys.exit("Django is not installed here: run `make run` first, or use .venv/bin/python.")
    from django.conf import settings
    from django.db import OperationalError

    try:
        execute_from_command_line(sys.argv)
    except OperationalError:
        if settings.DATABASE_URL:
            raise
        sys.exit("no database: start `make run` or set DATABASE_URL")


if __name__ == "__main__":
    main()
