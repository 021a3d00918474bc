"""The lines for what is arranged: who may send what and how much, and when which rule holds.

Each line is one entry, which changes by itself: none grows with the Users, and none says all there
is of something that does. What is one moment and nothing else is a line too.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypedDict, TypeVar

from rules.feed.kinds import Entry, Kind, Line
from rules.feed.values import Readers, in_utc
from rules.identifiers import Eui64
from rules.register.arrangements import (
    Inactivity,
    Instruction,
    NotActive,
    Period,
    RegistrationSwitch,
    ResourceProvider,
    Threshold,
    ThresholdAuthor,
    Window,
)
from rules.register.checkpoints import Checkpoint
from rules.register.snapshot import Eligibility, ThresholdsOf
from rules.roles import UserRole
from rules.service_requests.question import parse_checkpoint

Value = TypeVar("Value")


class _Times(TypedDict):
    valid_from: datetime
    valid_until: datetime | None


def _write_times(period: Period | Eligibility) -> Line:
    return {
        "valid_from": in_utc(period.valid_from),
        "valid_until": in_utc(period.valid_until),
    }


def _read_times(line: Line, readers: Readers) -> _Times:
    return {
        "valid_from": readers.moment(line["valid_from"]),
        "valid_until": readers.moment_or_none(line["valid_until"]),
    }


def _write_standing(entry: tuple[str, tuple[Inactivity, ...]]) -> Line:
    party, periods = entry
    return {
        "party_reference": party,
        "not_active": [{"standing": one.standing.value, **_write_times(one)} for one in periods],
    }


def _read_standing(line: Line, readers: Readers) -> tuple[str, tuple[Inactivity, ...]]:
    return readers.text(line["party_reference"]), tuple(
        Inactivity(standing=NotActive(item["standing"]), **_read_times(item, readers))
        for item in readers.objects(line["not_active"], members=3)
    )


def _write_eligibility(entry: tuple[str, tuple[Eligibility, ...]]) -> Line:
    variant, eligible = entry
    return {
        "service_reference_variant": variant,
        "eligible": [{"user_role": one.user_role.value, **_write_times(one)} for one in eligible],
    }


def _read_eligibility(line: Line, readers: Readers) -> tuple[str, tuple[Eligibility, ...]]:
    return readers.text(line["service_reference_variant"]), tuple(
        Eligibility(user_role=UserRole(item["user_role"]), **_read_times(item, readers))
        for item in readers.objects(line["eligible"], members=3)
    )


def _write_instruction(entry: tuple[str, Instruction]) -> Line:
    instruction = entry[1]
    return {
        "reference": instruction.reference,
        "supplier_reference": instruction.supplier_reference,
        "provider_reference": instruction.provider_reference,
        "service_reference_variants": sorted(instruction.service_reference_variants),
        "last_resort_references": sorted(instruction.last_resort_references),
        **_write_times(instruction),
    }


def _read_instruction(line: Line, readers: Readers) -> tuple[str, Instruction]:
    reference = readers.text(line["reference"])
    return reference, Instruction(
        reference=reference,
        supplier_reference=readers.text(line["supplier_reference"]),
        provider_reference=readers.text(line["provider_reference"]),
        service_reference_variants=_read_set(line["service_reference_variants"], readers),
        last_resort_references=_read_set(line["last_resort_references"], readers),
        **_read_times(line, readers),
    )


def _read_set(value: Any, readers: Readers) -> frozenset[str]:
    texts = readers.texts(value)
    if list(texts) != sorted(set(texts)):
        raise ValueError("a list is not in order, or names one twice")
    return frozenset(texts)


def _write_thresholds(entry: tuple[ThresholdsOf, tuple[Threshold, ...]]) -> Line:
    (user_id, variant), thresholds = entry
    return {
        "user_id": user_id,
        "service_reference_variant": variant,
        "thresholds": [
            {
                "failed_supplier_reference": one.failed_supplier_reference,
                "author": one.author.value,
                "window": one.window.value,
                "warning": one.warning,
                "quarantine": one.quarantine,
                **_write_times(one),
            }
            for one in thresholds
        ],
    }


def _read_thresholds(line: Line, readers: Readers) -> tuple[ThresholdsOf, tuple[Threshold, ...]]:
    return _read_thresholds_of(line, readers), tuple(
        Threshold(
            failed_supplier_reference=_read_or_none(
                readers.text, item["failed_supplier_reference"]
            ),
            author=ThresholdAuthor(item["author"]),
            window=Window(item["window"]),
            warning=_read_or_none(readers.number, item["warning"]),
            quarantine=_read_or_none(readers.number, item["quarantine"]),
            **_read_times(item, readers),
        )
        for item in readers.objects(line["thresholds"], members=7)
    )


def _read_or_none(read: Callable[[Any], Value], value: Any) -> Value | None:
    return None if value is None else read(value)


def _read_thresholds_of(line: Line, readers: Readers) -> ThresholdsOf:
    variant = readers.text(line["service_reference_variant"])
    return Eui64(readers.eui64(line["user_id"])), variant


def _write_providers(entry: tuple[str, tuple[ResourceProvider, ...]]) -> Line:
    supplier, providers = entry
    return {
        "supplier_reference": supplier,
        "providers": [
            {
                "provider": one.provider,
                "provider_reference": one.provider_reference,
                "user_id": one.user_id,
                **_write_times(one),
            }
            for one in providers
        ],
    }


def _read_providers(line: Line, readers: Readers) -> tuple[str, tuple[ResourceProvider, ...]]:
    return readers.text(line["supplier_reference"]), tuple(
        ResourceProvider(
            provider=readers.text(item["provider"]),
            provider_reference=readers.text(item["provider_reference"]),
            user_id=Eui64(readers.eui64(item["user_id"])),
            **_read_times(item, readers),
        )
        for item in readers.objects(line["providers"], members=5)
    )


def _write_alert(entry: tuple[str, tuple[Period, ...]]) -> Line:
    code, periods = entry
    return {"alert_code": code, "listed": [_write_times(period) for period in periods]}


def _read_alert(line: Line, readers: Readers) -> tuple[str, tuple[Period, ...]]:
    return readers.text(line["alert_code"]), tuple(
        Period(**_read_times(item, readers)) for item in readers.objects(line["listed"], members=2)
    )


def _write_switch(entry: tuple[Checkpoint, RegistrationSwitch]) -> Line:
    switch = entry[1]
    return {
        "checkpoint": switch.checkpoint,
        "turned_on_at": in_utc(switch.turned_on_at),
        "alert_code": switch.alert_code,
    }


def _read_switch(line: Line, readers: Readers) -> tuple[Checkpoint, RegistrationSwitch]:
    switch = RegistrationSwitch(
        checkpoint=parse_checkpoint(readers.text(line["checkpoint"])),
        turned_on_at=readers.moment_or_none(line["turned_on_at"]),
        alert_code=None if line["alert_code"] is None else readers.text(line["alert_code"]),
    )
    return switch.checkpoint, switch


def _the_only(read: dict[Any, Any]) -> Any:
    if len(read) != 1:
        raise ValueError("there is not exactly one")
    return next(iter(read.values()))


def _one_moment(*, name: str, member: str) -> Kind:
    """Return the kind whose one line has a moment, or null, and nothing else."""

    def write(entry: Entry) -> Line:
        return {member: in_utc(entry[1])}

    def read(line: Line, readers: Readers) -> Entry:
        return member, readers.moment_or_none(line[member])

    return Kind(
        name=name,
        member=member,
        write=write,
        read=read,
        members=2,
        entries=lambda moment: [(member, moment)],
        assembled=_the_only,
    )


PARTY_STANDING = Kind(
    name="party-standing",
    member="inactive_parties",
    write=_write_standing,
    read=_read_standing,
    members=3,
)
ELIGIBILITY = Kind(
    name="eligibility",
    member="eligibility",
    write=_write_eligibility,
    read=_read_eligibility,
    members=3,
)
ENFORCEMENT = _one_moment(name="enforcement", member="enforced_from")
NOTIFICATION_WAIVER = _one_moment(name="notification-waiver", member="notification_waived_from")
INSTRUCTION = Kind(
    name="instruction",
    member="instructions",
    write=_write_instruction,
    read=_read_instruction,
    members=8,
)
THRESHOLDS = Kind(
    name="thresholds",
    member="thresholds",
    write=_write_thresholds,
    read=_read_thresholds,
    members=4,
)
RESOURCE_PROVIDERS = Kind(
    name="resource-providers",
    member="resource_providers",
    write=_write_providers,
    read=_read_providers,
    members=3,
)
SAFETY_CRITICAL_ALERT = Kind(
    name="safety-critical-alert",
    member="safety_critical_alerts",
    write=_write_alert,
    read=_read_alert,
    members=3,
)
ALL_ALERTS = _one_moment(name="all-alerts", member="all_alerts_from")
REGISTRATION_SWITCH = Kind(
    name="registration-switch",
    member="registration_switches",
    write=_write_switch,
    read=_read_switch,
    members=4,
)


def _gone(kind: Kind, member: str, read: Callable[[Any, Readers], Any]) -> Kind:
    """Return the kind whose lines take an entry away that one member of a line names."""

    def write_name(entry: Entry) -> Line:
        return {member: entry[0]}

    def read_name(line: Line, readers: Readers) -> Entry:
        return read(line[member], readers), None

    return Kind(
        name=f"{kind.name}-gone", member=kind.member, write=write_name, read=read_name, members=2
    )


def _read_text(value: Any, readers: Readers) -> str:
    return readers.text(value)


def _read_checkpoint(value: Any, readers: Readers) -> Checkpoint:
    return parse_checkpoint(readers.text(value))


PARTY_STANDING_GONE = _gone(PARTY_STANDING, "party_reference", _read_text)
ELIGIBILITY_GONE = _gone(ELIGIBILITY, "service_reference_variant", _read_text)
INSTRUCTION_GONE = _gone(INSTRUCTION, "reference", _read_text)
THRESHOLDS_GONE = Kind(
    name="thresholds-gone",
    member="thresholds",
    write=lambda entry: {"user_id": entry[0][0], "service_reference_variant": entry[0][1]},
    read=lambda line, readers: (_read_thresholds_of(line, readers), None),
    members=3,
)
RESOURCE_PROVIDERS_GONE = _gone(RESOURCE_PROVIDERS, "supplier_reference", _read_text)
SAFETY_CRITICAL_ALERT_GONE = _gone(SAFETY_CRITICAL_ALERT, "alert_code", _read_text)
REGISTRATION_SWITCH_GONE = _gone(REGISTRATION_SWITCH, "checkpoint", _read_checkpoint)
