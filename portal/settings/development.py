"""The demonstration on one machine: `make run` starts every service it needs itself."""

import os

from portal.embedded.secrets import secret_key
from portal.embedded.state import running_services
from portal.logs import logging_config
from portal.settings import environment
from portal.settings.base import *

DEMONSTRATION = True
DEBUG = False
SECRET_KEY = secret_key(DATA_DIR)
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", *environment.words("ALLOWED_HOSTS")]

_services = running_services(DATA_DIR)
DATABASE_URL = os.environ.get("DATABASE_URL") or _services.get("DATABASE_URL", "")
CELERY_BROKER_URL = os.environ.get("CELERY_BROKER_URL") or _services.get("CELERY_BROKER_URL", "")

PORTAL_ADDRESS = (
    os.environ.get("PORTAL_ADDRESS") or _services.get("PORTAL_ADDRESS") or PORTAL_ADDRESS
)

CELERY_BROKER_TRANSPORT_OPTIONS = environment.broker_options(CELERY_BROKER_URL)

DATABASES = {
    "default": environment.database(
        # Without a database nothing that needs one works, and `manage.py` says what to do.
        DATABASE_URL or "postgresql://portal@%2Fno-database/portal",
        statement_timeout=environment.integer("DATABASE_STATEMENT_TIMEOUT", default=30_000),
    ),
}

# Nobody is sent anything; each mail is a file, and *Mail* in the portal shows it too.
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"

# Files are served where they lie, without a step that collects them.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False

LOGGING = logging_config(form="console", level=environment.log_level("LOG_LEVEL"))
