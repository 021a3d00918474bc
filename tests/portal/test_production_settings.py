"""Each line of the production settings that protects, as it must be: weakened, a test fails."""

import json
import subprocess
import sys

import pytest
from django.test import Client

from tests.portal.test_settings import PROJECT, WHOLE, check_deployment

_DUMP = """
import json, django
django.setup()
from django.conf import settings
print(json.dumps({name: getattr(settings, name) for name in dir(settings) if name.isupper()},
                 default=lambda of: sorted(of) if isinstance(of, frozenset) else str(of)))
"""


def settings_of(**environment: str) -> dict:
    done = subprocess.run(
        [sys.executable, "-c", _DUMP],
        cwd=PROJECT,
        env={**WHOLE, "DJANGO_SETTINGS_MODULE": "portal.settings.production", **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def production() -> dict:
    return settings_of()


@pytest.fixture(scope="module")
def otherwise() -> dict:
    """Return the settings where every switch is turned to what it is not unless said."""
    return settings_of(
        BEHIND_TLS_PROXY="0",
        PROXY_ADDS_FORWARDED_FOR="1",
        SECURE_HSTS_PRELOAD="1",
        CSRF_TRUSTED_ORIGINS="https://a.example",
    )


PROTECTS = {
    "DEBUG": False,
    "DEMONSTRATION": False,
    "SECRET_KEY": WHOLE["SECRET_KEY"],
    "SECRET_KEY_FALLBACKS": [],
    "ALLOWED_HOSTS": ["registration.example"],
    "USE_X_FORWARDED_HOST": False,
    "USE_X_FORWARDED_PORT": False,
    "TAKEN_FROM_PROXY": ["HTTP_X_FORWARDED_PROTO"],
    "SECURE_PROXY_SSL_HEADER": ["HTTP_X_FORWARDED_PROTO", "https"],
    "AXES_CLIENT_IP_CALLABLE": None,
    "SECURE_SSL_REDIRECT": True,
    "SECURE_SSL_HOST": None,
    "SECURE_REDIRECT_EXEMPT": ["^healthz$", "^readyz$", "^readyz/checks$"],
    "SECURE_HSTS_SECONDS": 31_536_000,
    "SECURE_HSTS_INCLUDE_SUBDOMAINS": True,
    "SECURE_HSTS_PRELOAD": False,
    "SILENCED_SYSTEM_CHECKS": ["security.W021"],
    "SECURE_CONTENT_TYPE_NOSNIFF": True,
    "SECURE_CROSS_ORIGIN_OPENER_POLICY": "same-origin",
    "SECURE_REFERRER_POLICY": "same-origin",
    "X_FRAME_OPTIONS": "DENY",
    "CONTENT_SECURITY_POLICY_REPORT_ONLY": None,
    "SESSION_COOKIE_SECURE": True,
    "SESSION_COOKIE_HTTPONLY": True,
    "SESSION_COOKIE_SAMESITE": "Lax",
    "SESSION_COOKIE_DOMAIN": None,
    "SESSION_COOKIE_AGE": 28_800,
    "SESSION_EXPIRE_AT_BROWSER_CLOSE": True,
    "SESSION_ENGINE": "django.contrib.sessions.backends.db",
    "SESSION_SERIALIZER": "django.contrib.sessions.serializers.JSONSerializer",
    "CSRF_COOKIE_SECURE": True,
    "CSRF_COOKIE_HTTPONLY": True,
    "CSRF_COOKIE_SAMESITE": "Lax",
    "CSRF_COOKIE_DOMAIN": None,
    "CSRF_TRUSTED_ORIGINS": [],
    "AUTHENTICATION_BACKENDS": [
        "axes.backends.AxesStandaloneBackend",
        "django.contrib.auth.backends.ModelBackend",
    ],
    "PASSWORD_HASHERS": [
        "django.contrib.auth.hashers.Argon2PasswordHasher",
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    ],
    "AXES_ENABLED": True,
    "AXES_HANDLER": "registry.people.acts.password_tries.PasswordTriesHandler",
    "AXES_FAILURE_LIMIT": 5,
    "AXES_COOLOFF_TIME": 0.25,
    "OTP_TOTP_SYNC": False,
    "DATA_UPLOAD_MAX_MEMORY_SIZE": 24 * 1024 * 1024,
    "FILE_UPLOAD_MAX_MEMORY_SIZE": 24 * 1024 * 1024,
    "DATA_UPLOAD_MAX_NUMBER_FIELDS": 1000,
    "DATA_UPLOAD_MAX_NUMBER_FILES": 10,
    "FILE_UPLOAD_HANDLERS": ["django.core.files.uploadhandler.MemoryFileUploadHandler"],
    "FEED_KEYS_ARE_MADE": False,
    "MIDDLEWARE": [
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
        "portal.gate.GateMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
        "axes.middleware.AxesMiddleware",
    ],
}


@pytest.mark.parametrize("name", PROTECTS)
def test_a_line_that_protects_is_as_it_must_be(production, name) -> None:
    assert production.get(name) == PROTECTS[name]


def test_a_password_must_be_long_not_common_and_not_like_its_person(production) -> None:
    validators = production["AUTH_PASSWORD_VALIDATORS"]
    assert {one["NAME"].rpartition(".")[2] for one in validators} == {
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
    }
    assert [one["OPTIONS"] for one in validators if "OPTIONS" in one] == [{"min_length": 12}]


def test_the_api_opens_to_nobody_unless_a_view_says_so(production) -> None:
    rest = production["REST_FRAMEWORK"]
    assert rest["DEFAULT_AUTHENTICATION_CLASSES"] == []
    assert rest["DEFAULT_PERMISSION_CLASSES"] == ["rest_framework.permissions.IsAuthenticated"]
    assert rest["DEFAULT_RENDERER_CLASSES"] == ["rest_framework.renderers.JSONRenderer"]


def test_the_database_gives_up_what_waits(production) -> None:
    options = production["DATABASES"]["default"]["OPTIONS"]
    assert options["connect_timeout"] == 5
    for limit in (
        "lock_timeout=5000",
        "statement_timeout=30000",
        "idle_in_transaction_session_timeout=60000",
    ):
        assert limit in options["options"]


def test_pages_may_load_nothing_but_what_is_ours(production) -> None:
    rules = production["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]
    assert rules.pop("script-src")[0] == "'self'"
    for name in ("default-src", "base-uri", "frame-ancestors"):
        assert rules.pop(name) == ["'none'"]
    assert set(rules) == {"style-src", "img-src", "font-src", "connect-src", "form-action"}
    assert all(sources == ["'self'"] for sources in rules.values())


def test_no_proxy_is_believed_where_there_is_none(otherwise) -> None:
    assert otherwise["SECURE_PROXY_SSL_HEADER"] is None
    assert otherwise["TAKEN_FROM_PROXY"] == ["HTTP_X_FORWARDED_FOR"]
    assert otherwise["AXES_CLIENT_IP_CALLABLE"] == "portal.asker.address_behind_proxy"
    assert otherwise["SECURE_HSTS_PRELOAD"] is True
    assert otherwise["CSRF_TRUSTED_ORIGINS"] == ["https://a.example"]


@pytest.mark.parametrize("hosts", ["*", "registration.example,*", ".", "*."])
def test_a_host_that_stands_for_every_host_is_refused(hosts) -> None:
    checked = check_deployment(WHOLE | {"ALLOWED_HOSTS": hosts})
    assert checked.returncode != 0
    assert checked.stderr.splitlines()[-1].endswith(
        "ALLOWED_HOSTS stands for every host. Name those that people use."
    )


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/sign-in", "/nothing", "/healthz", "/api/v1/checks"])
def test_every_answer_forbids_the_browser_what_no_page_uses(address) -> None:
    policy = Client().get(address).headers["Permissions-Policy"]
    for feature in ("camera=()", "microphone=()", "geolocation=()", "payment=()", "usb=()"):
        assert feature in policy.split(", ")
