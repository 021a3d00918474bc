"""Every kind of line of the present format, and of each format that is read.

A line is a JSON object whose `kind` says what it is; its other members are exactly those that its
kind writes. To let the feed carry more, add a kind here: followers that do not know it refuse a
body that counts its lines, as they must, unless the header calls it ignorable. Whatever changes a
kind that there is makes another format, which followers must know before anybody writes it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from rules.feed import arrangement_lines as arranged, format_1
from rules.feed.framing import FORMAT_VERSION
from rules.feed.kinds import Kind
from rules.feed.register_lines import CERTIFICATE, CERTIFICATE_GONE, USER_ID, USER_ID_GONE


@dataclass(frozen=True, kw_only=True)
class Format:
    """What lines a version of the format has."""

    parts: tuple[Kind, ...]
    """Of these a change has those that are new or different."""
    gone: tuple[Kind, ...]
    """Only in changes: what is in the snapshot no more. In the order of the parts."""
    wholes: tuple[Kind, ...]
    """Of these a change has all there are, or does not count them."""

    @cached_property
    def snapshot_kinds(self) -> Mapping[str, Kind]:
        """Those that every snapshot counts, by name, in the order in which they are written."""
        return {kind.name: kind for kind in (*self.parts, *self.wholes)}

    @cached_property
    def change_kinds(self) -> Mapping[str, Kind]:
        """Those that a change may count, by name."""
        return {kind.name: kind for kind in (*self.parts, *self.gone, *self.wholes)}


PRESENT: Final = Format(
    parts=(
        CERTIFICATE,
        USER_ID,
        arranged.PARTY_STANDING,
        arranged.ELIGIBILITY,
        arranged.INSTRUCTION,
        arranged.THRESHOLDS,
        arranged.RESOURCE_PROVIDERS,
        arranged.SAFETY_CRITICAL_ALERT,
        arranged.REGISTRATION_SWITCH,
    ),
    gone=(
        CERTIFICATE_GONE,
        USER_ID_GONE,
        arranged.PARTY_STANDING_GONE,
        arranged.ELIGIBILITY_GONE,
        arranged.INSTRUCTION_GONE,
        arranged.THRESHOLDS_GONE,
        arranged.RESOURCE_PROVIDERS_GONE,
        arranged.SAFETY_CRITICAL_ALERT_GONE,
        arranged.REGISTRATION_SWITCH_GONE,
    ),
    wholes=(arranged.ENFORCEMENT, arranged.NOTIFICATION_WAIVER, arranged.ALL_ALERTS),
)
"""The one that is written."""

FORMATS: Final[Mapping[int, Format]] = {
    1: Format(parts=format_1.PARTS, gone=format_1.GONE, wholes=format_1.WHOLES),
    FORMAT_VERSION: PRESENT,
}
"""Those that are read, by version."""
