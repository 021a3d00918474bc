"""What the system is for: every requirement with its source, and which rules and acts serve it.

The requirements are data (`rules/data/requirements.csv`), the words ours and the source public.
What of one is not served yet stands beside it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from rules.data import read_table
from rules.duties import Act, Sight


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """Something that the system has to do."""

    id: str
    """Kept for ever, never reused."""
    words: str
    """What it does: the rest of a sentence that begins "The system"."""
    source: str
    """The document and clause that ask for it, or the decision where none does."""
    missing: str
    """What of it is not served yet, in a sentence; empty where nothing is known to be missing."""


REQUIREMENTS: Final[Mapping[str, Requirement]] = {
    row["id"]: Requirement(**row) for row in read_table("requirements.csv")
}
"""Every requirement by its id."""

_OF_EVERY_REQUEST = ("MP134B-6b", "MP134B-6c")
"""What is checked of every request, which MP134B asks for again before it is acted upon."""

SERVED_BY_RULES: Final[Mapping[str, tuple[str, ...]]] = {
    "APPM-2.3.1": ("RA-CSR",),
    "APPM-F": ("RA-CSR", "RA-PROFILE"),
    "APPB-B": ("RA-PROFILE",),
    "L11.5": ("RA-CSR", "RA-PROFILE"),
    "RA-KEYS": ("RA-KEYS+",),
    "MP104-1": ("MP104-1",),
    "MP104-KEY": ("MP104-KEY",),
    "MP104-MPID": ("MP104-MPID",),
    "MP104-NOTIFY": ("MP104-NOTIFY",),
    "MP104-XMLDSIG": ("MP104-XMLDSIG",),
    "MP134B-2": ("MP134B-2",),
    "MP134B-5": ("MP134B-5",),
    "MP134B-6A": ("MP134B-6a",),
    "MP134B-6B-6C": ("MP134B-6b", "MP134B-6c"),
    "MP134B-7": ("MP134B-7",),
    "MP134B-SUPPLIER": ("MP134B-6b", "MP134B-6c"),
    "SMKI-CERTIFICATE": ("MP104-1", *_OF_EVERY_REQUEST),
    "DUIS-REQUEST": _OF_EVERY_REQUEST,
    "DUIS-SCHEMA": _OF_EVERY_REQUEST,
    "DUIS-USER-ID": _OF_EVERY_REQUEST,
    "DUIS-ORIGINATOR": _OF_EVERY_REQUEST,
    "DUIS-E1": _OF_EVERY_REQUEST,
    "DUIS-E2": ("MP134B-1", "MP134B-3", *_OF_EVERY_REQUEST),
    "DUIS-E3": ("RA-PARTY", *_OF_EVERY_REQUEST),
    "DUIS-E12": _OF_EVERY_REQUEST,
    "DUIS-SRV": ("MP134B-3", *_OF_EVERY_REQUEST),
    "DUIS-COMMAND-VARIANT": _OF_EVERY_REQUEST,
    "DUIS-BODY": _OF_EVERY_REQUEST,
    "GBCS": ("MP134B-6c",),
    "SRPD-6.1F": ("SECMP0107-1", "SECMP0107-2"),
    "S1SR-4.2": ("SECMP0107-3",),
    "DUIS-RESPONSE": ("MP104-DCC",),
    "DCC-PUBLISH": ("MP104-DCC",),
    # Of whatever two persons do together; the moment of go-live is the first such act.
    "PAIR": ("MP104-5",),
}
"""Which requirements the rules serve whose ids begin so: the beginning names the clause."""

SERVED_BY_ACTS: Final[Mapping[Act | Sight, tuple[str, ...]]] = {
    Act.SIGN_IN: ("RA-IDENTITY+",),
    Act.CONFIRM_DEVICE: ("RA-IDENTITY+",),
    Act.FORGET_DEVICES: ("RA-IDENTITY+",),
    Act.END_APPOINTMENT: ("RA-PEOPLE",),
    Act.OPEN_PAGE: ("RA-EVIDENCE",),
    Act.SUBMIT_REQUEST: ("RA-CSR",),
    Act.WITHDRAW_REQUEST: ("RA-CSR",),
    Act.APPROVE_REQUEST: ("RA-CSR", "MP104-MPID"),
    Act.REJECT_REQUEST: ("RA-CSR",),
    Act.STOP_REQUEST: ("RA-CSR",),
    Act.SEND_REQUEST: ("RA-CSR",),
    Act.ISSUE_CERTIFICATE: ("RA-CSR", "RA-PROFILE"),
    Act.REVOKE_CERTIFICATE: ("RA-REVOKE",),
    Act.PLACE_MPID_HOLD: ("MP104-MPID",),
    Act.LIFT_MPID_HOLD: ("MP104-MPID",),
    Act.NOTIFY_CERTIFICATE: ("MP104-NOTIFY",),
    Act.WITHDRAW_NOTIFICATION: ("MP104-NOTIFY",),
    Act.PUBLISH_DCC_CERTIFICATE: ("MP104-DCC",),
    Act.END_DCC_CERTIFICATE: ("MP104-DCC",),
    Act.PROPOSE: ("MP104-5",),
    Act.CONFIRM_PROPOSAL: ("MP104-5",),
    Act.WITHDRAW_PROPOSAL: ("MP104-5",),
    Act.REFUSE_PROPOSAL: ("MP104-5",),
    Act.VOID_PROPOSAL: ("MP104-5",),
    Act.EXPIRE_PROPOSAL: ("MP104-5",),
    Act.REVIEW_PROPOSAL: ("MP104-5",),
    Act.CLOSE_PROPOSAL: ("MP104-5",),
    Act.SET_ENFORCEMENT: ("MP104-5",),
    Act.POSTPONE_ENFORCEMENT: ("MP104-5",),
    Act.SET_NOTIFICATION_WAIVER: ("MP104-NOTIFY",),
    Act.SET_ALERT_LIST: ("MP134B-7",),
    Act.SET_REGISTRATION_SWITCH: ("SECMP0107-2",),
    Act.MISS_DECISIONS: ("MP104-4", "RA-API"),
    Act.CREATE_API_CLIENT: ("RA-API",),
    Act.REVOKE_API_CLIENT: ("RA-API",),
    Act.ROTATE_FEED_KEY: ("RA-API",),
    Act.FILE_DOCUMENT: ("RA-DOCUMENTS+",),
    Act.CLEAR_DOCUMENT: ("RA-DOCUMENTS+",),
    Act.LOAD_DAYS_OFF: ("RA-LIMITS",),
    Act.ADD_DAY_OFF: ("RA-LIMITS",),
    Act.TAKE_BACK_DAY_OFF: ("RA-LIMITS",),
    Act.RETRY_EFFECT: ("RA-CSR",),
    Act.LOAD_REFERENCE_DATA: ("MP134B-3",),
    # For whoever wants to see the system at work; nobody requires it.
    Act.LOAD_DEMONSTRATION: (),
    Sight.REGISTER: ("RA-REGISTER",),
    Sight.MESSAGE_CHECK: ("MP104-1", "MP104-2", "MP104-DCC"),
    Sight.PROPOSALS: ("MP104-5",),
    Sight.EVIDENCE: ("RA-EVIDENCE",),
    Sight.DOCUMENTS: ("RA-DOCUMENTS+",),
    Sight.WORKING_DAYS: ("RA-LIMITS",),
    Sight.JOBS: ("RA-EVIDENCE",),
    Sight.BACKGROUND_WORK: ("RA-CSR",),
    Sight.MAIL: ("RA-CSR",),
}
"""Which requirements each act and each sight serves."""


def served_by_rule(rule_id: str) -> tuple[str, ...]:
    """Return the requirements that a rule serves, by the longest beginning of its id.

    Raises:
        KeyError: Nobody has said which.
    """
    parts = rule_id.split("-")
    for length in range(len(parts), 0, -1):
        beginning = "-".join(parts[:length])
        if beginning in SERVED_BY_RULES:
            return SERVED_BY_RULES[beginning]
    raise KeyError(rule_id)
