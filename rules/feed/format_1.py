"""The lines of format 1, which portals before November 2026 write: read, and never written.

A checker is brought up to date before the portal that it follows, and is given these until then.
They differ in that a User ID names its Party's category, on which nothing rests, and has no term,
nor have its User Roles; that no Party is told to be inactive; and that a change has all there is
of what is arranged.

No portal ever had an instruction, a threshold or a resource provider to write in format 1, which
cannot say what a decision asks of them: for which Service Reference Variants an instruction is,
and for which failed Supplier a threshold. A body that has one all the same is refused
(docs/decisions/0093).
"""

from rules.feed import arrangement_lines as arranged
from rules.feed.kinds import Entry, Kind, Line
from rules.feed.register_lines import CERTIFICATE, CERTIFICATE_GONE, USER_ID_GONE, user_id_from
from rules.feed.values import Readers
from rules.register.arrangements import HeldRole
from rules.roles import PartyCategory, UserRole


def _read_user_id(line: Line, readers: Readers) -> Entry:
    PartyCategory(line["category"])  # raises where it is none
    # Without a term: a User ID, and each of its User Roles, was so for as long as it was recorded.
    roles = tuple(
        HeldRole(user_role=role)
        for role in sorted(UserRole(text) for text in readers.texts(line["user_roles"]))
    )
    return user_id_from(line, readers, roles=roles, term={"valid_from": None, "valid_until": None})


def _never_written(entry: Entry) -> Line:
    raise NotImplementedError("format 1 is read alone")


def _refused(name: str, member: str) -> Kind:
    def read(_line: Line, _readers: Readers) -> Entry:
        raise ValueError(f"format 1 does not say enough of `{name}` to decide by it")

    return Kind(name=name, member=member, write=_never_written, read=read, members=None)


PARTS = (
    CERTIFICATE,
    Kind(name="user-id", member="user_ids", write=_never_written, read=_read_user_id, members=7),
)
GONE = (CERTIFICATE_GONE, USER_ID_GONE)
WHOLES = (
    arranged.ELIGIBILITY,
    arranged.ENFORCEMENT,
    arranged.NOTIFICATION_WAIVER,
    _refused("instruction", "instructions"),
    _refused("thresholds", "thresholds"),
    _refused("resource-providers", "resource_providers"),
    arranged.SAFETY_CRITICAL_ALERT,
    arranged.ALL_ALERTS,
    arranged.REGISTRATION_SWITCH,
)
