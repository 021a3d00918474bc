"""What the runtime checker answers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import NamedTuple

from rules.findings import Finding, Verdict
from rules.identifiers import Eui64
from rules.messages.reading import Header
from rules.roles import UserRole
from rules.service_requests.case import Case, Reached, is_enforced
from rules.service_requests.message_rule import MessageRule
from rules.service_requests.message_rules import MESSAGE_RULES
from rules.service_requests.outcomes import (
    NOTHING_MORE,
    Failed,
    Found,
    MessageOutcome,
    NotApplicable,
    NotChecked,
)
from rules.service_requests.reader import Reader
from rules.service_requests.reason_codes import counting
from rules.service_requests.reasons import REASONS, RELAXED_IN_MONITOR, CheckReason, Reason
from rules.service_requests.s1sp import S1spRefusal, s1sp_refusal
from rules.service_requests.words import Texts, values_of

# An enumeration's own way to the value takes as long as the rest of a finding.
_VERDICTS = {verdict: verdict.value for verdict in Verdict}
_WHY_NOT = {why: why.value for why in NotApplicable}
_NOT_CHECKED = "Not checked, because {because}."
_BECAUSE: dict[NotChecked, tuple[str, Found]] = {
    why: (_NOT_CHECKED.format(because=why.value), {"because": why.value}) for why in NotChecked
}
_PASSED, _NOT_APPLICABLE = Verdict.PASSED, Verdict.NOT_APPLICABLE
_CONTINGENCY_ALONE = frozenset({UserRole.SOLR_CONTINGENCY})
_RECORDED_ONLY = " It is recorded only, since MP104 was not enforced at that moment."


class Action(StrEnum):
    """What is to be done with a message."""

    PROCESS = "process"
    CEASE = "cease"


class Mode(StrEnum):
    """Whether MP104 was enforced at the moment of the question (docs/decisions/0060)."""

    MONITOR = "monitor"
    ENFORCE = "enforce"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """Who signed, by the certificate that KeyInfo names."""

    issuer: str
    """As `normalise_issuer` spells it."""
    serial: int
    is_proven: bool
    """Whether the signature verified. Where it did not, the rest is None or empty: anybody can
    write another's issuer and serial number into a message."""
    user_id: Eui64 | None
    party: str | None
    party_reference: str | None
    mpids: tuple[str, ...]
    """Those in the signing certificate."""


class Named(NamedTuple):
    """Whom a message names, for whoever counts: a tuple, which `Signer` would cost ten times."""

    issuer: str
    serial: int
    is_proven: bool
    """As in `Signer`."""
    failed_supplier: Eui64 | None
    """For whom a Shared Resource Provider sends as SolrContingency, whether it may or not: the
    originator in the GBCS payload of a Signed Pre-Command, else as the caller or the Header says.
    None where it is sent otherwise, or it is not clear who that is."""


_Told = tuple[MessageRule, Verdict, str | None, str, str, Found]
"""A rule, its verdict and reason, the words, what these were made of, and what was found instead.

Not a named tuple: one is made for every rule, and that would take as long as its words."""


class Decision:
    """The answer to one question. It never changes; words are made when they are asked for."""

    __slots__ = ("_failures", "_outcomes", "_reached", "reason", "would_be_reason")

    reason: str | None
    """Why it ceases: of the first rule that fails; None where it is processed."""
    would_be_reason: str | None
    """Likewise, were everything enforced."""

    def __init__(
        self, reached: Reached, outcomes: Sequence[MessageOutcome], failures: Sequence[Reason]
    ) -> None:
        self._reached = reached
        self._outcomes = outcomes
        self._failures = failures
        self.reason = self.would_be_reason = None
        if failures:
            self.would_be_reason = failures[0].value
            enforced = counting(failures, is_relaxed=_is_relaxed(reached))
            if enforced:
                self.reason = enforced[0].value

    @property
    def decision(self) -> Action:
        """What to do now."""
        return Action.PROCESS if self.reason is None else Action.CEASE

    @property
    def would_be(self) -> Action:
        """What it would be with everything enforced."""
        return Action.PROCESS if self.would_be_reason is None else Action.CEASE

    @property
    def mode(self) -> Mode:
        """Whether MP104 was enforced at the moment of the question."""
        return Mode.ENFORCE if _is_enforced(self._reached) else Mode.MONITOR

    @property
    def duis_code(self) -> str | None:
        """The nearest DUIS response code for `reason`, a suggestion; None where there is none."""
        return None if self.reason is None else REASONS[self.reason].duis_code

    @property
    def reasons(self) -> tuple[str, ...]:
        """The codes of all rules that failed, in order, whether they are enforced or not."""
        return tuple(failure.value for failure in self._failures)

    @property
    def header(self) -> Header | None:
        """What the Header says; None where the message could not be read."""
        return self._reached.header

    @property
    def signer(self) -> Signer | None:
        """Who signed; None where no certificate was named as DUIS 3.3 has it."""
        reached = self._reached
        form = reached.form
        if form is None:
            return None
        certificate = reached.certificate if isinstance(reached, Case) else None
        return Signer(
            issuer=form.issuer,
            serial=form.serial,
            is_proven=certificate is not None,
            user_id=None if certificate is None else certificate.eui64,
            party=None if certificate is None else certificate.party,
            party_reference=None if certificate is None else certificate.party_reference,
            mpids=() if certificate is None else certificate.mpids,
        )

    @property
    def named(self) -> Named | None:
        """Whom it names; None where no certificate was named as DUIS 3.3 has it."""
        reached = self._reached
        form = reached.form
        if form is None:
            return None
        is_proven = isinstance(reached, Case)
        return Named(form.issuer, form.serial, is_proven, _failed_supplier(reached))

    @property
    def told(self) -> tuple[object, ...]:
        """What its message contributes to the key under which it is counted.

        That is whom it names, as in `named`, and its Header with nothing of the RequestID but the
        Business Originator ID, as far as they could be read. Built here rather than from `named`
        and `header`, because it is read for every decision.
        """
        reached = self._reached
        header, form = reached.header, reached.form
        if header is None or form is None:
            return None, None if header is None else header[1:]
        return (
            form.issuer,
            form.serial,
            isinstance(reached, Case),
            _failed_supplier(reached),
            header.business_originator_id,
            header.command_variant,
            header.service_reference_variant,
        )

    def s1sp_would_refuse(self, reader: Reader) -> S1spRefusal | None:
        """Return what the Device's S1SP would refuse it for, where the DSP lets it pass.

        None where the S1SP lets it pass too, or where that cannot be told: the S1SP, or a fact
        that it would ask for, was not given.
        """
        reached = self._reached
        if self.reason is not None or not isinstance(reached, Case):
            return None
        return s1sp_refusal(reached, Texts(reached, reader))

    @property
    def is_of_contingency(self) -> bool:
        """Whether it is sent as SolrContingency, or by whoever acts in no other User Role.

        What such a decision rests on must be fresher than of others (docs/decisions/0066).
        """
        reached = self._reached
        return isinstance(reached, Case) and (
            reached.is_contingency or reached.acting_roles == _CONTINGENCY_ALONE
        )

    @property
    def snapshot_version(self) -> str:
        """The version of the snapshot it rests on."""
        return self._reached.asked.snapshot.version

    def findings(self, reader: Reader) -> tuple[Finding, ...]:
        """Return every rule's finding in the order of the rule book, in words for a reader."""
        return tuple(
            Finding(
                rule=rule.id,
                verdict=verdict,
                reason=reason,
                cites=rule.cites,
                says=says,
                values=values_of(template, self._reached, found),
            )
            for rule, verdict, reason, says, template, found in self._told(reader)
        )

    def as_dict(
        self, *, checked_at: datetime, snapshot_age: float, reader: Reader
    ) -> dict[str, object]:
        """Return the answer in the JSON shape of `POST /api/v1/checks`.

        Args:
            checked_at: When it was decided.
            snapshot_age: Seconds since the register last confirmed what it rests on.
            reader: Who is told.
        """
        header = self.header
        signer = self.signer
        sees = signer is not None and reader.sees(signer.party_reference)
        refusal = self.s1sp_would_refuse(reader)
        return {
            "decision": self.decision.value,
            "would_be": self.would_be.value,
            "mode": self.mode.value,
            "reason": self.reason,
            "would_be_reason": self.would_be_reason,
            "duis_code": self.duis_code,
            # As `Finding.as_dict`, without making the findings first: there are dozens.
            "findings": [
                {
                    "rule": rule.id,
                    "verdict": _VERDICTS[verdict],
                    "reason": reason,
                    "cites": rule.cites,
                    "says": says,
                }
                for rule, verdict, reason, says, _, _ in self._told(reader)
            ],
            "message": None
            if header is None
            else {
                "request_id": header.request_id_text,
                "srv": header.service_reference_variant,
                "command_variant": header.command_variant,
                "user_id": header.business_originator_id,
            },
            "signer": None
            if signer is None
            else {
                "issuer": signer.issuer,
                "serial": str(signer.serial),
                "user_id": signer.user_id,
                "party": signer.party if sees else None,
                "mpids": list(signer.mpids) if sees else [],
            },
            "s1sp_would_refuse": None if refusal is None else refusal.as_dict(),
            "snapshot": self.snapshot_version,
            "snapshot_age": round(snapshot_age, 3),
            "checked_at": _moment(checked_at),
        }

    def _told(self, reader: Reader) -> Iterator[_Told]:
        """Yield what each rule came to, in the order of the rule book, in words for a reader."""
        texts = Texts(self._reached, reader)
        is_relaxed = _is_relaxed(self._reached)
        unasked = len(MESSAGE_RULES) - len(self._outcomes)
        outcomes = (*self._outcomes, *(NotChecked.NOT_REACHED,) * unasked)
        for rule, outcome in zip(MESSAGE_RULES, outcomes, strict=True):
            if outcome is None:
                passed = rule.passed
                yield rule, _PASSED, None, passed.format_map(texts), passed, NOTHING_MORE
            elif isinstance(outcome, NotChecked):
                says, because = _BECAUSE[outcome]
                yield rule, Verdict.NOT_CHECKED, None, says, _NOT_CHECKED, because
            elif isinstance(outcome, NotApplicable):
                yield rule, _NOT_APPLICABLE, None, _WHY_NOT[outcome], "", NOTHING_MORE
            else:
                failed = outcome if isinstance(outcome, Failed) else Failed(outcome)
                reason = failed.reason
                template = REASONS[reason].says
                says = template.format_map(texts.of(failed))
                if is_relaxed and reason in RELAXED_IN_MONITOR:
                    says += _RECORDED_ONLY
                broken = reason is CheckReason.RULE_BROKEN
                verdict = Verdict.BROKEN if broken else Verdict.FAILED
                yield rule, verdict, reason.value, says, template, failed.found


def _is_relaxed(reached: Reached) -> bool:
    """Tell whether what MP104 adds is recorded only, as it is before MP104 is enforced.

    Not of what is sent as SolrContingency: that it is signed with the provider's xmlSign
    certificate is asked by MP134B itself (2.7), which is enforced at any time. Where it is not
    known whether it is sent as that, the rule that would tell has failed, and that counts.
    """
    is_contingency = isinstance(reached, Case) and reached.is_contingency
    return not _is_enforced(reached) and not is_contingency


def _is_enforced(reached: Reached) -> bool:
    return is_enforced(reached.asked.snapshot, reached.asked.at)


def _failed_supplier(reached: Reached) -> Eui64 | None:
    return reached.supplier if isinstance(reached, Case) else None


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat('T', 'seconds')}Z"
