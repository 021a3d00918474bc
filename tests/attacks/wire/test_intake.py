"""What no browser sends: character sets, session keys and sizes that break what reads them.

Where Django's test client stands in for the server, a request is spared the first half of what a
real one goes through; so the application is called here as a server calls it.
"""

import io
from dataclasses import dataclass
from http.cookies import SimpleCookie

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_started
from django.db import close_old_connections
from django.test import Client

from portal.intake import PlainContentType
from tests.attacks.pages.submissions import a_request
from tests.attacks.stored import counts, grown

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

APPLICATION = PlainContentType(WSGIHandler())
FORM = (
    b'--B\r\nContent-Disposition: form-data; name="email"\r\n\r\n{}\r\n'
    b'--B\r\nContent-Disposition: form-data; name="password"\r\n\r\n{}\r\n'
    b'--B\r\nContent-Disposition: form-data; name="next"\r\n\r\n{}\r\n--B--\r\n'
)


@dataclass(frozen=True)
class Answer:
    status: int
    body: str


def call(method: str, path: str, body: bytes = b"", *, kind: str = "", **headers: str) -> Answer:
    """Call the application as a web server does."""
    path, _, query = path.partition("?")
    said: list[str] = []
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "CONTENT_TYPE": kind,
        "CONTENT_LENGTH": str(len(body)),
        **{f"HTTP_{name.upper()}": value for name, value in headers.items()},
    }
    # The connection is the test's own; Django's test client keeps it open in the same way.
    request_started.disconnect(close_old_connections)
    try:
        parts = APPLICATION(environ, lambda status, _headers: said.append(status))
    finally:
        request_started.connect(close_old_connections)
    return Answer(int(said[0].split()[0]), b"".join(parts).decode())


CHARSETS = [
    "idna",
    "undefined",
    "base64",
    "zlib",
    "rot13",
    "punycode",
    "unicode_escape",
    "raw_unicode_escape",
    "utf-7",
    "utf-16",
    "utf-32",
    "cp037",
    "iso-8859-1",
    "utf-8",
    "no-such-thing",
    "",
    "x" * 5000,
    '"',
]
PARAMETERS = [
    *(f"charset={charset}" for charset in CHARSETS),
    "charset*=idna''%ff",
    "charset*=utf-8''idna",
    "boundary*=no-such-thing''x",
    "boundary*0*=idna''a; boundary*1=b",
    'charset = "idna"',
    "CHARSET=idna",
    ";;;=;",
]


@pytest.mark.parametrize("parameter", PARAMETERS)
@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "application/json", "x", ""]
)
def test_no_parameter_of_a_content_type_breaks_anything(parameter, kind) -> None:
    for path in ("/healthz", "/sign-in?next=%ff%5cud800", "/nothing?a=%ff"):
        assert call("GET", path, kind=f"{kind}; {parameter}").status in {200, 404}
    for path in ("/sign-in", "/api/v1/checks?generation=%ff"):
        answer = call("POST", path, b"email=%ff%00", kind=f"{kind}; {parameter}")
        assert answer.status in {401, 403}


@pytest.mark.parametrize("parameter", ["", *PARAMETERS])
@pytest.mark.parametrize("value", [b"plain", b"\\ud800", b"+2AA-", b"\xff\xfe\x00\xd8", b"=ED=A0"])
def test_a_form_is_utf_8_whatever_it_says(parameter, value) -> None:
    page = Client().get("/sign-in")
    token = page.cookies["csrftoken"].value
    extra = b'--B\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n'
    body = extra + token.encode() + b"\r\n" + FORM.replace(b"{}", value)
    kind = f"multipart/form-data; boundary=B; {parameter}"
    answer = call("POST", "/sign-in", body, kind=kind, cookie=f"csrftoken={token}")
    # What leaves no boundary cannot be read; all else is read, and is a wrong password.
    has_none = "boundary*" in parameter or parameter == "charset*=idna''%ff"
    assert answer.status == (400 if has_none else 422)


def test_more_fields_than_are_read_are_refused_with_a_character_set_too() -> None:
    query = "&".join(f"a{i}=1" for i in range(1500))
    for kind in ("", "text/plain; charset=utf-8", "application/json; charset=utf-8"):
        for path in ("/sign-in", "/requests", "/nothing"):
            answer = call("GET", f"{path}?{query}", kind=kind)
            assert answer.status in {200, 302, 400, 404}
        answer = call("POST", f"/api/v1/checks?{query}", b"<a/>", kind=kind)
        assert answer.status == 401


@pytest.mark.parametrize(
    "key",
    [
        '"\\000aaaaaaaaaaaa"',
        '"\\303\\355\\240\\200aaaaaaaa"',
        "a" * 32 + "\x7f",
        "A" * 32,
        "a" * 5000,
        "é" * 32,
        "'; DROP TABLE django_session;--",
        "../../../../etc/passwd",
        "",
    ],
)
@pytest.mark.parametrize("path", ["/", "/sign-in", "/nothing", "/healthz"])
def test_a_session_key_that_is_none_is_nobodys(key, path) -> None:
    client = Client()
    for method in ("GET", "POST"):
        answer = client.generic(method, path, headers={"cookie": f"sessionid={key}"})
        assert answer.status_code in {200, 302, 404, 405, 422}


def test_a_session_key_of_the_right_shape_that_is_nobodys_opens_nothing(north, signed_in) -> None:
    own = signed_in(north.aro)
    assert own.get("/").status_code == 200
    made_up = Client()
    made_up.cookies = SimpleCookie({"sessionid": "a" * 32})
    assert made_up.get("/")["Location"].startswith("/sign-in")
    spoiled = Client()
    spoiled.cookies = SimpleCookie({"sessionid": own.cookies["sessionid"].value.upper()})
    assert spoiled.get("/")["Location"].startswith("/sign-in")


def test_an_upload_of_any_size_is_limited_before_it_is_read(
    north, signed_in, settings, tmp_path
) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 300_000
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 1_000
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    browser = signed_in(north.aro)
    before = counts()
    for address in ("/requests/check", "/messages/check", "/sign-out"):
        large = SimpleUploadedFile("request.csr", b"A" * 300_000)
        answer = browser.post(address, {"file": large, "generation": "SMETS1"})
        assert answer.status_code == 400
        assert "At most 300,000 are read" in answer.content.decode()
    assert list(tmp_path.iterdir()) == []
    assert grown(before) == {}
    # Control: what is within the limit is read.
    small = SimpleUploadedFile("request.csr", a_request(north.user_id.eui64))
    assert (
        "/requests/submit"
        in browser.post("/requests/check", {"file": small}, follow=True).content.decode()
    )


def test_a_stranger_cannot_fill_the_disk(settings, tmp_path) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 300_000
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 1_000
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    stranger = Client(enforce_csrf_checks=True)
    stranger.get("/sign-in")
    large = SimpleUploadedFile("x", b"A" * 300_000)
    assert stranger.post("/sign-in", {"file": large}).status_code == 400
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("length", ["9" * 30, "9" * 5000])
def test_a_length_that_no_machine_has_is_too_large(length) -> None:
    said: list[str] = []
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/sign-in",
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(b""),
        "CONTENT_TYPE": "multipart/form-data; boundary=B",
        "CONTENT_LENGTH": length,
    }
    b"".join(APPLICATION(environ, lambda status, _headers: said.append(status)))
    assert said[0].startswith("4")
