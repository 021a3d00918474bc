"""A deployment: behind a TLS proxy, on a PostgreSQL and a broker of its own."""

import os
from pathlib import Path

from portal.settings import environment
from portal.settings.base import *

DEBUG = False
DEMONSTRATION = False

SECRET_KEY = environment.required_secret(
    "SECRET_KEY", "at least 50 random characters that sign the sessions", least=50
)
ALLOWED_HOSTS = environment.required_hosts(
    "ALLOWED_HOSTS", "the host names people use, separated by commas"
)
PORTAL_ADDRESS = os.environ.get("PORTAL_ADDRESS") or f"https://{ALLOWED_HOSTS[0]}"
REGISTRATION_TEAM_TELEPHONE = environment.required(
    "REGISTRATION_TEAM_TELEPHONE", "the telephone number of the DCC's registration team"
)
REGISTRATION_TEAM_EMAIL = environment.required(
    "REGISTRATION_TEAM_EMAIL", "the e-mail address of the DCC's registration team"
)
REGISTRATION_TEAM_HOURS = environment.required(
    "REGISTRATION_TEAM_HOURS", "when the DCC's registration team answers, in words"
)
STAFF_EMAIL = os.environ.get("STAFF_EMAIL") or REGISTRATION_TEAM_EMAIL
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL") or REGISTRATION_TEAM_EMAIL
EMAIL_HOST = os.environ.get("EMAIL_HOST") or "localhost"
EMAIL_PORT = environment.integer("EMAIL_PORT", default=25, least=1)
EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = environment.flag("EMAIL_USE_TLS", default=False)
EMAIL_USE_SSL = environment.flag("EMAIL_USE_SSL", default=False)
DATABASE_URL = environment.required("DATABASE_URL", "the address of PostgreSQL 15 or later")
DATABASES = {
    "default": environment.database(
        DATABASE_URL,
        statement_timeout=environment.integer("DATABASE_STATEMENT_TIMEOUT", default=30_000),
    ),
}
CELERY_BROKER_URL = environment.required_broker(
    "CELERY_BROKER_URL", "the address of the queue: redis://…, rediss://… or amqps://…"
)

CELERY_BROKER_TRANSPORT_OPTIONS = environment.broker_options(CELERY_BROKER_URL)

CSRF_TRUSTED_ORIGINS = environment.words("CSRF_TRUSTED_ORIGINS")
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SECURE_SSL_REDIRECT = True
# The probes come from inside, without TLS.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^readyz/checks$"]
SECURE_HSTS_SECONDS = environment.integer("SECURE_HSTS_SECONDS", default=365 * 24 * 60 * 60)
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
# On the browsers' own lists a whole domain stays for years: for its owner to say, not for us.
SECURE_HSTS_PRELOAD = environment.flag("SECURE_HSTS_PRELOAD", default=False)
SILENCED_SYSTEM_CHECKS = ["security.W021"]
# Only for a proxy that always sets or removes this header itself.
if environment.flag("BEHIND_TLS_PROXY", default=True):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    TAKEN_FROM_PROXY |= {"HTTP_X_FORWARDED_PROTO"}
# Only for a proxy that always adds the address it saw. Without it everybody has the proxy's, so
# that five wrong passwords lock a name for all.
if environment.flag("PROXY_ADDS_FORWARDED_FOR", default=False):
    AXES_CLIENT_IP_CALLABLE = "portal.asker.address_behind_proxy"
    TAKEN_FROM_PROXY |= {"HTTP_X_FORWARDED_FOR"}

SNAPSHOT_REFUSED_AFTER = environment.integer(
    "SNAPSHOT_REFUSED_AFTER", default=SNAPSHOT_REFUSED_AFTER, least=SNAPSHOT_STALE_AFTER
)
WORKING_DAY_LIMITS = environment.working_days("WORKING_DAY_LIMITS")
OBSERVATIONS_SYNC = environment.flag("OBSERVATIONS_SYNC", default=False)

# Nodes that each made keys of their own would contradict each other, so an operator makes them.
FEED_KEYS_ARE_MADE = environment.flag("FEED_KEYS_ARE_MADE", default=False)
FEED_CHANGES_KEPT_FOR = environment.integer(
    "FEED_CHANGES_KEPT_FOR", default=FEED_CHANGES_KEPT_FOR, least=60
)
OUTBOX_DONE_KEPT_DAYS = environment.integer(
    "OUTBOX_DONE_KEPT_DAYS", default=OUTBOX_DONE_KEPT_DAYS, least=1
)
JOBS_KEPT_DAYS = environment.integer("JOBS_KEPT_DAYS", default=JOBS_KEPT_DAYS, least=1)
FEED_MOST_HELD = environment.integer("FEED_MOST_HELD", default=FEED_MOST_HELD)

# Filled by `manage.py collectstatic` when the release is built.
STATIC_ROOT = Path(os.environ.get("STATIC_ROOT") or BASE_DIR / "portal" / "static" / "collected")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
