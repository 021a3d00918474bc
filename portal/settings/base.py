"""What every way of running has in common.

Values that come from policy say so beside them; the others are ours to choose.
"""

import os
from pathlib import Path

from csp.constants import NONCE, NONE, SELF
from kombu import Queue

from portal.logs import logging_config
from portal.settings import environment
from registry.lanes import LANES

BASE_DIR = Path(__file__).resolve().parent.parent.parent

DATA_DIR = Path(os.environ.get("DATA_DIR") or BASE_DIR / ".data").resolve()
"""Where everything lives that is not in the database: the spool of decisions, the feed's keys, the
schedule's state, the development OCA and, of `make run`, the services' data and logs."""

OCA_DIR = DATA_DIR / "oca"
"""The development OCA's keys and certificates."""

CERTIFICATION_AUTHORITY = "registry.gateways.development_oca.DevelopmentOca"
"""The door to the OCA. The development one issues certificates that are worth nothing."""

DEMONSTRATION = False
"""Whether demonstration people and secrets may exist here. Never in production."""

# Of the demonstration: a number and a name that are kept free for such (Ofcom, RFC 2606).
# Production requires its own.
REGISTRATION_TEAM_TELEPHONE = "020 7946 0018"
REGISTRATION_TEAM_EMAIL = "registration@example.com"
REGISTRATION_TEAM_HOURS = "Monday to Friday, 9am to 5pm"
"""How the DCC's registration team is reached, as every page says. `portal.E005` holds their
form."""

STAFF_EMAIL = REGISTRATION_TEAM_EMAIL
"""The address for what only the DCC's staff should hear."""

PORTAL_ADDRESS = "http://localhost:8000"
"""The portal's own address, with which each link in a mail begins. It is never taken from a
request, whose host whoever sends it chooses (docs/decisions/0089)."""

DEFAULT_FROM_EMAIL = REGISTRATION_TEAM_EMAIL
"""The sender of every mail."""

EMAIL_TIMEOUT = 30
"""Seconds that a mail server may take for each step of a conversation."""

EMAIL_FILE_PATH = DATA_DIR / "mail"
"""Where the demonstration puts its mail, one file for each."""

MESSAGE_SIZE_LIMIT = 16 * 1024 * 1024
"""Octets of one message that is read at all; the limit comes before the parser. Our choice: the
largest published template is 5 kB, but an Update Firmware request carries its image, of which
10 MB take more than 13 MB in base64."""

DUIS_SCHEMA = os.environ.get("DUIS_SCHEMA", "")
"""The main file of the DCC's DUIS schema, where the operator supplies it; it is not ours to ship.
Empty: messages are held to their frame alone."""

SNAPSHOT_STALE_AFTER = 60
"""Seconds after which a checker that could not refresh its snapshot refuses to decide what is sent
as SolrContingency, and staff are alarmed (docs/decisions/0066)."""

SNAPSHOT_REFUSED_AFTER = 4 * 60 * 60
"""Seconds after which it refuses to decide anything at all. Our choice: a prepayment top-up goes
the same way as all else, and a CRL is believed for hours."""

DOCUMENT_SIZE_LIMIT = 10 * 1024 * 1024
"""Octets of one document that is filed."""

WORKING_DAY_LIMITS: dict[str, int] = {}
"""Working Days of the time limits that have another number here than `rules.time_limits` says."""

OBSERVATIONS_SYNC = False
"""Whether a decision is on the disk before it is answered, not only in the machine's memory: a
loss of power then loses no count, and every answer waits for the disk."""

# --- the feed: what followers elsewhere decide by --------------------------------------------

FEED_KEYS = "registry.gateways.feed_signing_key.FolderOfKeys"
"""The store of the keys that sign the feed."""

FEED_KEYS_DIR = Path(os.environ.get("FEED_KEYS_DIR") or DATA_DIR / "feed").resolve()
"""Where that store has them; every node of the portal shares it."""

FEED_KEYS_ARE_MADE = True
"""Whether the first keys are made when they are first asked for."""

FEED_KEY_ANNOUNCED_FOR = 24 * 60 * 60
"""Seconds for which the next key is announced before it may sign: a follower that was connected
within them knows it."""

FEED_CHANGES_KEPT_FOR = 7 * 24 * 60 * 60
"""Seconds for which it is known what changed; a follower that was away for longer takes the whole
snapshot."""

OUTBOX_DONE_KEPT_DAYS = 30
"""Days for which it is kept what the outbox has done. What must happen once is known elsewhere."""

FEED_MOST_HELD = 4
"""Requests for changes that one process holds until something changes. Each holds a thread, so
keep it well below the threads of a worker of the web server; ours has eight."""

TAKEN_FROM_PROXY: frozenset[str] = frozenset()
"""Headers, as WSGI names them, that a proxy in front sets and we believe. All others by which
proxies tell how a request came are dropped (`portal.intake.KnownHeaders`)."""

# --- applications ----------------------------------------------------------------------------

INSTALLED_APPS = [
    # First, so that a command of ours stands before Django's of the same name.
    "registry.apps.RegistryConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "axes",
    "csp",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "pgtrigger",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "portal.apps.PortalConfig",
]

MIDDLEWARE = [
    "portal.logs.RequestIdMiddleware",
    "portal.intake.IntakeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "portal.permissions_policy.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    # Closed by default: a view that does not say who may open it opens to nobody.
    "portal.gate.GateMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    # Last, so that it sees a lockout that a view raised.
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# --- language and time -----------------------------------------------------------------------

LANGUAGE_CODE = "en-gb"
USE_I18N = True
USE_TZ = True
# Moments are stored and exchanged in UTC; pages show the time of Great Britain.
TIME_ZONE = "Europe/London"

# --- people ----------------------------------------------------------------------------------

AUTH_USER_MODEL = "registry.Person"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/sign-in"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/sign-in"

SESSION_COOKIE_AGE = 8 * 60 * 60  # a working day
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"

# Five wrong passwords lock one name from one address for a quarter of an hour; the name alone
# would let a stranger lock out an officer.
AXES_HANDLER = "registry.people.acts.password_tries.PasswordTriesHandler"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
AXES_LOCKOUT_CALLABLE = "portal.views.sign_in.locked_out"

# A device whose clock drifts is set right, not followed: following widens what is accepted.
OTP_TOTP_SYNC = False
OTP_TOTP_ISSUER = "SMKI registration authority"

# --- pages -----------------------------------------------------------------------------------

# Found in `portal/static`; the compiled ones are in its folder `built`.
STATIC_URL = "/static/"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}
CSRF_FAILURE_VIEW = "portal.views.errors.csrf_failure"
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"

# One request holds at most a batch of messages: 1,000 of about 5 kB as base64 in JSON, or one
# message of MESSAGE_SIZE_LIMIT as base64.
DATA_UPLOAD_MAX_MEMORY_SIZE = 24 * 1024 * 1024

BATCH_SIZE_LIMIT = 256 * 1024 * 1024
"""Octets of a batch of messages as lines, which waits in a file while it is read."""

DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
DATA_UPLOAD_MAX_NUMBER_FILES = 10
# Never in a file: that would outlive a process that is killed, with whatever was uploaded.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = DATA_UPLOAD_MAX_MEMORY_SIZE

# --- API -------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    # Closed by default: without an authentication of its own a view answers nobody.
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "SMKI registration authority",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    # Without the one that names enumerations: several fields share their values.
    "POSTPROCESSING_HOOKS": [],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}

# --- queue -----------------------------------------------------------------------------------
# The outbox in the database is the truth; a message to the broker is only a wake-up. So a lost
# broker may neither hold up nor fail a request, and a lost message costs one sweep.

CELERY_TIMEZONE = "UTC"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_POOL = "threads"  # docs/decisions/0009
CELERY_WORKER_CONCURRENCY = 4
"""Threads of a worker, more than the lanes with a share of the workers have together
(`portal.E007`)."""
CELERY_TASK_QUEUES = tuple(
    Queue(name, routing_key=name) for name in ("celery", *(lane.queue for lane in LANES.values()))
)
"""A worker takes from each in turn, so that many wake-ups of one lane are not before another's."""
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_REDIRECT_STDOUTS = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_CONNECTION_TIMEOUT = 1.0
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BEAT_SCHEDULE = {
    **{
        f"drain-outbox-{lane.kind}": {
            "task": "registry.tasks.drain_outbox",
            "args": (lane.kind,),
            "schedule": 15.0,
            # A sweep that waited longer than a sweep is superseded by the next.
            "options": {"expires": 15.0, "queue": lane.queue},
        }
        for lane in LANES.values()
    },
    "clear-outbox": {
        "task": "registry.tasks.clear_outbox",
        "schedule": 24 * 60 * 60.0,
        "options": {"expires": 60 * 60.0},
    },
    "work-on-jobs": {
        "task": "registry.tasks.work_on_jobs",
        "schedule": 15.0,
        "options": {"expires": 15.0},
    },
    "forget-ended-jobs": {
        "task": "registry.tasks.forget_ended_jobs",
        "schedule": 60 * 60.0,
        "options": {"expires": 60 * 60.0},
    },
    "fold-observations": {
        "task": "registry.tasks.fold_observations",
        "schedule": 5.0,
        "options": {"expires": 5.0},
    },
    "forget-folded": {
        "task": "registry.tasks.forget_folded",
        "schedule": 24 * 60 * 60.0,
        "options": {"expires": 60 * 60.0},
    },
    "clear-documents": {
        "task": "registry.tasks.clear_documents",
        "schedule": 60 * 60.0,
        "options": {"expires": 60 * 60.0},
    },
    "forget-passed": {
        "task": "registry.tasks.forget_passed",
        "schedule": 60.0,
        "options": {"expires": 60.0},
    },
    "clear-old-changes": {
        "task": "registry.tasks.clear_old_changes",
        "schedule": 60 * 60.0,
        "options": {"expires": 60 * 60.0},
    },
}
JOBS_KEPT_DAYS = 90
"""Days for which a job that has ended is kept, with its report."""

CELERY_BEAT_SCHEDULER = "portal.schedule:Schedule"
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "run" / "beat-schedule")

# --- logs ------------------------------------------------------------------------------------

LOGGING_CONFIG = "logging.config.dictConfig"
LOGGING = logging_config(form="json", level=environment.log_level("LOG_LEVEL"))
