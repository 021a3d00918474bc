"""Whose address counts, with and without proxies of ours."""

import pytest
from django.test import RequestFactory, override_settings

from portal.client_address import client_address


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "203.0.113.7", "192.0.2.1"),
        (1, "203.0.113.7", "203.0.113.7"),
        (1, "10.9.9.9, 203.0.113.7", "203.0.113.7"),
        (2, "10.9.9.9, 203.0.113.7, 192.0.2.2", "203.0.113.7"),
        (2, "203.0.113.7", "192.0.2.1"),
        (1, "", "192.0.2.1"),
    ],
)
def test_only_what_our_own_proxies_saw_counts(proxies: int, forwarded: str, expected: str) -> None:
    request = RequestFactory().get("/", headers={"X-Forwarded-For": forwarded})
    request.META["REMOTE_ADDR"] = "192.0.2.1"
    with override_settings(TRUSTED_PROXIES=proxies):
        assert client_address(request) == expected
