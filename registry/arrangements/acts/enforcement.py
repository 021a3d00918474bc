"""From when MP104 is enforced: set, or postponed, by two persons."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

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


_LATER = (
    "Until the new moment the DCC processes messages that MP104 would stop, and only records "
    "them. If MP104 is enforced now, that ends at once."
)
_NEVER = (
    "From now on the DCC processes messages that MP104 would stop, and only records them, until "
    "two officers set a moment again."
)


class _Enforcement(PairedAct):
    """What setting and postponing have in common: the one moment that holds."""

    facts_called: ClassVar[Mapping[str, str]] = {
        "enforced_from": "From when MP104 is enforced",
        "decision": "Latest decision on go-live",
    }

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
        """Return quietly where no moment is set, or a later one.

        Raises:
            ConflictError: It is set so already (`enforcement-is-so`).
            RefusedActError: An earlier moment is set, which only postponing moves
                (`enforcement-would-postpone`).
        """
        del at
        _require_other(payload, facts)
        set_for, moment = _read(facts[THE_WHOLE]["enforced_from"]), _read(payload["enforced_from"])
        if set_for is not None and moment is not None and moment > set_for:
            raise RefusedActError(
                "enforcement-would-postpone",
                "MP104 is set to be enforced from an earlier moment. To move it to a later one, "
                "postpone it.",
            )

    def shown(self, payload: Payload, facts: Facts) -> Shown:
        """Return it as people are shown it."""
        return Shown(
            title="Enforce MP104 from a named moment",
            lines=(
                _line("Set before", _read(facts[THE_WHOLE]["enforced_from"])),
                _line("Set by this", _read(payload["enforced_from"])),
            ),
            harm="From that moment the DCC stops processing messages that MP104's checks refuse, "
            "such as those not signed with an xmlSign key that was notified for the User ID. It "
            "can be postponed, by one officer alone in an emergency, but messages that were "
            "stopped stay stopped.",
            after="Checkers that reach the register take it over within a minute of the "
            "confirmation. Until the moment comes, messages are only monitored.",
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

    def undo(self, payload: Payload, facts: Facts, doing: Doing) -> Mapping[str, Any]:
        """Record the moment that held before.

        Raises:
            ConflictError: Something else was decided since (`enforcement-decided-since`), or that
                moment has passed (`enforcement-moment-passed`).
        """
        del payload
        newest = EnforcementMoment.objects.order_by("-pk").first()
        if newest is None or newest.proposal_id != doing.proposal.pk:
            raise ConflictError(
                "enforcement-decided-since",
                "Another moment has been decided on since, so this cannot be undone; say that it "
                "should not have been done instead.",
            )
        before = _read(facts[THE_WHOLE]["enforced_from"])
        if before is not None and before <= doing.at:
            # Whoever is not ready would be cut off by a review, without a moment named ahead.
            raise ConflictError(
                "enforcement-moment-passed",
                "The moment that was set has passed, so undoing this would enforce MP104 at once. "
                "Let it stand, or say that it should not have been done, and propose a new "
                "moment.",
            )
        return self._recorded(before, doing)

    def shown(self, payload: Payload, facts: Facts) -> Shown:
        """Return it as people are shown it."""
        moment = _read(payload["enforced_from"])
        return Shown(
            title="Postpone the enforcement of MP104"
            if moment is not None
            else "Go back to monitoring MP104",
            lines=(
                _line("Set before", _read(facts[THE_WHOLE]["enforced_from"])),
                _line("Set by this", moment),
            ),
            harm=_LATER if moment is not None else _NEVER,
            after="It takes effect at once. Checkers that reach the register take it over within "
            "a minute; one that does not goes by what it last knew, for up to four hours.",
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
