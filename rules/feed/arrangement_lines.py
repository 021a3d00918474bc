"""The lines for what staff arrange: who may send what, and when which rule holds.

Of these a change has all there are, or says nothing: there are never many.
"""

from datetime import datetime
from typing import Any, TypedDict, TypeVar

from rules.feed.kinds import Entry, Kind, Line
from rules.feed.values import Readers, in_utc
from rules.identifiers import Eui64
from rules.register.arrangements import (
    Instruction,
    Period,
    RegistrationSwitch,
    ResourceProvider,
    Threshold,
)
from rules.register.checkpoints import Checkpoint
from rules.register.snapshot import Eligibility
from rules.roles import UserRole
from rules.service_requests.question import parse_checkpoint

_Value = TypeVar("_Value")


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


def _write_instruction(entry: tuple[int, Instruction]) -> Line:
    number, instruction = entry
    return {
        "number": number,
        "supplier_reference": instruction.supplier_reference,
        "provider_reference": instruction.provider_reference,
        **_write_times(instruction),
    }


def _read_instruction(line: Line, readers: Readers) -> tuple[int, Instruction]:
    return readers.number(line["number"]), Instruction(
        supplier_reference=readers.text(line["supplier_reference"]),
        provider_reference=readers.text(line["provider_reference"]),
        **_read_times(line, readers),
    )


def _write_thresholds(entry: tuple[Eui64, tuple[Threshold, ...]]) -> Line:
    user_id, thresholds = entry
    return {
        "user_id": user_id,
        "thresholds": [
            {
                "service_reference_variant": one.service_reference_variant,
                "value": one.value,
                **_write_times(one),
            }
            for one in thresholds
        ],
    }


def _read_thresholds(line: Line, readers: Readers) -> tuple[Eui64, tuple[Threshold, ...]]:
    return Eui64(readers.eui64(line["user_id"])), tuple(
        Threshold(
            service_reference_variant=readers.text(item["service_reference_variant"]),
            value=None if item["value"] is None else readers.number(item["value"]),
            **_read_times(item, readers),
        )
        for item in readers.objects(line["thresholds"], members=4)
    )


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


def _numbered(member: tuple[_Value, ...]) -> list[tuple[int, _Value]]:
    return list(enumerate(member, start=1))


def _in_order(read: dict[int, _Value]) -> tuple[_Value, ...]:
    if list(read) != list(range(1, len(read) + 1)):
        raise ValueError("they are not numbered in their order")
    return tuple(read.values())


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
    members=6,
    entries=_numbered,
    assembled=_in_order,
)
THRESHOLDS = Kind(
    name="thresholds",
    member="thresholds",
    write=_write_thresholds,
    read=_read_thresholds,
    members=3,
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

ARRANGEMENTS = (
    ELIGIBILITY,
    ENFORCEMENT,
    NOTIFICATION_WAIVER,
    INSTRUCTION,
    THRESHOLDS,
    RESOURCE_PROVIDERS,
    SAFETY_CRITICAL_ALERT,
    ALL_ALERTS,
    REGISTRATION_SWITCH,
)
"""In the order in which they are written."""
