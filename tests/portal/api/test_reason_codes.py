"""Every reason code is listed once, by the API as by the page, with words that stand alone."""

import pytest
from django.test import Client

from portal.reason_list import areas, found_reasons, listed_reasons
from rules.catalogue import CATALOGUE_VERSION, reason_codes
from rules.service_requests.reasons import REASONS
from tests.portal.api.conftest import of_shape


def listed(query=""):
    answer = Client().get(f"/api/v1/reasons{query}")
    assert answer.status_code == 200
    of_shape(answer.json(), "ReasonCodes")
    return answer.json()


def test_every_code_of_the_rules_is_listed_once() -> None:
    answer = listed()
    codes = [reason["code"] for reason in answer["reasons"]]
    known = [*map(str, REASONS), *(entry.reason for entry in reason_codes())]
    assert codes == known
    assert len(set(codes)) == len(codes)
    assert answer["catalogue"] == CATALOGUE_VERSION


def test_words_stand_without_a_case() -> None:
    for one in listed_reasons():
        for words in (one.means, one.do):
            assert words.endswith("."), one
            assert words[0].isupper(), one
            assert "{" not in words, one


def test_the_list_is_narrowed_down_by_area_and_by_words() -> None:
    of_responses = listed("?area=response")["reasons"]
    assert {reason["area"] for reason in of_responses} == {"response"}
    found = listed("?text=TRANSFORM+signed&area=response")["reasons"]
    assert [reason["code"] for reason in found] == [
        reason["code"]
        for reason in of_responses
        if "transform" in str(reason).lower() and "signed" in str(reason).lower()
    ]
    assert "response-not-signed-by-transform" in {reason["code"] for reason in found}
    assert listed("?text=no-such-code-at-all")["reasons"] == []
    assert found_reasons(text="transform", area="message") == tuple(
        one for one in found_reasons(area="message") if "transform" in str(one).lower()
    )


def test_what_says_what_to_do_is_said_where_the_rule_has_it() -> None:
    missing = next(one for one in listed_reasons() if one.code == "signature-missing")
    assert missing.do == "Sign the message as DUIS 3.3 describes."
    assert missing.cites == "DUIS 3.3"
    assert missing.duis_code == "E100"


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("area=other", "field-malformed"),
        ("words=a", "field-unknown"),
        ("text=a&text=b", "field-repeated"),
    ],
)
def test_a_query_that_cannot_be_read_is_told_by_its_field(query, code) -> None:
    answer = Client().get(f"/api/v1/reasons?{query}")
    assert answer.status_code == 400
    assert [error["code"] for error in answer.json()["errors"]] == [code]


def test_every_area_has_reasons() -> None:
    for area, title in areas():
        assert title
        assert found_reasons(area=area)
