"""Every combination of what SolrContingency rests on, held to a reference written for it alone.

The reference below knows nothing of the rules: it tells, from what was chosen, which reasons there
must be and in which order. All combinations are decided, of messages that are really signed.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import product
from typing import NamedTuple

import pytest

from rules.register.checkpoints import DSP, Checkpoint
from rules.register.snapshot import Snapshot, SnapshotCertificate
from rules.service_requests.question import DeviceFacts
from tests.rules.service_requests.contingency_world import (
    ANOTHER,
    ANOTHER_FAILED_KEY,
    CREDIT,
    FAILED,
    FAILED_KEY,
    FALLEN,
    OTHERS,
    PREPAYMENT,
    SMETS1,
    SMETS2,
    SRP_TOO,
    USERS,
    contingency,
    instructed,
    instruction,
    limited,
    ordered,
    providers,
    request,
    suppliers,
    threshold,
)
from tests.rules.service_requests.world import AT, DAY, SRP_USER_ID, ask

pytestmark = [
    pytest.mark.slow,
    pytest.mark.serves("MP134B-1", "MP134B-5", "MP134B-6a", "MP134B-6b", "MP134B-6c"),
]

SRP = SRP_USER_ID
FLOWS = ("SMETS1 at the DSP", "SMETS1 at an S1SP", "to be transformed", "Signed Pre-Command")
"""The messages of the two flows, and where they are checked."""

CERTIFICATES = {
    # Of the Supplier FAILED. The other one's are always revoked.
    "none": (suppliers(remote_party_role="03"),),
    "revoked": (suppliers(),),
    "revoked and live": (suppliers(), suppliers(serial=52, revoked_at=None)),
    "ended": (suppliers(revoked_at=None, not_after=AT - DAY),),
}
INSTRUCTIONS = {
    "none": {},
    "for the Supplier": instructed(instruction(supplier_reference=FALLEN["party_reference"])),
    "for the other": instructed(instruction(supplier_reference=OTHERS["party_reference"])),
}


class SignedWith(NamedTuple):
    """The certificates of the provider, of which the first signs, and what is wrong with it."""

    reasons: tuple[str, ...]
    certificates: tuple[SnapshotCertificate, ...]
    is_notified: bool = True


SIGNERS = {
    "xmlSign": SignedWith((), (providers(),)),
    "Supplier": SignedWith(("certificate-not-xmlsign",), (providers(remote_party_role="02"),)),
    "7F": SignedWith(("certificate-not-xmlsign",), (providers(remote_party_role="7F"),)),
    "not notified": SignedWith(("certificate-not-notified",), (providers(),), is_notified=False),
    "another User ID's too": SignedWith(
        ("key-serves-two-user-ids",), (providers(), providers(serial=80, eui64=SRP_TOO))
    ),
    "for Devices too": SignedWith(
        ("key-used-towards-devices",),
        (providers(), providers(serial=80, remote_party_role="7F")),
    ),
    "everything at once": SignedWith(
        ("certificate-not-xmlsign", "certificate-not-notified", "key-serves-two-user-ids"),
        (providers(remote_party_role="02"), providers(serial=80, eui64=SRP_TOO)),
        is_notified=False,
    ),
}
THRESHOLDS = {
    # For either Supplier, where one is set.
    number: limited(
        *(
            threshold(value, failed_supplier_reference=each["party_reference"])
            for each in (FALLEN, OTHERS)
            for value in values
        )
    )
    for number, values in {"not set": (), "0": (0,), "5": (5,)}.items()
}


@dataclass(frozen=True)
class Choice:
    """One value of each condition."""

    flow: str
    originator: str
    told: str | None
    """The Notified Critical Supplier ID that the caller gives."""
    ordered: str
    """`Credit`, `Prepayment`, or something `else`."""
    made_by: str | None
    """Of a Signed Pre-Command: the originator in its payload."""
    key_is_theirs: bool
    certificates: str
    instruction: str
    threshold: str
    registered: str | None
    owner: str | None
    signer: str = "xmlSign"
    """With what the provider signs."""
    is_live: bool = True
    """Whether MP104 is: everything here is asked in both modes."""


def choices(flow: str) -> Iterator[Choice]:
    is_ordered = flow == "Signed Pre-Command"
    for chosen in product(
        (SRP, FAILED, ANOTHER),
        (None, FAILED, ANOTHER),
        ("Credit", "Prepayment", "else") if is_ordered else ("Credit", "Prepayment"),
        (FAILED, ANOTHER, SRP) if is_ordered else (None,),
        (True, False) if is_ordered else (True,),
        CERTIFICATES,
        INSTRUCTIONS,
        THRESHOLDS,
        (None, FAILED, ANOTHER),
        (None, FAILED, ANOTHER) if flow == "SMETS1 at an S1SP" else (None,),
    ):
        yield Choice(flow, *chosen)


def choices_of_signers(flow: str) -> Iterator[Choice]:
    """Yield what is named and ordered in each way, by each signer and in both modes."""
    for choice in choices(flow):
        arranged = (choice.certificates, choice.instruction, choice.threshold, choice.registered)
        if arranged != ("revoked", "for the Supplier", "5", FAILED):
            continue
        for signer, is_live in product(SIGNERS, (True, False)):
            yield replace(choice, signer=signer, is_live=is_live)


def reference(choice: Choice) -> list[str]:
    """Return every reason for which it must cease, in order."""
    return [
        *SIGNERS[choice.signer].reasons,
        *of_the_payload(choice),
        *(["solr-instruction-not-live"] if choice.instruction == "none" else []),
        *(["payment-mode-not-credit"] if choice.ordered != "Credit" else []),
        *of_the_supplier(choice),
        *of_the_threshold(choice),
        *of_the_device(choice),
    ]


def ever_was_a_supplier(choice: Choice, eui64: str) -> bool:
    # The provider too, where the certificate with which it signs is a Supplier's.
    as_one = eui64 == SRP and choice.signer in {"Supplier", "everything at once"}
    return as_one or eui64 == ANOTHER or (eui64 == FAILED and choice.certificates != "none")


def of_the_payload(choice: Choice) -> Iterator[str]:
    if choice.made_by is None:
        return
    if choice.ordered == "else":
        yield "gbcs-message-code-mismatch"
    if not ever_was_a_supplier(choice, choice.made_by):
        yield "gbcs-certificate-unknown"
    elif choice.made_by == SRP or not choice.key_is_theirs:  # no payload has the provider's key
        yield "gbcs-signature-invalid"


def named(choice: Choice) -> set[str]:
    """Who is said to have failed: by the payload, the caller, the message unless it is its own."""
    said = {choice.made_by, choice.told, choice.originator if choice.originator != SRP else None}
    return {name for name in said if name is not None}


def of_the_supplier(choice: Choice) -> Iterator[str]:
    if not named(choice):
        yield "notified-critical-supplier-not-supplied"
        return
    if len(named(choice)) > 1:
        yield "failed-suppliers-differ"
        return
    (failed,) = named(choice)
    if failed == SRP and choice.signer in {"Supplier", "everything at once"}:
        yield "failed-supplier-has-live-certificate"
    elif not ever_was_a_supplier(choice, failed):
        yield "failed-supplier-unknown"
    elif failed == FAILED and choice.certificates == "revoked and live":
        yield "failed-supplier-has-live-certificate"
    elif failed == FAILED and choice.certificates == "ended":
        yield "failed-supplier-not-revoked"
    covered = {"none": None, "for the Supplier": FAILED, "for the other": ANOTHER}
    if covered[choice.instruction] != failed:
        yield "solr-instruction-not-for-supplier"


def of_the_threshold(choice: Choice) -> Iterator[str]:
    # For whom it is asked must be clear, and the provider is not among those for whom it is set.
    if len(named(choice)) == 1 and (choice.threshold != "5" or SRP in named(choice)):
        yield "solr-threshold-zero"


def of_the_device(choice: Choice) -> Iterator[str]:
    if len(named(choice)) != 1:
        return
    (failed,) = named(choice)
    if choice.registered is None:
        if choice.flow.startswith("SMETS1"):
            yield "registration-not-supplied"
    elif choice.registered != failed:
        yield "not-registered-for-device"
    if choice.flow == "SMETS1 at an S1SP":
        if choice.owner is None:
            yield "certificate-owner-not-supplied"
        elif choice.owner != failed:
            yield "certificate-owner-not-originator"


_KEYS = {FAILED: FAILED_KEY, ANOTHER: ANOTHER_FAILED_KEY, SRP: FAILED_KEY}
_WRONG = {FAILED: ANOTHER_FAILED_KEY, ANOTHER: FAILED_KEY, SRP: ANOTHER_FAILED_KEY}
_CODES = {"Credit": "001A", "Prepayment": "001B", "else": "0050"}


def message(choice: Choice) -> bytes:
    if choice.made_by is not None:
        keys = _KEYS if choice.key_is_theirs else _WRONG
        return ordered(
            choice.originator,
            by=choice.made_by,
            code=_CODES[choice.ordered],
            key=keys[choice.made_by],
        )
    body = CREDIT if choice.ordered == "Credit" else PREPAYMENT
    variant = "4" if choice.flow == "to be transformed" else "1"
    return request(choice.originator, body, command_variant=variant)


@cache
def register(
    certificates: str, instructions: str, thresholds: str, signer: str, *, is_live: bool
) -> Snapshot:
    signing = SIGNERS[signer]
    provider = USERS[0] if signing.is_notified else replace(USERS[0], notifications=())
    return contingency(
        *CERTIFICATES[certificates],
        *signing.certificates[1:],
        signer=signing.certificates[0],
        users=(provider, *USERS[1:]),
        enforced_from=AT - DAY if is_live else None,
        instructions=INSTRUCTIONS[instructions],
        thresholds=THRESHOLDS[thresholds],
    )


def decided(choice: Choice) -> list[str]:
    at_s1sp = choice.flow == "SMETS1 at an S1SP"
    decision = ask(
        message(choice),
        register(
            choice.certificates,
            choice.instruction,
            choice.threshold,
            choice.signer,
            is_live=choice.is_live,
        ),
        generation=SMETS1 if choice.flow.startswith("SMETS1") else SMETS2,
        checkpoint=Checkpoint("s1sp:ALPHA") if at_s1sp else DSP,
        device=DeviceFacts(
            registered_user_ids=choice.registered and frozenset({choice.registered}),
            notified_critical_supplier_id=choice.told,
            certificate_owner=choice.owner,
        ),
    )
    # The first of them is why it ceases, whether MP104 is live or not.
    assert decision.reason == next(iter(decision.reasons), None) == decision.would_be_reason
    return list(decision.reasons)


@pytest.mark.parametrize("flow", FLOWS)
def test_every_combination_is_decided_as_the_reference_has_it(flow):
    passed = total = 0
    for choice in choices(flow):
        total += 1
        must = reference(choice)
        passed += not must
        assert decided(choice) == must, choice
    # The table has both kinds of lines, and is as long as its conditions make it.
    assert (total, passed) == SIZES[flow]


@pytest.mark.parametrize("flow", FLOWS)
def test_it_is_signed_with_the_xmlsign_certificate_of_the_provider_in_both_modes(flow):
    passed = total = 0
    for choice in choices_of_signers(flow):
        total += 1
        must = reference(choice)
        passed += not must
        assert decided(choice) == must, choice
    assert (total, passed) == SIZES_OF_SIGNERS[flow]


SIZES = {
    "SMETS1 at the DSP": (1_944, 15),
    "SMETS1 at an S1SP": (5_832, 15),
    "to be transformed": (1_944, 30),
    "Signed Pre-Command": (17_496, 40),
}
"""How many lines each table has, and how many of them are processed."""
SIZES_OF_SIGNERS = {
    "SMETS1 at the DSP": (252, 6),
    "SMETS1 at an S1SP": (756, 6),
    "to be transformed": (252, 6),
    "Signed Pre-Command": (2_268, 8),
}
"""Likewise, of who signs: processed is only what the right certificate signs, in either mode."""
