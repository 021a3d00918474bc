"""Whose credentials a request puts in place is read from them, not from what it says of itself."""

import pytest
from lxml import etree

from rules.messages.credentials import network_operators_certificates
from tests.rules.messages.builders import DUIS
from tests.rules.messages.credentials_builders import (
    NOT_OF_ONE_ALONE,
    credential,
    update_credentials,
)

_SIGNS = credential("03")
_AGREES = credential("03", usage="keyAgreement")


def body(text: str) -> etree._Element:
    return etree.fromstring(f'<r xmlns:sr="{DUIS}">{text}</r>')[0]


@pytest.mark.parametrize(
    "text",
    [
        update_credentials(_SIGNS),
        update_credentials(_SIGNS, _AGREES),
        update_credentials(_SIGNS, _AGREES, path=credential("87")),
        update_credentials(f"\n  {_SIGNS}\n "),
        update_credentials(_SIGNS, role=" \t\r\n NetworkOperator \n"),
    ],
)
def test_credentials_of_a_network_operator_alone_are_its(text):
    assert network_operators_certificates(body(text))


@pytest.mark.parametrize(
    "text",
    [
        update_credentials(credential("02"), credential("02", usage="keyAgreement")),
        # Of another's, though the request says otherwise, wherever it is.
        update_credentials(_SIGNS, _AGREES, role="Supplier"),
        update_credentials(_SIGNS, _AGREES, role="networkoperator"),
        update_credentials(_SIGNS, _AGREES, role=""),
        update_credentials(credential("02"), _AGREES),
        update_credentials(_SIGNS, credential("02")),
        update_credentials(_SIGNS, _AGREES, credential("02")),
        update_credentials(credential("7F")),
        # Nothing, or nothing that can be read.
        update_credentials(),
        update_credentials(""),
        update_credentials("QUJD"),
        update_credentials(_SIGNS[:-8]),
        update_credentials(_SIGNS, _SIGNS[:200] + "AAAA" + _SIGNS[204:]),
        update_credentials("A" * 1_000_000),
        update_credentials(_SIGNS).replace("<sr:RemotePartyRole>", "<sr:Role>").replace(
            "</sr:RemotePartyRole>", "</sr:Role>"
        ),
        update_credentials(_SIGNS).replace("sr:ReplacementCertificates", "sr:Certificates"),
        update_credentials(*[_SIGNS] * 3).replace(
            "</sr:ReplacementCertificates>",
            f"<sr:More>{_SIGNS}</sr:More></sr:ReplacementCertificates>",
        ),
        # Of a Network Operator and, somewhere else in it, of another.
        *NOT_OF_ONE_ALONE,
    ],
)  # fmt: skip
def test_anything_else_is_not(text):
    assert network_operators_certificates(body(text)) == ()
