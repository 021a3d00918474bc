"""The subject of a request: which attributes, in which order, of which types and values.

A commonName that is longer than the longest in any DCC certificate seen (16 characters) passes
with a word of advice, since a list of four MPIDs is longer already; the limit is RFC 5280's 64.
Appendix B's own limit could not be read.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from rules.certificates.facts import RequestFacts
from rules.certificates.profiles import ORGANISATION
from rules.certificates.request_rules.unread import unread, unread_eui64, unread_role
from rules.certificates.structures import (
    ATTRIBUTE_NAMES,
    COMMON_NAME,
    ORGANIZATIONAL_UNIT,
    UNIQUE_IDENTIFIER,
    NameAttribute,
)
from rules.findings import Value
from rules.roles import REMOTE_PARTY_ROLES
from rules.rule import Outcome, Rule, failed_for, failed_in, fault, not_applicable, passed
from rules.sentences import Clock, Told, by
from rules.words import abridged, listed, quoted

_TEXTS: Final = (COMMON_NAME, ORGANIZATIONAL_UNIT)
_CODE: Final = re.compile(r"[0-9A-F]{2}", re.ASCII)
_SHOWN: Final = 6
"""Attributes shown in one sentence; of more the rest are counted."""
_BY_NAME: Final = "by-name"
_IN_DECIMAL: Final = "in-decimal"
_UNKNOWN: Final = "unknown"
_NOT_A_CODE: Final = (
    "The organizationalUnitName {unit} is not a Remote Party Role code, which is two hexadecimal "
    "characters; "
)
_SAYS_NOT_A_CODE: Final = {
    _BY_NAME: _NOT_A_CODE + "the code of {role} is {code}.",
    _IN_DECIMAL: _NOT_A_CODE + "{number} is {role} in decimal, so write {code}.",
    _UNKNOWN: _NOT_A_CODE + "write 87 for xmlSign or 02 for supplier, for example.",
}
_KNOWN_ROLES: Final = listed(
    [f"{role.code} ({role.name})" for role in REMOTE_PARTY_ROLES.values()]
)
_EUI64_CONTENT: Final = 1 + ORGANISATION.eui64_bits // 8


def _attributes(facts: RequestFacts) -> Outcome:
    subject = facts.reading.subject
    if subject is None:
        return unread(facts.reading, "subject")
    present = [attribute.oid for attribute in subject.attributes]
    faults = []
    if unknown := [a for a in subject.attributes if a.oid not in ORGANISATION.subject_order]:
        each = abridged([f"{a.label} ({quoted(a.shown)})" for a in unknown], at_most=_SHOWN)
        faults.append(fault("subject-attribute-not-allowed", attributes=each))
    if missing := [o for o in ORGANISATION.subject_required if o not in present]:
        faults.append(fault("subject-attribute-missing", attributes=_names(missing)))
    if repeated := [o for o in ORGANISATION.subject_order if present.count(o) > 1]:
        faults.append(fault("subject-attribute-repeated", attributes=_names(repeated)))
    if faults:
        return failed_in(faults)
    return passed(f"The subject has {listed(_names(present))}.")


def _names(oids: Iterable[str]) -> tuple[str, ...]:
    return abridged([ATTRIBUTE_NAMES[oid] for oid in oids])


def _says_not_allowed(values: Mapping[str, Any], _clock: Clock) -> str:
    which = "them" if len(values["attributes"]) > 1 else "it"
    return (
        f"The subject contains {listed(values['attributes'])}, which an Organisation Certificate "
        f"does not have; leave {which} out."
    )


def _says_missing(values: Mapping[str, Any], _clock: Clock) -> str:
    names = values["attributes"]
    how = (
        " The x500UniqueIdentifier is the EUI-64 as a BIT STRING; `openssl req` cannot write "
        "one, but the `make_csr` command of this software can."
        if ATTRIBUTE_NAMES[UNIQUE_IDENTIFIER] in names
        else ""
    )
    which = "them" if len(names) > 1 else "it"
    return f"The subject has no {listed(names, last='or')}; add {which}.{how}"


def _says_repeated(values: Mapping[str, Any], _clock: Clock) -> str:
    which = "each" if len(values["attributes"]) > 1 else "it"
    return f"The subject has more than one {listed(values['attributes'])}; write {which} once."


def _order(facts: RequestFacts) -> Outcome:
    subject = facts.reading.subject
    if subject is None:
        return unread(facts.reading, "subject")
    order = ORGANISATION.subject_order
    # Inside one part DER sets the order, so only the parts' order counts.
    places = [
        place
        for rdn in subject.rdns
        for place in sorted(order.index(a.oid) for a in rdn if a.oid in order)
    ]
    if places != sorted(places):
        found, wanted = (
            _names(order[place] for place in each) for each in (places, sorted(places))
        )
        return failed_for("subject-order", found=found, wanted=wanted)
    return passed("The subject's attributes are in the right order.")


def _one_per_rdn(facts: RequestFacts) -> Outcome:
    subject = facts.reading.subject
    if subject is None:
        return unread(facts.reading, "subject")
    crowded = [rdn for rdn in subject.rdns if len(rdn) > 1]
    if crowded:
        together = abridged([attribute.label for attribute in crowded[0]])
        return failed_for("subject-multi-valued", attributes=together)
    return passed("Each part of the subject has one attribute.")


def _string_types(facts: RequestFacts) -> Outcome:
    subject = facts.reading.subject
    if subject is None:
        return unread(facts.reading, "subject")
    wrong = [a for a in subject.attributes if a.oid in _TEXTS and a.string_type != "UTF8String"]
    if wrong:
        each = [f"{a.label} {quoted(a.shown)} is a {a.string_type}" for a in wrong]
        return failed_for("subject-string-type", texts=abridged(each, at_most=_SHOWN))
    return passed("The texts in the subject are UTF8Strings.")


def _organizational_unit(facts: RequestFacts) -> Outcome:
    unit = facts.reading.organizational_unit
    if unit is None:
        return unread_role(facts.reading)
    role = REMOTE_PARTY_ROLES.get(unit)
    if role is not None:
        return passed(f"The organizationalUnitName {unit} is the Remote Party Role {role.name}.")
    if unit.upper() in REMOTE_PARTY_ROLES:
        return failed_for("ou-lower-case", unit=quoted(unit), upper=quoted(unit.upper()))
    if not _CODE.fullmatch(unit.upper()):
        return failed_for(
            "ou-not-two-hexadecimal-characters", unit=quoted(unit), **_likely_role(unit)
        )
    return failed_for("ou-role-unknown", unit=quoted(unit))


def _likely_role(unit: str) -> dict[str, Value]:
    """Return what somebody may have meant who wrote a role otherwise than by its code."""
    for role in REMOTE_PARTY_ROLES.values():
        if unit.lower() == role.name.lower():
            return {"written": _BY_NAME, "role": role.name, "code": role.code}
        if unit == str(int(role.code, 16)):
            return {"written": _IN_DECIMAL, "number": unit, "role": role.name, "code": role.code}
    return {"written": _UNKNOWN}


def _unique_identifier(facts: RequestFacts) -> Outcome:
    subject = facts.reading.subject
    identifiers = subject.all_of(UNIQUE_IDENTIFIER) if subject is not None else ()
    if not identifiers:
        return unread_eui64(facts.reading)
    for identifier in identifiers:
        outcome = _identifier_fault(identifier)
        if outcome is not None:
            return outcome
    return passed(f"The x500UniqueIdentifier is the EUI-64 {facts.reading.eui64}.")


def _identifier_fault(identifier: NameAttribute) -> Outcome | None:
    if identifier.string_type != "BIT STRING":
        return failed_for(
            "eui64-not-bit-string",
            value=quoted(identifier.shown),
            string_type=identifier.string_type,
        )
    content = identifier.content
    if len(content) != _EUI64_CONTENT or content[0] != 0:
        bits = max(0, 8 * (len(content) - 1) - content[0]) if content else 0
        return failed_for("eui64-not-64-bits", bits=bits)
    return None


def _common_name(facts: RequestFacts) -> Outcome:
    subject, text = facts.reading.subject, facts.reading.common_name
    if subject is None:
        return unread(facts.reading, "subject")
    if text is None:
        if subject.all_of(COMMON_NAME):
            return unread(facts.reading, "commonName")
        return not_applicable("There is no commonName, which is optional.")
    fault = _common_name_fault(text)
    if fault is not None:
        return fault
    if len(text) > ORGANISATION.common_name_advised:
        return passed(
            f"The commonName {quoted(text)} is allowed; at {len(text)} characters it is longer "
            f"than the {ORGANISATION.common_name_advised} of any DCC certificate seen so far."
        )
    return passed(f"The commonName is {quoted(text)}.")


def _common_name_fault(text: str) -> Outcome | None:
    if not text:
        return failed_for("common-name-empty")
    faults = []
    if len(text) > ORGANISATION.common_name_longest:
        faults.append(fault("common-name-too-long", name=quoted(text), length=len(text)))
    if not text.isprintable():
        faults.append(fault("common-name-characters", name=quoted(text)))
    return failed_in(faults) if faults else None


SUBJECT_RULES: tuple[Rule[RequestFacts], ...] = (
    Rule(
        id="APPM-F-subject-attributes",
        title="The subject has exactly the attributes of an Organisation Certificate",
        cites="SEC Appendix M, Appendix F (Subject); SEC Appendix B, Annex B",
        reasons={
            "subject-attribute-not-allowed": Told(
                says=_says_not_allowed,
                do="Leave every attribute out of the subject that an Organisation Certificate "
                "does not have.",
            ),
            "subject-attribute-missing": Told(
                says=_says_missing,
                do="Write an organizationalUnitName and an x500UniqueIdentifier into the subject.",
            ),
            "subject-attribute-repeated": Told(
                says=_says_repeated,
                do="Write each attribute of the subject once.",
            ),
        },
        check=_attributes,
    ),
    Rule(
        id="APPM-F-subject-order",
        title="The subject's attributes are in the right order",
        cites="SEC Appendix M, Appendix F (Subject); as in DCC test certificates",
        reasons={
            "subject-order": Told(
                says="The subject has its attributes in the order {found:and}; write them in the "
                "order {wanted:and}.",
                do="Write the commonName first, then the organizationalUnitName, then the "
                "x500UniqueIdentifier.",
            ),
        },
        check=_order,
    ),
    Rule(
        id="APPM-F-subject-rdn",
        title="Each part of the subject has one attribute",
        cites="SEC Appendix M, Appendix F (Subject); as in DCC test certificates",
        reasons={
            "subject-multi-valued": Told(
                says="The subject has {attributes:and} together in one part (relative "
                "distinguished name); give each a part of its own.",
                do="Give each attribute of the subject a part (relative distinguished name) of "
                "its own.",
            ),
        },
        check=_one_per_rdn,
    ),
    Rule(
        id="APPM-F-subject-type",
        title="The texts in the subject are UTF8Strings",
        cites="SEC Appendix M, Appendix F (Subject); RFC 5280, 4.1.2.6",
        reasons={
            "subject-string-type": Told(
                says="The {texts:and}, and it must be a UTF8String; set your tool to write UTF-8 "
                "strings.",
                do="Set the tool to write the texts of the subject as UTF8Strings.",
            ),
        },
        check=_string_types,
    ),
    Rule(
        id="APPM-F-organizational-unit",
        title="The organizationalUnitName is a known Remote Party Role code",
        cites="SEC Appendix M, Appendix F (Organizational Unit)",
        reasons={
            "ou-lower-case": Told(
                says="The organizationalUnitName {unit} must be in upper case; write {upper}.",
                do="Write the Remote Party Role code in the organizationalUnitName in upper case.",
            ),
            "ou-not-two-hexadecimal-characters": Told(
                says=by("written", _SAYS_NOT_A_CODE),
                do="Write the Remote Party Role code as two hexadecimal characters, such as 87 "
                "for xmlSign.",
            ),
            "ou-role-unknown": Told(
                says="The organizationalUnitName {unit} is not a known Remote Party Role code; "
                f"the known ones are {_KNOWN_ROLES}.",
                do="Write a known Remote Party Role code, such as 87 for xmlSign or 02 for "
                "supplier.",
            ),
        },
        check=_organizational_unit,
    ),
    Rule(
        id="APPM-F-unique-identifier",
        title="The x500UniqueIdentifier is an EUI-64 as a BIT STRING",
        cites="SEC Appendix M, Appendix F (Unique Identifier); X.520, 6.2.8",
        reasons={
            "eui64-not-bit-string": Told(
                says="The x500UniqueIdentifier {value} is a {string_type}, and it must be a BIT "
                "STRING; `openssl req` cannot write one, but the `make_csr` command of this "
                "software can.",
                do="Write the EUI-64 as a BIT STRING, which the `make_csr` command does and "
                "`openssl req` cannot.",
            ),
            "eui64-not-64-bits": Told(
                says="The x500UniqueIdentifier has {bits} bits, and an EUI-64 has exactly "
                f"{ORGANISATION.eui64_bits}; write the 8 bytes of the User ID.",
                do="Write the 8 bytes of the User ID, and nothing else, as the "
                "x500UniqueIdentifier.",
            ),
        },
        check=_unique_identifier,
    ),
    Rule(
        id="APPM-F-common-name",
        title="The commonName, where there is one, can be read and is not too long",
        cites="SEC Appendix M, Appendix F (Common Name); RFC 5280, Appendix A.1",
        reasons={
            "common-name-empty": Told(
                says="The commonName is empty; fill it or leave it out.",
                do="Fill the commonName or leave it out.",
            ),
            "common-name-too-long": Told(
                says="The commonName {name} has {length} characters, and at most "
                f"{ORGANISATION.common_name_longest} are allowed; shorten it.",
                do=f"Shorten the commonName to {ORGANISATION.common_name_longest} characters at "
                "most.",
            ),
            "common-name-characters": Told(
                says="The commonName {name} contains a character that cannot be printed; remove "
                "it.",
                do="Take every character that cannot be printed out of the commonName.",
            ),
        },
        check=_common_name,
    ),
)
