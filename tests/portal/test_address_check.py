"""The links in mail lead to this portal: any other address is refused at the start."""

import pytest

from portal.address_check import links_in_mail_lead_here


@pytest.mark.parametrize(
    "address",
    ["https://registration.example", "https://registration.example:8443", "https://a.dcc.example"],
)
def test_an_encrypted_address_of_one_of_our_hosts_is_taken(settings, address: str) -> None:
    settings.ALLOWED_HOSTS = ["registration.example", ".dcc.example"]
    settings.DEMONSTRATION = False
    settings.PORTAL_ADDRESS = address
    assert links_in_mail_lead_here(None) == []


@pytest.mark.parametrize(
    "address",
    [
        "",
        "registration.example",
        "http://registration.example",
        "https://elsewhere.example",
        "https://registration.example/",
        "https://registration.example/portal",
        "https://registration.example?a=b",
        "https://somebody@registration.example",
        "https://registration.example@elsewhere.example",
        "https://registration.example:port",
        "https://.dcc.example",
        "https://[::1",
    ],
)
def test_what_leads_elsewhere_or_is_not_encrypted_is_refused(settings, address: str) -> None:
    settings.ALLOWED_HOSTS = ["registration.example", ".dcc.example"]
    settings.DEMONSTRATION = False
    settings.PORTAL_ADDRESS = address
    (told,) = links_in_mail_lead_here(None)
    assert (told.id, told.msg) == ("portal.E009", f"PORTAL_ADDRESS is `{address}`")


def test_a_demonstration_on_one_machine_needs_no_encryption(settings) -> None:
    settings.PORTAL_ADDRESS = "http://127.0.0.1:8000"
    assert links_in_mail_lead_here(None) == []
