"""MPIDs in a Supplier Party's request: written rightly, nobody else's, and known to be its own.

MP104 business requirement 2.1 refuses xmlSign requests. Exclusivity and the warning are asked of
a Supplier Party's request for any role, because any Organisation Certificate blocks the other
Suppliers: without that, a certificate of another role would take an MPID from its holder.
"""

from rules.certificates.facts import MpidHolding, RequestFacts
from rules.certificates.mpids import MpidFault, read_mpid_list
from rules.certificates.request_rules.unread import unread, unread_role
from rules.certificates.structures import COMMON_NAME
from rules.certificates.words import listed
from rules.periods import in_words
from rules.roles import XML_SIGN, PartyCategory
from rules.rule import Outcome, Rule, failed, not_applicable, passed, warned

_SAYS_NONE = "There is no commonName, so the certificate will carry no MPID."
_CURES = {
    MpidFault.LOOK_ALIKE: "Write the MPIDs with the letters A to Z and the digits 0 to 9 alone.",
    MpidFault.CASE: "Write the MPIDs in the commonName in upper case.",
    MpidFault.SEPARATOR: (
        "Write one space, comma, semicolon or slash between two MPIDs, and none at the ends."
    ),
    MpidFault.MALFORMED: (
        "Write MPIDs of four characters each as the commonName, and nothing else, or leave it out."
    ),
}


def _unasked(facts: RequestFacts) -> Outcome | None:
    reading = facts.reading
    if facts.party.category is not PartyCategory.SUPPLIER:
        return not_applicable(
            f"{facts.party.name} is not a Supplier Party, so its commonName holds no MPIDs."
        )
    if reading.subject is None:
        return unread("subject")
    if reading.common_name is None:
        if reading.subject.all_of(COMMON_NAME):
            return unread("commonName")
        return passed(_SAYS_NONE)
    return None


def _syntax(facts: RequestFacts) -> Outcome:
    unasked = _unasked(facts)
    if unasked is not None:
        return unasked
    if facts.reading.remote_party_role is None:
        return unread_role(facts.reading)
    if facts.reading.remote_party_role != XML_SIGN:
        return not_applicable("Only an xmlSign (87) certificate must have MPIDs as its name.")
    read = read_mpid_list(facts.reading.common_name or "")
    if read.fault is not None:
        return failed(read.fault.value, read.says)
    return passed(f"The commonName lists {_counted(read.mpids)}.")


def _exclusive(facts: RequestFacts) -> Outcome:
    unasked = _unasked(facts)
    if unasked is not None:
        return unasked
    mpids = facts.reading.mpids
    if not mpids:
        return passed("The commonName names no MPID.")
    blocking = [holding for holding in facts.mpid_holdings if holding.mpid in mpids]
    if blocking:
        return failed(
            "mpid-held-by-another-supplier",
            f"{listed([_held(holding) for holding in blocking])}; leave it out of the "
            "commonName, or ask again when it is free.",
        )
    return passed(f"No other Supplier holds {listed(list(mpids), last='or')}.")


def _held(holding: MpidHolding) -> str:
    held = f"The MPID {holding.mpid} is held by another Supplier Party"
    if holding.until is None:
        return f"{held} with no end known yet"
    return f"{held} until {in_words(holding.until)} at the latest"


def _recorded(facts: RequestFacts) -> Outcome:
    unasked = _unasked(facts)
    if unasked is not None:
        return unasked
    mpids = facts.reading.mpids
    if not mpids:
        return passed("The commonName names no MPID.")
    unrecorded = [mpid for mpid in mpids if mpid not in facts.party.mpids]
    if unrecorded:
        return warned(
            "mpid-not-recorded",
            f"{facts.party.name} is not recorded as having {_counted(tuple(unrecorded))}, which "
            "the commonName names; an officer must confirm with a reason that it has.",
        )
    return passed(f"{facts.party.name} is recorded as having {_counted(mpids)}.")


def _counted(mpids: tuple[str, ...]) -> str:
    noun = "the MPID" if len(mpids) == 1 else "the MPIDs"
    return f"{noun} {listed(list(mpids))}"


MPID_RULES: tuple[Rule[RequestFacts], ...] = (
    Rule(
        id="MP104-MPID-syntax",
        title="The commonName of a Supplier's xmlSign request is a list of MPIDs",
        cites="MP104 business requirement 2.1; docs/decisions/0061",
        reasons={fault.value: _CURES[fault] for fault in MpidFault},
        check=_syntax,
    ),
    Rule(
        id="MP104-MPID-exclusive",
        title="No different Supplier Party holds an MPID that the request names",
        cites="MP104 business requirement 2.1",
        reasons={
            "mpid-held-by-another-supplier": (
                "Leave the MPID out of the commonName, or ask again when it is free."
            ),
        },
        check=_exclusive,
    ),
    Rule(
        id="MP104-MPID-recorded",
        title="Every MPID that the request names is recorded as the Party's",
        cites="MP104 business requirement 2.1; docs/decisions/0061",
        reasons={
            "mpid-not-recorded": (
                "Have an officer of the DCC confirm, with a reason, that the Party has the MPID."
            ),
        },
        check=_recorded,
    ),
)
