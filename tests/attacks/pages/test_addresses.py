"""Addresses and queries that nobody of ours makes: each is answered, and none with a fault.

Who asks changes nothing about how an address or a query is read, so where several may ask they
take turns.
"""

from itertools import cycle

import pytest
from django.test import Client

from tests.attacks.routes import page_routes, routes
from tests.attacks.stored import counts, grown

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

ODD = [
    "%00",
    "%ff",
    "%ed%a0%80",
    "0",
    "-1",
    "1e9",
    "9" * 18,
    "9" * 19,
    "9" * 30,
    "9" * 5_000,
    "CSR-%00",
    "CSR-" + "9" * 18,
    "CSR-" + "9" * 40,
    "CSR-%D9%A3",
    "%EF%BC%91",
    "..%2f..%2fetc%2fpasswd",
    "%2e%2e",
    "a" * 8_000,
    "%3Cscript%3E",
    "%0d%0aSet-Cookie:%20a=b",
    "90-B3-D5-1F-30-01-00-00%00",
    "%5c",
    "%7B0.__class__%7D",
    "';DROP%20TABLE%20x;--",
    "%F0%9F%98%80",
]

QUERIES = [
    "page=-1",
    "page=0",
    "page=abc",
    "page=9e99",
    "page=nan",
    "page=inf",
    "page=1.5",
    "page=%2B1",
    "page=%EF%BC%91",
    "page=" + "9" * 5_000,
    "page=1&page=2",
    "page=%00",
    "page[]=1",
    "page",
    *(
        f"{name}=%00"
        for name in ("state", "eui64", "serial", "role", "party", "status", "kind", "result")
    ),
    "serial=" + "f" * 60,
    "serial=" + "f" * 61,
    "serial=1_2",
    "serial=%2D%2D",
    "serial=0x",
    "eui64=%F0%9F%98%80",
    "eui64=" + "A" * 5_000,
    "subject=%25_%5C",
    "subject=%00",
    "subject=" + "x" * 5_000,
    "state=open&state=x",
    "next=%00",
    "=%ff",
    "%",
    ";",
    "&&&",
    "a=" + "b" * 100_000,
    "&".join(f"a{i}=1" for i in range(1_500)),
    "%F0%9F%98%80=%F0%9F%98%80",
]


@pytest.fixture
def browsers(north, officer, signed_in) -> list[Client]:
    return [Client(), signed_in(north.aro), signed_in(officer)]


PATTERNS = sorted({route.pattern for route in routes() if route.arguments})


def filled(pattern: str, odd: str) -> str:
    start, end = pattern.index("<"), pattern.index(">") + 1
    return f"/{pattern[:start]}{odd}{pattern[end:]}"


@pytest.mark.parametrize("pattern", PATTERNS)
def test_an_odd_address_is_not_found(pattern, browsers) -> None:
    before = counts()
    askers = cycle(browsers)
    for odd in ODD:
        for method, browser in zip(("GET", "POST", "GET", "POST"), askers, strict=False):
            status = browser.generic(method, filled(pattern, odd)).status_code
            assert status in {302, 401, 403, 404, 405}, (odd[:40], method, status)
    left = grown(before)
    assert set(left) <= {"registry_event", "registry_eventchainhead"}


@pytest.mark.parametrize("name", sorted(r.name for r in page_routes() if not r.arguments))
def test_an_odd_query_is_answered(name, browsers) -> None:
    (route,) = [route for route in page_routes() if route.name == name]
    those_let_in = [one for one in browsers if one.get(route.address({})).status_code == 200]
    before = counts()
    refused = 0
    for query, browser in zip(QUERIES, cycle(those_let_in or browsers), strict=False):
        answer = browser.get(f"{route.address({})}?{query}")
        assert answer.status_code in {200, 302, 400, 403}, (query[:40], answer.status_code)
        assert "\r" not in answer.headers.get("Location", "")
        refused += answer.status_code == 403
    # Each refusal is one event, and nothing else is left; the first makes the chain's head.
    left = grown(before)
    assert left.pop("registry_eventchainhead", 0) <= 1
    assert left == ({"registry_event": refused} if refused else {})


@pytest.mark.parametrize("path", ["/" + "a/" * 3_000, "/.", "/..", "/%00", "/\\", "/a\tb"])
def test_a_path_that_is_no_path_is_not_found(path, browsers) -> None:
    for browser in browsers:
        assert browser.get(path).status_code in {302, 404}
