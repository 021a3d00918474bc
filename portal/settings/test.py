"""For the tests and the tools that look at the code; a database only where a test asks for one."""

import os
import tempfile
from pathlib import Path

from portal.logs import logging_config
from portal.settings import environment
from portal.settings.base import *

DEMONSTRATION = True
DEBUG = False
SECRET_KEY = "only-for-tests-" + "0" * 50
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]

# Nothing a test writes lands in anybody's data. The folder is made, and removed, by the tests.
DATA_DIR = Path(tempfile.gettempdir()) / f"ra-tests-{os.getpid()}"
OCA_DIR = DATA_DIR / "oca"
FEED_KEYS_DIR = Path(os.environ.get("FEED_KEYS_DIR") or DATA_DIR / "feed")
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "run" / "beat-schedule")

# A server that a test starts may have fewer threads than one of ours.
FEED_MOST_HELD = environment.integer("FEED_MOST_HELD", default=FEED_MOST_HELD)

DATABASE_URL = os.environ.get("DATABASE_URL", "")
# Where none is given, tests/conftest.py starts a throw-away server and fills in the host.
DATABASES = {
    "default": environment.database(
        DATABASE_URL or "postgresql://portal@%2Fno-database/portal", statement_timeout=30_000
    ),
}

# A queue inside the process: what is sent is kept and nobody works on it. Tests that want a
# worker ask for the `broker` fixture, which is a real one.
CELERY_BROKER_URL = "memory://"

# Hashing is meant to be slow; tests sign in hundreds of times and prove nothing by waiting.
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.MD5PasswordHasher",
    "django.contrib.auth.hashers.Argon2PasswordHasher",
]

WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False

LOGGING = logging_config(form="console", level="WARNING")
