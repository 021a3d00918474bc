"""Every attack on a message by way of the API and of the page: decided, with the same reason.

The register here is another one than that of the attacks, which holds nobody's certificate: what
would be told by whose key it is, is told by its certificate being unknown.
"""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from rules.messages.refusals import MessageReason
from tests.attacks.messages.attacks_reading import READING_ATTACKS
from tests.attacks.messages.test_attacks import ATTACKS
from tests.attacks.stored import counts, grown
from tests.portal.pages.conftest import a_side

pytestmark = pytest.mark.slow

SMALL = 1_000_000


def expected(reason: str) -> str:
    return reason if reason in set(MessageReason) else "certificate-unknown"


def test_the_api_ceases_each_for_its_reason_in_both_of_its_forms(engine) -> None:
    before = counts()
    number = 0
    for name, (message, reason) in ATTACKS.items():
        if len(message) > SMALL:
            continue
        raw = engine.check_xml(message, ("generation", "SMETS1"), ("purpose", "diagnosis"))
        wrapped = engine.check(message, generation="SMETS1")
        for answer in (raw, wrapped):
            number += 1
            assert answer.status_code == 200, name
            assert answer.json()["decision"] == "cease", name
            assert answer.json()["would_be_reason"] == expected(reason), name
    assert number > 600
    assert grown(before) == {}


@pytest.mark.django_db(transaction=True)
def test_the_page_says_of_each_what_is_wrong(signed_in) -> None:
    browser = signed_in(a_side("Northwind Energy").aro)
    before = counts()
    for name, (message, reason) in READING_ATTACKS.items():
        if len(message) > SMALL:
            continue
        answer = browser.post(
            "/messages/check",
            {"file": SimpleUploadedFile("message.xml", message), "generation": "SMETS2+"},
            follow=True,
        )
        page = answer.content.decode()
        assert answer.status_code == 200, name
        assert re.search(rf"\b{expected(reason)}\b", page), name
        assert "Cease" in page, name
    # What is kept for the person alone, for half an hour.
    assert set(grown(before)) <= {"registry_passingthing"}
