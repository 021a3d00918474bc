"""What the Device's S1SP would say of a request that the DSP lets pass (SECMP0107, 3.2).

The DSP and each S1SP have a switch of their own for exception (d) of SRPD 6.2, and an S1SP asks
whose certificate is held for the Device: so the one may let pass what the other refuses, and
answers with an S1SP Alert.
"""

from dataclasses import dataclass

from rules.register.checkpoints import DSP, Checkpoint
from rules.service_requests.case import Case
from rules.service_requests.message_rule import MessageRule
from rules.service_requests.outcomes import Failed, MessageOutcome, NotAsked
from rules.service_requests.question import Generation
from rules.service_requests.reasons import REASONS, CheckReason
from rules.service_requests.registration_rules import (
    CERTIFICATE_IS_THE_ORIGINATORS,
    IS_REGISTERED,
    NON_DEVICE,
    certificate_owner,
    registration_at,
)
from rules.service_requests.words import Texts

_NOT_SUPPLIED = frozenset(
    {CheckReason.REGISTRATION_NOT_SUPPLIED, CheckReason.CERTIFICATE_OWNER_NOT_SUPPLIED}
)
"""Reasons that only say that a fact was not given. An S1SP knows these facts itself, so it does
not refuse for them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class S1spRefusal:
    """What an S1SP would refuse, and why."""

    s1sp: str
    reason: str
    """As the decision would have it at that S1SP's checkpoint."""
    alert_code: str | None
    """What the S1SP's Alert is called, where that is known: for want of registration alone."""
    cites: str
    says: str

    def as_dict(self) -> dict[str, str | None]:
        """Return it in the JSON shape of `POST /api/v1/checks`."""
        return {
            "s1sp": self.s1sp,
            "reason": self.reason,
            "alert_code": self.alert_code,
            "cites": self.cites,
            "says": self.says,
        }


def s1sp_refusal(case: Case, texts: Texts) -> S1spRefusal | None:
    """Return what the Device's S1SP would refuse a request for that the DSP has let pass.

    None where it would not, or where that cannot be told: it, or a fact that it would ask for,
    was not given.

    Args:
        case: The request.
        texts: What stands for the fields of the reason's words.
    """
    asked = case.asked
    s1sp = asked.device.s1sp
    if (
        s1sp is None
        or asked.checkpoint != DSP
        or asked.generation is not Generation.SMETS1
        or case.header.command_variant == NON_DEVICE
    ):
        return None
    checkpoint = Checkpoint(f"s1sp:{s1sp}")
    both: tuple[tuple[MessageRule, MessageOutcome], ...] = (
        (IS_REGISTERED, registration_at(checkpoint, case)),
        (CERTIFICATE_IS_THE_ORIGINATORS, certificate_owner(case)),
    )
    for rule, outcome in both:
        if outcome is None or isinstance(outcome, NotAsked):
            continue
        reason = outcome.reason if isinstance(outcome, Failed) else outcome
        if reason in _NOT_SUPPLIED:
            continue
        # What is known is what it calls a refusal for want of registration, and no other.
        named = case.snapshot.registration_switches.get(checkpoint)
        return S1spRefusal(
            s1sp=s1sp,
            reason=reason.value,
            alert_code=named.alert_code if named is not None and rule is IS_REGISTERED else None,
            cites=rule.cites,
            says=REASONS[reason].says.format_map(texts),
        )
    return None
