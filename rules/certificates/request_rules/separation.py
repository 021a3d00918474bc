"""Key separation, over all certificates and requests of all time, either way round.

MP104's "XML User Role Signing Key" is a separate, dedicated key, never one used towards Devices,
and a separate one per User ID. A key may come again only in a request for the same User ID and
Remote Party Role of the same Party for which no certificate was ever issued: a Subscriber whose
request was rejected need not make a new key pair (SEC Appendix M, 2.3.1.3). Where an answer of
the certification authority could not be recorded there may be a certificate, which counts as one.
"""

from typing import Final

from rules.certificates.facts import KeySighting, RequestFacts
from rules.certificates.request_rules.unread import unread, unread_eui64, unread_role
from rules.rule import Outcome, Rule, failed_for, passed
from rules.sentences import Told, by

OWN_PARTY: Final = "own-party"
ANOTHER_PARTY: Final = "another-party"
"""Whose request or certificate had the key."""
ISSUED: Final = "issued"
POSSIBLE: Final = "possible"
NONE: Final = "none"
"""Whether there is a certificate for the key; possible where its answer was not recorded."""
_NOT_OPEN = "No other request with this key is open."


def _is_same_purpose(sighting: KeySighting, facts: RequestFacts) -> bool:
    return (
        sighting.party_reference == facts.party.reference
        and sighting.eui64 == facts.reading.eui64
        and sighting.remote_party_role == facts.reading.remote_party_role
    )


def _unasked(facts: RequestFacts, *, unseen: str) -> Outcome | None:
    """Answer where there is nothing to compare with; `unseen` are the words for a new key."""
    reading = facts.reading
    if reading.spki_sha256 is None:
        return unread(facts.reading, "public key")
    if not facts.key_sightings:
        return passed(unseen)
    if reading.eui64 is None:
        return unread_eui64(reading)
    if reading.remote_party_role is None:
        return unread_role(reading)
    return None


def _purpose(facts: RequestFacts) -> Outcome:
    unasked = _unasked(facts, unseen="The key is new: no request or certificate has had it.")
    if unasked is not None:
        return unasked
    others = [s for s in facts.key_sightings if not _is_same_purpose(s, facts)]
    if not others:
        return passed("The key has been seen for this User ID and Remote Party Role only.")
    own = next((s for s in others if s.party_reference == facts.party.reference), None)
    # Of another Party nothing is told but that the key is known.
    if own is None:
        return failed_for("key-used-for-another-purpose", used_by=ANOTHER_PARTY)
    return failed_for("key-used-for-another-purpose", used_by=OWN_PARTY, where=own.name)


def _certified(facts: RequestFacts) -> Outcome:
    unasked = _unasked(facts, unseen="No certificate was ever issued for this key.")
    if unasked is not None:
        return unasked
    for sighting in facts.key_sightings:
        if not _is_same_purpose(sighting, facts):
            continue
        if sighting.certificate_issued:
            return failed_for("key-already-certified", certificate=ISSUED, where=sighting.name)
        if sighting.answer_unrecorded:
            return failed_for("key-already-certified", certificate=POSSIBLE, where=sighting.name)
    return passed("No certificate was issued for this key, User ID and Remote Party Role.")


def _open(facts: RequestFacts) -> Outcome:
    unasked = _unasked(facts, unseen=_NOT_OPEN)
    if unasked is not None:
        return unasked
    for sighting in facts.key_sightings:
        if not _is_same_purpose(sighting, facts):
            continue
        if sighting.is_open:
            # What the authority was asked about cannot be withdrawn any more.
            certificate = POSSIBLE if sighting.answer_unrecorded else NONE
            return failed_for("key-in-open-request", certificate=certificate, where=sighting.name)
    return passed(_NOT_OPEN)


SEPARATION_RULES: tuple[Rule[RequestFacts], ...] = (
    Rule(
        id="MP104-KEY-purpose",
        title="The key has been used for no other User ID or Remote Party Role",
        cites="MP104 legal text, Section A 'XML User Role Signing Key'; DUIS 3.3.1",
        reasons={
            "key-used-for-another-purpose": Told(
                says=by(
                    "used_by",
                    {
                        OWN_PARTY: (
                            "The public key has been used before, for another User ID or Remote "
                            "Party Role ({where}); each needs a key of its own, so make a new key "
                            "pair."
                        ),
                        ANOTHER_PARTY: (
                            "The public key has been used before, for another User ID or Remote "
                            "Party Role; each needs a key of its own, so make a new key pair."
                        ),
                    },
                ),
                do="Make a new key pair for this User ID and Remote Party Role.",
            ),
        },
        check=_purpose,
    ),
    Rule(
        id="MP104-KEY-certified",
        title="No certificate was issued for the key before",
        cites="MP104 legal text, Section A 'XML User Role Signing Key'",
        reasons={
            "key-already-certified": Told(
                says=by(
                    "certificate",
                    {
                        ISSUED: (
                            "A certificate has been issued for this public key already "
                            "({where}); make a new key pair for a new certificate."
                        ),
                        POSSIBLE: (
                            "There may be a certificate for this public key already, since the "
                            "certification authority's answer could not be recorded ({where}); "
                            "make a new key pair."
                        ),
                    },
                ),
                do="Make a new key pair for a new certificate.",
            ),
        },
        check=_certified,
    ),
    Rule(
        id="MP104-KEY-open",
        title="No other request with the key is open",
        # docs/decisions/0061 says what was decided where these are silent.
        cites="SEC Appendix M, 2.3.1",
        reasons={
            "key-in-open-request": Told(
                says=by(
                    "certificate",
                    {
                        POSSIBLE: (
                            "The {where} with the same public key is still open; make a new key "
                            "pair."
                        ),
                        NONE: (
                            "The {where} with the same public key is still open; wait for its "
                            "end, or withdraw it while it is not sent, and send this after."
                        ),
                    },
                ),
                do="Withdraw the open request with this key, or wait for its end, before sending "
                "another.",
            ),
        },
        check=_open,
    ),
)
