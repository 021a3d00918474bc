"""Vectors of a request's strict DER, its structure and its version."""

from functools import partial

from rules.certificates import der_writing as der
from rules.certificates.requests import REQUEST_RULES
from tests.rules.certificates import builders as b
from tests.rules.certificates.vector_of_form import (
    _CONSTRUCTED_UNIT,
    _EXPLICIT_FALSE,
    _UNSORTED,
    GOOD,
    SOLR,
    _indefinite,
    _long_length,
    _long_tag,
    before_kind,
    ber,
    unread,
)
from tests.rules.certificates.vectors import Vector

DER = [
    ber(
        "der-indefinite-length",
        name="a request without a stated length",
        submission=_indefinite(GOOD),
        says="no stated length",
    ),
    ber(
        "der-length-not-minimal",
        name="a length in too many octets",
        submission=_long_length(GOOD),
        says="too many bytes",
    ),
    ber(
        "der-trailing-data",
        name="a line feed after the request",
        submission=GOOD + b"\n",
        says="is followed by something else: a line feed follows after its end; send it without.",
    ),
    ber(
        "der-trailing-data",
        name="one octet after the request",
        submission=GOOD + b"\x01",
        says="1 byte follows",
    ),
    ber(
        "der-tag-not-minimal",
        name="a tag in too many octets",
        submission=b.request(
            attrs=b.attributes(b.extension_request(), _long_tag(b"\x7f\x80\x20"))
        ),
        says="a tag is written in too many bytes",
    ),
    ber(
        "der-trailing-data",
        name="octets after the request",
        submission=GOOD + b"\x00\x01",
        says="2 bytes follow",
    ),
    ber(
        "der-length-not-minimal",
        name="two faults, both told at once",
        submission=_long_length(GOOD) + b"\x00\x01",
        says="2 bytes follow",
    ),
    ber(
        "der-value-not-canonical",
        name="a BOOLEAN that is 01",
        submission=b.request(
            attrs=b.attributes(b.extension_request(b.key_usage().replace(b"\xff", b"\x01")))
        ),
        says="neither 00 nor FF",
    ),
    ber(
        "der-set-order",
        name="attributes that are not in order",
        submission=b.request(attrs=_UNSORTED),
        says="not in order",
    ),
    Vector(
        name="critical FALSE written out",
        facts=partial(
            b.facts, b.request(attrs=b.attributes(b.extension_request(_EXPLICIT_FALSE)))
        ),
        failed={
            "APPM-F-der": "der-value-not-canonical",
            "APPM-F-key-usage-critical": "key-usage-not-critical",
        },
        not_applicable=SOLR,
        says="critical FALSE",
    ),
    Vector(
        name="a string in pieces",
        facts=partial(
            b.facts, b.request(subject=b.name(b.common_name(), _CONSTRUCTED_UNIT, b.identifier()))
        ),
        failed={
            "APPM-F-der": "der-constructed-string",
            "APPM-F-subject-type": "subject-string-type",
        },
        not_applicable=SOLR,
        not_checked=frozenset(
            {
                "APPM-F-organizational-unit",
                "MP104-1-key-usage",
                "APPM-2.3.1-role",
                "MP104-MPID-syntax",
                "MP104-MPID-exclusive",
                "MP104-MPID-word",
                "MP104-MPID-recorded",
            }
        ),
        says="cut into pieces",
    ),
    *(
        before_kind(unread("APPM-F-der", reason, name=name, submission=submission, says=says))
        for reason, name, submission, says in (
            ("der-truncated", "a request that is cut off", GOOD[:-30], "only"),
            ("der-truncated", "a request cut in a length", b"\x30\x82\x01", "middle of a length"),
            (
                "der-too-complex",
                "a thousand nested sequences",
                b"\x30\x80" * 1000 + b"\xff",
                "nested too deeply",
            ),
            (
                "der-unreadable",
                "a tag that does not belong",
                b"\x30\x02\x00\x00",
                "not a tag that belongs here",
            ),
        )
    ),
]

_NO_ATTRIBUTES = frozenset(
    {
        "APPM-F-extension-request",
        "APPM-F-extensions",
        "APPM-F-key-usage",
        "APPM-F-key-usage-critical",
        "MP104-1-key-usage",
    }
)

STRUCTURE = [
    Vector(
        name="no attributes field",
        facts=partial(b.facts, b.request(attrs=b"")),
        failed={"APPM-F-structure": "structure-unexpected"},
        not_applicable=SOLR,
        not_checked=_NO_ATTRIBUTES,
        says="attributes field",
    ),
    Vector(
        name="an attribute that is no sequence of type and values",
        facts=partial(b.facts, b.request(attrs=b.attributes(der.integer(5)))),
        failed={"APPM-F-structure": "structure-unexpected"},
        not_applicable=SOLR,
        not_checked=_NO_ATTRIBUTES,
        says="attribute",
    ),
    Vector(
        name="a subject that is no name",
        facts=partial(b.facts, b.request(subject=der.sequence(der.utf8_string("87")))),
        failed={"APPM-F-structure": "structure-unexpected"},
        not_checked=frozenset(
            rule.id
            for rule in REQUEST_RULES
            if rule.id.startswith(("APPM-F-subject", "MP104-MPID"))
        )
        | SOLR
        | {
            "APPM-F-organizational-unit",
            "APPM-F-unique-identifier",
            "APPM-F-common-name",
            "MP104-1-key-usage",
            "APPM-2.3.1-user-id",
            "APPM-2.3.1-role",
        },
        says="the subject is missing",
    ),
    Vector(
        name="a version that is no number",
        facts=partial(b.facts, b.request(version=der.integer(1 << 80))),
        failed={"APPM-F-structure": "structure-unexpected"},
        not_applicable=SOLR,
        not_checked=frozenset({"APPM-F-version"}),
        says="the version is missing",
    ),
]

VERSION = [
    Vector(
        name="version 1",
        facts=partial(b.facts, b.request(version=der.integer(1))),
        failed={"APPM-F-version": "request-version"},
        not_applicable=SOLR,
        says="The version is 1",
    ),
]
