"""MPIDs in a Supplier Party's request: written rightly, nobody else's, and known to be its own.

MP104 business requirement 2.1 refuses an xmlSign request with an MPID that any Organisation
Certificate of a different Supplier Party contains. What a certificate of another role has in its
commonName is a name, in which a token may be an MPID or a word, such as Gas or Ltd. It blocks only
where it is recorded as some Party's MPID; otherwise an officer decides.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from rules.certificates.facts import RequestFacts
from rules.certificates.mpids import MPID_FAULTS, MPID_SYNTAX, MpidFault, read_mpid_list
from rules.certificates.request_rules.unread import unread, unread_role
from rules.certificates.structures import COMMON_NAME
from rules.roles import XML_SIGN, PartyCategory
from rules.rule import Outcome, Rule, failed_for, not_applicable, passed, warned_for
from rules.sentences import Clock, Told
from rules.words import listed

_SAYS_NONE = "There is no commonName, so the certificate will carry no MPID."
_CURES = {
    MpidFault.LOOK_ALIKE: "Write the MPIDs with the letters A to Z and the digits 0 to 9 alone.",
    MpidFault.CASE: "Write the MPIDs in the commonName in upper case.",
    MpidFault.SEPARATOR: (
        "Write one space, comma, semicolon or slash between two MPIDs, and none at the ends."
    ),
    MpidFault.MALFORMED: (
        f"Write MPIDs of {MPID_SYNTAX.lengths} characters each as the commonName, and nothing "
        "else, or leave it out."
    ),
}


def _unasked(facts: RequestFacts) -> Outcome | None:
    reading = facts.reading
    if facts.party.category is not PartyCategory.SUPPLIER:
        return not_applicable(
            f"{facts.party.name} is not a Supplier Party, so its commonName holds no MPIDs."
        )
    if reading.subject is None:
        return unread(facts.reading, "subject")
    if reading.common_name is None:
        if reading.subject.all_of(COMMON_NAME):
            return unread(facts.reading, "commonName")
        return passed(_SAYS_NONE)
    if facts.reading.remote_party_role is None:
        return unread_role(facts.reading)
    return None


def _unasked_of_a_name(facts: RequestFacts) -> Outcome | None:
    unasked = _unasked(facts)
    if unasked is None and facts.reading.remote_party_role != XML_SIGN:
        return not_applicable("Only an xmlSign (87) certificate must have MPIDs as its name.")
    return unasked


def _syntax(facts: RequestFacts) -> Outcome:
    unasked = _unasked_of_a_name(facts)
    if unasked is not None:
        return unasked
    read = read_mpid_list(facts.reading.common_name or "")
    if read.fault is not None:
        return failed_for(read.fault.value, **read.values)
    return passed(f"The commonName lists {_counted(read.mpids)}.")


def _named(facts: RequestFacts) -> tuple[str, ...]:
    """Return what the commonName names: MPIDs, or in a name what may be one."""
    return facts.reading.mpids or facts.reading.name_tokens


def _exclusive(facts: RequestFacts) -> Outcome:
    unasked = _unasked(facts)
    if unasked is not None:
        return unasked
    named = _named(facts)
    if not named:
        return passed("The commonName names no MPID.")
    holds = [
        *((holding.mpid, holding.until) for holding in facts.mpid_holdings),
        *((match.mpid, match.until) for match in facts.name_matches if match.is_recorded),
    ]
    blocking = tuple(
        (mpid, _free_at([until for held, until in holds if held == mpid]))
        for mpid in named
        if any(held == mpid for held, _ in holds)
    )
    if blocking:
        return failed_for("mpid-held-by-another-supplier", held=blocking)
    return passed(f"No other Supplier holds {listed(list(named), last='or')} as an MPID.")


def _free_at(ends: list[datetime | None]) -> datetime | None:
    """Return when an MPID is free at the latest; None where no end is known."""
    known = [end for end in ends if end is not None]
    return max(known) if len(known) == len(ends) else None


def _says_held(values: Mapping[str, Any], clock: Clock) -> str:
    each = []
    for mpid, until in values["held"]:
        free = "with no end known yet" if until is None else f"until {clock.validity(until)}"
        latest = "" if until is None else " at the latest"
        each.append(f"the MPID {mpid} {free}{latest}")
    which, free = ("them", "they are") if len(each) > 1 else ("it", "it is")
    return (
        f"Another Supplier Party holds {listed(each)}. Leave {which} out of the commonName, or "
        f"request {which} again once {free} free."
    )


def _word(facts: RequestFacts) -> Outcome:
    unasked = _unasked(facts)
    if unasked is not None:
        return unasked
    named = _named(facts)
    open_ = [match for match in facts.name_matches if not match.is_recorded]
    matching = [mpid for mpid in named if any(match.mpid == mpid for match in open_)]
    if not matching:
        return passed("Nothing that the commonName names needs to be told from a word in a name.")
    # What an officer decides on is each name, though none of another Party is ever shown.
    names = sorted({(match.mpid, match.party_reference, match.common_name) for match in open_})
    return warned_for(
        "mpid-may-be-a-word",
        mpids=tuple(matching),
        names=tuple(names),
        role=facts.reading.remote_party_role,
    )


def _says_word(values: Mapping[str, Any], _clock: Clock) -> str:
    tokens, are, words = listed(values["mpids"]), "is", "is a word and not an MPID"
    if len(values["mpids"]) > 1:
        are, words = "are", "are words and not MPIDs"
    if values["role"] == XML_SIGN:
        return (
            f"{tokens} {are} also in the commonName of another Supplier Party's certificate of "
            f"another Remote Party Role; a DCC officer may approve this only by deciding, with a "
            f"reason, that there {tokens} {words}."
        )
    return (
        f"{tokens} in the commonName {are} held by another Supplier Party as "
        f"{'MPIDs' if len(values['mpids']) > 1 else 'an MPID'}; a DCC officer may approve this"
        f" only "
        f"by deciding, with a reason, that in this commonName {tokens} {words}."
    )


def _recorded(facts: RequestFacts) -> Outcome:
    unasked = _unasked_of_a_name(facts)
    if unasked is not None:
        return unasked
    mpids = facts.reading.mpids
    if not mpids:
        return passed("The commonName names no MPID.")
    unrecorded = tuple(mpid for mpid in mpids if mpid not in facts.party.mpids)
    if unrecorded:
        return warned_for("mpid-not-recorded", party=facts.party.name, mpids=unrecorded)
    return passed(f"{facts.party.name} is recorded as having {_counted(mpids)}.")


def _says_not_recorded(values: Mapping[str, Any], _clock: Clock) -> str:
    return (
        f"We have no record that {values['party']} has {_counted(values['mpids'])}, which the "
        "commonName names. A DCC officer must confirm that it has; approval then records it."
    )


def _counted(mpids: tuple[str, ...]) -> str:
    noun = "the MPID" if len(mpids) == 1 else "the MPIDs"
    return f"{noun} {listed(list(mpids))}"


MPID_RULES: tuple[Rule[RequestFacts], ...] = (
    Rule(
        id="MP104-MPID-syntax",
        title="The commonName of a Supplier's xmlSign request is a list of MPIDs",
        # docs/decisions/0061 says what was decided where these are silent.
        cites="MP104 business requirement 2.1",
        reasons={
            fault.value: Told(says=MPID_FAULTS[fault], do=_CURES[fault]) for fault in MpidFault
        },
        check=_syntax,
    ),
    Rule(
        id="MP104-MPID-exclusive",
        title="No different Supplier Party holds an MPID that the request names",
        # docs/decisions/0061 says what was decided where these are silent.
        cites="MP104 business requirement 2.1",
        reasons={
            "mpid-held-by-another-supplier": Told(
                says=_says_held,
                do="Leave the MPID out of the commonName, or request it again once it is free.",
            ),
        },
        check=_exclusive,
    ),
    Rule(
        id="MP104-MPID-word",
        title="No MPID of one Supplier may be a word in the name of another one's certificate",
        # docs/decisions/0061 says what was decided where these are silent.
        cites="MP104 business requirement 2.1",
        reasons={
            "mpid-may-be-a-word": Told(
                says=_says_word,
                do="Have a DCC officer decide, with a reason, that it is a word in the "
                "name, or reject the request where it is an MPID.",
            ),
        },
        check=_word,
    ),
    Rule(
        id="MP104-MPID-recorded",
        title="Every MPID that the request names is recorded as the Party's",
        # docs/decisions/0061 says what was decided where these are silent.
        cites="MP104 business requirement 2.1",
        reasons={
            "mpid-not-recorded": Told(
                says=_says_not_recorded,
                do="Have a DCC officer confirm, with a reason, that the Party has the MPID.",
            ),
        },
        check=_recorded,
    ),
)
