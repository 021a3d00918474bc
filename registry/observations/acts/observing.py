"""Noting each decision for enforcement before its answer leaves.

A decision asks no database, so it is noted in a spool on the local disk
(`registry.gateways.spool`) and counted from there by a worker
(`registry.observations.acts.folding`).
What is of SolrContingency and cannot be noted is not decided. Everything else is answered all the
same; how many such decisions there were is noted as soon as there is room (docs/decisions/0067).
"""

import logging
import os
import threading
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

from registry.errors import RegistryError
from registry.gateways.spool import SpoolWriter
from registry.observations.acts.observations import (
    ISSUER_LENGTH,
    Observed,
    bounds_of_day,
    day_in_great_britain,
)
from registry.observations.acts.spooled import Gap, ceased_text, gap_text, observed_text
from rules.messages.reading import SIGNED_PRE_COMMAND_VARIANTS, Header
from rules.register.snapshot import Snapshot
from rules.register.suppliers import party_of
from rules.service_requests.decision import Action, Decision, Signer
from rules.service_requests.question import Purpose, Question

logger = logging.getLogger(__name__)

_MOST_TEXTS = 10_000
"""Texts that are remembered; hostile messages can ask for any number of different ones."""

_DIAGNOSIS = Purpose.DIAGNOSIS
_NEVER = datetime.max.replace(tzinfo=UTC)


class ObservationsUnavailableError(RegistryError):
    """A decision of SolrContingency cannot be noted, so its message is not decided."""

    def __init__(self) -> None:
        super().__init__(
            "observations-unavailable",
            "The decision cannot be noted on this machine's disk, and nothing that is sent as "
            "SolrContingency is decided without; ask again in a few seconds.",
        )


def spool_folder() -> Path:
    """Return the folder of the spool on this machine."""
    return Path(settings.DATA_DIR) / "spool"


class Observer:
    """Notes the decisions of one process."""

    def __init__(self, spool: SpoolWriter) -> None:
        self.spool = spool
        self._texts: dict[tuple[object, ...], bytes] = {}
        self._day = (_NEVER, _NEVER, "")
        self._fails = False
        self._lock = threading.Lock()
        self._gap: Gap | None = None

    @property
    def missing(self) -> int:
        """How many decisions were answered since noting them began to fail."""
        gap = self._gap
        return 0 if gap is None else gap.decisions

    def observe(self, decision: Decision, question: Question, *, register: Snapshot) -> None:
        """Note a decision, unless it is for diagnosis (docs/decisions/0060).

        One that cannot be noted, the disk being full or worse, is counted as missing.

        Args:
            decision: What was decided.
            question: What was asked.
            register: The snapshot that the decision rests on. The register may have changed since,
                and another snapshot would count it for another Supplier.

        Raises:
            ObservationsUnavailableError: It cannot be noted and is of SolrContingency.
        """
        if question.purpose is _DIAGNOSIS:
            return
        at = question.received_at
        start, end, day = self._day
        if not start <= at < end:
            day = self._turn_to(at)
        reason = decision.reason
        # In one piece, since it is done for each decision.
        key = (
            day,
            reason,
            decision.would_be_reason,
            question.generation,
            question.checkpoint,
            decision.told,
            # The register says whose an originator is, and which variants are in the list.
            decision.snapshot_version,
        )
        text = self._texts.get(key) or self._make_text(key, decision, question, register)
        besides = b"" if reason is None else _ceased_part(decision, question)
        try:
            if self._gap is not None:
                self._note_gap()
            self.spool.append(text, besides)
        except OSError as fault:
            if not self._fails:
                logger.exception("decisions cannot be noted; SolrContingency is not decided")
            self._fails = True
            if decision.is_of_contingency:
                raise ObservationsUnavailableError from fault
            self._miss(at)
            return
        if self._fails:
            logger.info("decisions can be noted again")
            self._fails = False

    def end(self) -> None:
        """Let go of the segment, and say what is missing, in the spool where there is room."""
        try:
            self._note_gap()
        except OSError:
            logger.error(  # noqa: TRY400 -- why has been logged; how many has not
                "%d decisions were answered and are in no count", self.missing
            )
        self.spool.close()

    def _miss(self, at: datetime) -> None:
        with self._lock:
            gap = self._gap or Gap(0, at, at)
            self._gap = Gap(gap.decisions + 1, min(gap.since, at), max(gap.until, at))

    def _note_gap(self) -> None:
        """Note how many decisions are missing; raises an `OSError` where there is no room yet."""
        with self._lock:
            gap = self._gap
            if gap is None:
                return
            self.spool.append(gap_text(gap).encode())
            self._gap = None
        logger.error(
            "%d decisions were answered and are in no count, for moments from %s until %s",
            *gap,
        )

    def _make_text(
        self, key: tuple[object, ...], decision: Decision, question: Question, register: Snapshot
    ) -> bytes:
        """Return what is observed, and remember it: to make it takes longer than all the rest."""
        text = observed_text(_observed(decision, question, register)).encode()
        if len(self._texts) >= _MOST_TEXTS:
            self._texts.clear()
        self._texts[key] = text
        return text

    def _turn_to(self, at: datetime) -> str:
        day = day_in_great_britain(at)
        try:
            self._day = (*bounds_of_day(day), day.isoformat())
        except OverflowError:
            logger.info("a decision for %s lies outside the calendar", at)
        return day.isoformat()


def _observed(decision: Decision, question: Question, register: Snapshot) -> Observed:
    header, signer = decision.header, decision.signer
    proven = signer if signer is not None and signer.is_proven else None
    return Observed(
        day=day_in_great_britain(question.received_at),
        user_id="" if proven is None else proven.user_id or "",
        party="" if proven is None else proven.party_reference or "",
        issuer="" if signer is None else signer.issuer[:ISSUER_LENGTH],
        serial_number="" if signer is None else str(signer.serial),
        is_proven=proven is not None,
        generation=question.generation.value,
        kind=_kind(header),
        srv=_srv(header, register),
        supplier_id=_supplier(decision, header, proven, register),
        checkpoint=question.checkpoint,
        outcome=decision.decision.value,
        reason=decision.reason or "",
        would_be=decision.would_be.value,
        would_be_reason=decision.would_be_reason or "",
    )


def _ceased_part(decision: Decision, question: Question) -> bytes:
    header = decision.header
    return ceased_text(
        # In the one spelling that a report has too, by which the two are one.
        request_id="" if header is None else header.request_id_text.upper(),
        at=question.received_at,
        command_variant=0 if header is None else header.command_variant,
        srv="" if header is None else header.service_reference_variant,
    ).encode()


def _kind(header: Header | None) -> str:
    if header is None:
        return "unreadable"
    if header.command_variant in SIGNED_PRE_COMMAND_VARIANTS:
        return "signed-pre-command"
    return "service-request"


def _srv(header: Header | None, register: Snapshot) -> str:
    """Return the variant where it is in the list; anything else could be anything."""
    srv = "" if header is None else header.service_reference_variant
    return srv if srv in register.eligibility else ""


def _supplier(
    decision: Decision, header: Header | None, proven: Signer | None, register: Snapshot
) -> str:
    """Return for whom it was sent: a User ID of the signer's Party, or the failed Supplier.

    The failed Supplier of what is sent as SolrContingency counts where the register knows it.
    Another originator that the signer names counts only where it is allowed to send for it.
    """
    if header is None or proven is None:
        return ""
    named = decision.named
    failed = None if named is None else named.failed_supplier
    if failed is not None:
        return failed if party_of(register, failed) is not None else ""
    originator = header.business_originator_id
    user_id = register.user_ids.get(originator)
    if user_id is None:
        return ""
    is_own = user_id.party_reference == proven.party_reference
    return originator if is_own or decision.would_be is Action.PROCESS else ""


class _Process:
    """The one observer of this process, if anything was observed."""

    observer: Observer | None
    lock: threading.Lock

    def __init__(self) -> None:
        self.observer = None
        self.lock = threading.Lock()

    def begin_after_fork(self) -> None:
        inherited, self.observer, self.lock = self.observer, None, threading.Lock()
        if inherited is not None:
            inherited.spool.forget()


_process = _Process()
# The segment that the parent writes is the parent's.
os.register_at_fork(after_in_child=_process.begin_after_fork)


def observe(decision: Decision, question: Question, *, register: Snapshot) -> None:
    """Note a decision of ours before its answer leaves; nothing where it is for diagnosis.

    Every decision that the API makes passes through here, one or one of many at once. Where it
    raises, the message was not decided, and the answer must say so in place of the decision.

    Raises:
        ObservationsUnavailableError: It cannot be noted, the disk being full or worse, and is of
            SolrContingency.
    """
    observer = _process.observer
    if observer is None:
        observer = _begin()
    observer.observe(decision, question, register=register)


def stop_observing() -> None:
    """Let go of this process's segment, so that it is counted to its end and removed."""
    with _process.lock:
        observer, _process.observer = _process.observer, None
    if observer is not None:
        observer.end()


def missing_decisions() -> int:
    """Return how many decisions this process has answered that it could not note yet."""
    observer = _process.observer
    return 0 if observer is None else observer.missing


def _begin() -> Observer:
    with _process.lock:
        if _process.observer is None:
            spool = SpoolWriter(spool_folder(), is_synced=settings.OBSERVATIONS_SYNC)
            _process.observer = Observer(spool)
        return _process.observer
