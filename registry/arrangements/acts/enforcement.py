"""From when MP104 is enforced: set, or postponed, by two persons."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from registry.errors import ConflictError, RefusedActError
from registry.models import EnforcementMoment
from registry.pairs.kinds import (
    THE_WHOLE,
    Doing,
    Facts,
    Line,
    PairedAct,
    Part,
    Payload,
    Shown,
)
from rules.duties import Act
from rules.periods import in_words


def setting_enforcement(enforced_from: datetime) -> Part:
    """Return the act that has MP104 enforced from a moment to come."""
    return Part(act=Act.SET_ENFORCEMENT, payload={"enforced_from": enforced_from.isoformat()})


def postponing_enforcement(enforced_from: datetime | None) -> Part:
    """Return the act that postpones the enforcement; None goes back to monitoring."""
    moment = enforced_from.isoformat() if enforced_from is not None else None
    return Part(act=Act.POSTPONE_ENFORCEMENT, payload={"enforced_from": moment})


class _Enforcement(PairedAct):
    """What setting and postponing have in common: the one moment that holds."""

    def subjects(self, payload: Payload) -> tuple[str, ...]:
        """Return the one key there is."""
        del payload
        return ("enforcement",)

    def gather(self, payload: Payload) -> Facts:
        """Return the moment that holds now, and which decision it is of."""
        del payload
        newest = EnforcementMoment.objects.order_by("-pk").first()
        if newest is None:
            return {THE_WHOLE: {"decision": None, "enforced_from": None}}
        moment = newest.enforced_from
        return {
            THE_WHOLE: {
                "decision": newest.pk,
                "enforced_from": moment.isoformat() if moment is not None else None,
            }
        }

    def apply(self, payload: Payload, facts: Facts, doing: Doing) -> Mapping[str, Any]:
        """Record the moment."""
        del facts
        return self._recorded(_read(payload["enforced_from"]), doing)

    def undo(self, payload: Payload, facts: Facts, doing: Doing) -> Mapping[str, Any]:
        """Record the moment that held before.

        Raises:
            ConflictError: Something else was decided since (`enforcement-decided-since`).
        """
        del payload
        newest = EnforcementMoment.objects.order_by("-pk").first()
        if newest is None or newest.proposal_id != doing.proposal.pk:
            raise ConflictError(
                "enforcement-decided-since",
                "Another moment has been decided on since, so this cannot be undone; say that it "
                "should not have been done instead.",
            )
        return self._recorded(_read(facts[THE_WHOLE]["enforced_from"]), doing)

    def _recorded(self, moment: datetime | None, doing: Doing) -> Mapping[str, Any]:
        EnforcementMoment.objects.create(
            enforced_from=moment, recorded_at=doing.at, proposal=doing.proposal
        )
        return {"enforced_from": moment.isoformat() if moment is not None else None}


class SettingEnforcement(_Enforcement):
    """Has MP104 enforced from a moment to come."""

    act = Act.SET_ENFORCEMENT

    def named(self, payload: Payload) -> datetime | None:
        """Return the moment from which MP104 is to be enforced."""
        return _read(payload["enforced_from"])

    def check(self, payload: Payload, facts: Facts, *, at: datetime) -> None:
        """Return quietly where the moment is another than the one that is set.

        Raises:
            ConflictError: It is set so already (`enforcement-is-so`).
        """
        del at
        _require_other(payload, facts)

    def shown(self, payload: Payload, facts: Facts) -> Shown:
        """Return it as people are shown it."""
        return Shown(
            title="Enforce MP104 from a named moment",
            lines=(
                _line("Set at present", _read(facts[THE_WHOLE]["enforced_from"])),
                _line("Proposed", _read(payload["enforced_from"])),
            ),
            harm="From that moment on the DCC stops processing every message that is not signed "
            "with a notified xmlSign key. Users who do not sign so cannot send anything.",
            after="Every checker takes it over within a minute of the confirmation. Until the "
            "moment comes, messages are monitored as before.",
        )


class PostponingEnforcement(_Enforcement):
    """Postpones the enforcement of MP104, or goes back to monitoring."""

    act = Act.POSTPONE_ENFORCEMENT

    def named(self, payload: Payload) -> datetime | None:
        """Return None: it holds at once, whatever moment the enforcement is moved to."""
        del payload
        return None

    def check(self, payload: Payload, facts: Facts, *, at: datetime) -> None:
        """Return quietly where it moves the enforcement to later.

        Raises:
            ConflictError: It is set so already (`enforcement-is-so`), or there is none to postpone
                (`enforcement-not-set`).
            RefusedActError: The moment is not later than the one that is set, or has passed
                (`enforcement-not-later`).
        """
        set_for, moment = _read(facts[THE_WHOLE]["enforced_from"]), _read(payload["enforced_from"])
        if set_for is None:
            raise ConflictError(
                "enforcement-not-set", "No moment is set, so there is none to postpone."
            )
        _require_other(payload, facts)
        if moment is not None and (moment <= set_for or moment <= at):
            raise RefusedActError(
                "enforcement-not-later",
                f"{in_words(moment)} is not later than now and than {in_words(set_for)}, which is "
                "set; name a later moment, or none.",
            )

    def shown(self, payload: Payload, facts: Facts) -> Shown:
        """Return it as people are shown it."""
        moment = _read(payload["enforced_from"])
        return Shown(
            title="Postpone the enforcement of MP104"
            if moment is not None
            else "Go back to monitoring MP104",
            lines=(
                _line("Set at present", _read(facts[THE_WHOLE]["enforced_from"])),
                _line("Proposed", moment),
            ),
            harm="Until then the DCC processes messages that are not signed with a notified "
            "xmlSign key, and only records that they are not.",
            after="It holds at once: every checker takes it over within a minute.",
        )


def _require_other(payload: Payload, facts: Facts) -> None:
    if _read(payload["enforced_from"]) == _read(facts[THE_WHOLE]["enforced_from"]):
        raise ConflictError("enforcement-is-so", "The enforcement is set so already.")


def _line(label: str, moment: datetime | None) -> Line:
    if moment is None:
        return Line(label=label, text="Not set: messages are monitored")
    return Line(label=label, at=moment)


def _read(stored: str | None) -> datetime | None:
    return datetime.fromisoformat(stored) if stored is not None else None
