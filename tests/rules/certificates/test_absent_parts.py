"""A part that is absent is said to be absent, and only one that is there to be unreadable."""

from rules.certificates import der_writing as der
from rules.certificates.issued import check_issued
from rules.certificates.requests import check_request
from rules.findings import Verdict
from rules.roles import UserRole
from tests.rules.certificates import builders as b

NO_EUI64 = "Not checked, because the request has no EUI-64 (x500UniqueIdentifier)."
NO_ROLE = "Not checked, because the request has no Remote Party Role (organizationalUnitName)."
NO_USAGE = "Not checked, because the request does not ask for keyUsage."
NO_EXTENSIONS = "Not checked, because the request asks for no extensions."


def not_asked(submission=None, **facts):
    """Return what each rule that was not asked says, by its id."""
    return _unasked(check_request(b.facts(submission, **facts)))


def _unasked(report):
    return {
        finding.rule: finding.says
        for finding in report.findings
        if finding.verdict is Verdict.NOT_CHECKED
    }


def test_an_eui64_that_is_absent():
    says = not_asked(b.request(subject=b.name(b.unit())), sightings=(b.sighting(),))
    assert says["APPM-F-unique-identifier"] == NO_EUI64
    assert says["APPM-2.3.1-user-id"] == NO_EUI64
    assert says["MP134B-2-xmlsign"] == NO_EUI64
    assert says["MP104-KEY-purpose"] == NO_EUI64


def test_an_eui64_that_is_there_and_cannot_be_read():
    subject = b.name(b.unit(), b.identifier(der.bit_string(b"\x01\x02")))
    says = not_asked(b.request(subject=subject))
    assert says["APPM-2.3.1-user-id"] == "Not checked, because the EUI-64 could not be read."
    assert says["MP134B-2-xmlsign"] == "Not checked, because the EUI-64 could not be read."


def test_a_remote_party_role_that_is_absent():
    says = not_asked(b.request(subject=b.name(b.identifier())), sightings=(b.sighting(),))
    assert says["APPM-F-organizational-unit"] == NO_ROLE
    assert says["APPM-2.3.1-role"] == NO_ROLE
    assert says["MP104-1-key-usage"] == NO_ROLE
    assert says["MP104-KEY-open"] == NO_ROLE


def test_a_remote_party_role_that_is_absent_in_a_request_for_solr_contingency():
    user_id = b.KnownUserId(
        eui64=b.NORTHWIND,
        party_reference="NORTHWIND",
        user_roles=frozenset({UserRole.SOLR_CONTINGENCY}),
    )
    says = not_asked(b.request(subject=b.name(b.identifier())), user_id=user_id)
    assert says["MP134B-2-xmlsign"] == NO_ROLE


def test_a_remote_party_role_that_is_there_and_unknown():
    says = not_asked(b.request(subject=b.named(ou="EE")))
    unknown = "Not checked, because the organizationalUnitName is not a known Remote Party Role."
    assert says["APPM-2.3.1-role"] == unknown
    assert says["MP104-1-key-usage"] == unknown


def test_extensions_and_a_key_usage_that_are_not_asked_for():
    says = not_asked(b.request(attrs=b.attributes()))
    assert says["APPM-F-extensions"] == NO_EXTENSIONS
    assert says["APPM-F-key-usage-critical"] == NO_EXTENSIONS
    assert says["MP104-1-key-usage"] == NO_EXTENSIONS
    says = not_asked(b.request(attrs=b.attributes(b.extension_request(b.SUBJECT_ALT_NAME))))
    assert says["APPM-F-key-usage-critical"] == NO_USAGE
    assert says["MP104-1-key-usage"] == NO_USAGE


def test_a_key_usage_that_is_there_and_is_not_one():
    both = b.key_usage(bits=b"\x03\x02\x03\x88")
    says = not_asked(b.request(attrs=b.attributes(b.extension_request(both))))
    assert says["MP104-1-key-usage"] == "Not checked, because the keyUsage is not exactly one."


def test_a_key_of_another_kind():
    rsa = b.spki(b"\x00" * 8, curve=b"\x05\x00", algorithm="1.2.840.113549.1.1.1")
    says = not_asked(b.request(public_key=rsa))
    other = "Not checked, because the public key is not an elliptic-curve key on P-256."
    assert {says[rule] for rule in says if says[rule].endswith("P-256.")} == {other}
    assert "could not be read" not in " ".join(
        words for words in says.values() if "curve" in words or "point" in words
    )


def test_an_extension_that_is_absent_from_an_issued_certificate():
    names = {
        "subject_key": "subjectKeyIdentifier",
        "authority_key": "authorityKeyIdentifier",
        "policies": "certificatePolicies",
        "key_usage": "keyUsage",
    }
    for part, name in names.items():
        says = _unasked(check_issued(b.issued(b.certificate(extensions={part: None}))))
        absent = f"Not checked, because the certificate has no {name}."
        assert absent in says.values(), (name, says)
        assert not [words for words in says.values() if "could not be read" in words]


def test_none_of_it_is_said_of_a_whole_request():
    assert not [words for words in not_asked().values() if "could not be read" in words]
