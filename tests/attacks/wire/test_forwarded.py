"""Of what proxies tell about a request only what the settings take is believed, by name."""

import http.client
import re
import socket
from pathlib import Path

import pytest

from portal.intake import _HEADERS, KnownHeaders
from rules.duties import PersonRole
from tests.factories import a_person
from tests.faults.webs import a_web

PROJECT = Path(__file__).resolve().parent.parent.parent.parent

TOLD = [
    "CF-Connecting-IP",
    "Client-IP",
    "Fastly-Client-IP",
    "Forwarded",
    "Front-End-Https",
    "Proxy",
    "Script-Name",
    "True-Client-IP",
    "Via",
    "X-Client-IP",
    "X-Cluster-Client-IP",
    "X-Forwarded-For",
    "X-Forwarded-Host",
    "X-Forwarded-Port",
    "X-Forwarded-Prefix",
    "X-Forwarded-Proto",
    "X-Forwarded-Scheme",
    "X-Forwarded-Server",
    "X-Forwarded-Ssl",
    "X-Host",
    "X-HTTP-Method-Override",
    "X-Original-Host",
    "X-Original-URL",
    "X-Real-IP",
    "X-Rewrite-URL",
    "X-Scheme",
    "X-Script-Name",
    "X-Url-Scheme",
]


def wsgi(name: str) -> str:
    return "HTTP_" + name.upper().replace("-", "_")


def passed_on(environ: dict[str, str]) -> dict[str, str]:
    seen: dict[str, str] = {}
    KnownHeaders(lambda got, _: seen.update(got) or [])(dict(environ), lambda *_: None)
    return seen


def test_nothing_that_a_proxy_tells_is_passed_on_unless_it_is_taken() -> None:
    sent = {wsgi(name): "x" for name in TOLD}
    seen = passed_on({**sent, "HTTP_HOST": "here", "HTTP_COOKIE": "a=b", "SCRIPT_URL": "/x"})
    assert seen == {"HTTP_HOST": "here", "HTTP_COOKIE": "a=b", "SCRIPT_NAME": ""}


def test_what_the_settings_take_is_passed_on(settings) -> None:
    settings.TAKEN_FROM_PROXY = frozenset({"HTTP_X_FORWARDED_PROTO"})
    seen = passed_on({wsgi(name): "x" for name in TOLD})
    assert set(seen) == {"HTTP_X_FORWARDED_PROTO", "SCRIPT_NAME"}


def test_every_header_that_our_code_reads_by_name_is_known() -> None:
    read: set[str] = set()
    for path in (PROJECT / "portal").rglob("*.py"):
        found = re.findall(r'request\.headers\.get\("([A-Za-z-]+)"', path.read_text())
        read |= {wsgi(name) for name in found}
    assert len(read) > 4
    assert read - _HEADERS <= {"HTTP_X_FORWARDED_FOR", "HTTP_CONTENT_TYPE"}


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
def test_no_header_of_whatever_spelling_moves_the_portal(database_url, tmp_path) -> None:
    """Over a real socket, from the machine that a web server trusts most."""
    told = [
        *TOLD,
        "SCRIPT_NAME",
        "PATH_INFO",
        "X_Forwarded_Host",
        "X_FORWARDED_FOR",
        "Script_Name",
    ]
    with a_web(a_person(PersonRole.OFFICER), database=database_url, folder=tmp_path) as web:
        for name in told:
            for value in ("/elsewhere", "https", "attacker.example"):
                connection = http.client.HTTPConnection("localhost", timeout=60)
                connection.sock = socket.socket(socket.AF_UNIX)
                connection.sock.connect(str(web.socket))
                connection.request("GET", "/requests", headers={name: value})
                answer = connection.getresponse()
                answer.read()
                connection.close()
                assert answer.status == 302, name
                assert answer.headers["Location"] == "/sign-in?next=%2Frequests", name
        log = (tmp_path / "web.log").read_text()
    assert "/requests" in log
    assert "attacker.example" not in log
