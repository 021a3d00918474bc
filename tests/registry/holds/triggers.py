"""Every trigger of the database, written down a second time, with what it forbids or keeps.

A new one goes into the table of its kind below; one that is not here fails `test_what_is_held.py`,
and so does one here that the database has no longer.
"""

from dataclasses import dataclass

NEVER_DELETED = {
    "alert_is_never_deleted": "safetycriticalalert",
    "appointment_stays": "appointment",
    "certificate_stays": "organisationcertificate",
    "day_off_stays": "dayoff",
    "dcc_certificate_stays": "dccsigningcertificate",
    "document_stays": "document",
    "mpid_use_stays": "mpiduse",
    "notification_stays": "signingnotification",
    "observation_stays": "observation",
    "party_standing_stays": "partystanding",
    "party_stays": "party",
    "proposal_stays": "proposal",
    "proposal_subject_stays": "proposalsubject",
    "request_stays": "certificaterequest",
    "transfer_hold_stays": "mpidtransferhold",
    "user_id_stays": "userid",
}

NEVER_CHANGED = {
    "all_alerts_moment_stays": "allalertsmoment",
    "ceased_message_stays": "ceasedmessage",
    "enforcement_moment_stays": "enforcementmoment",
    "event_stays": "event",
    "key_use_stays": "keyuse",
    "notification_waiver_moment_stays": "notificationwaivermoment",
    "registration_switch_moment_stays": "registrationswitchmoment",
    "request_check_stays": "requestcheck",
    "word_in_name_stays": "wordinname",
}
"""Nor deleted."""

MAY_CHANGE = {
    "alert_stays_what_it_was": ("safetycriticalalert", {"id", "valid_until"}),
    "certificate_content_stays": (
        "organisationcertificate",
        {"revoked_at", "revocation_reason", "revocation_note", "revoked_by_id"},
    ),
    "day_off_stays_its_own": (
        "dayoff",
        {"taken_back_at", "taken_back_by_id", "taking_back_reason"},
    ),
    "dcc_certificate_stays_its_own": ("dccsigningcertificate", {"ended_at", "valid_until"}),
    "job_stays_its_own": (
        "job",
        {
            *("state", "due_at", "run", "tries", "checkpoint", "done", "of", "says", "report"),
            *("reason", "fault", "started_at", "ended_at", "ended_by_id", "kept_until"),
        },
    ),
    "document_content_stays_its_own": ("documentcontent", set()),
    "document_stays_its_own": ("document", {"kept_until", "cleared_at"}),
    "mpid_use_stays_its_own": ("mpiduse", {"id", "held"}),
    "notification_stays_its_own": ("signingnotification", {"withdrawn_at", "withdrawn_by_id"}),
    "observation_stays_its_own": ("observation", {"count"}),
    "party_category_stays": ("party", {"id", "name", "is_authorised_subscriber", "created_at"}),
    "appointment_stays_its_own": (
        "appointment",
        {"natural_person_id", "ended_at", "ending", "ended_by_id", "ending_note"},
    ),
    "party_standing_stays_its_own": ("partystanding", {"id", "valid_until"}),
    "proposal_stays_its_own": (
        "proposal",
        {
            *("state", "second_id", "decided_at", "decision_note", "differing", "holds_from"),
            *("closed_by_id", "closed_at", "closing_note"),
        },
    ),
    "proposal_subject_stays_its_own": ("proposalsubject", {"is_held"}),
    "request_content_stays": (
        "certificaterequest",
        {
            "id",
            "state",
            "state_changed_at",
            "version",
            "decided_by_id",
            "decided_at",
            "decision_note",
            "answer_unrecorded",
        },
    ),
    "transfer_hold_stays_its_own": (
        "mpidtransferhold",
        {"lifted_at", "lifted_by_id", "lifting_reason"},
    ),
    "user_id_stays_its_own": (
        "userid",
        {"id", "user_roles", "created_at", "valid_from", "valid_until"},
    ),
}
"""The columns of a table that may change; no other may."""


Step = str | dict[str, str]
"""A statement, or what differs in a second row that is like the plain one."""


@dataclass(frozen=True, kw_only=True)
class Try:
    """What a trigger forbids: a statement, after others that bring the row there."""

    table: str
    forbidden: Step
    before: tuple[Step, ...] = ()
    refusal: str = "pgtrigger: Cannot update rows"


_LONG_AGO = "tstzrange('2000-01-01', '2000-01-02')"
_STILL = "UPDATE registry_{0} SET id = id"
TRIED = {
    "appointment_stays_ended": Try(
        table="appointment",
        before=(
            (
                "UPDATE registry_appointment"
                " SET ended_at = now(), ending = 'removed', ended_by_id = person_id"
            ),
        ),
        forbidden="UPDATE registry_appointment SET ended_at = ended_at + interval '1 s'",
    ),
    "certificate_stays_revoked": Try(
        table="organisationcertificate",
        before=(
            (
                "UPDATE registry_organisationcertificate"
                " SET revoked_at = now(), revocation_reason = 'superseded'"
            ),
        ),
        forbidden=_STILL.format("organisationcertificate"),
    ),
    "notification_stays_withdrawn": Try(
        table="signingnotification",
        before=("UPDATE registry_signingnotification SET withdrawn_at = now()",),
        forbidden=_STILL.format("signingnotification"),
    ),
    "dcc_certificate_stays_ended": Try(
        table="dccsigningcertificate",
        before=(
            "UPDATE registry_dccsigningcertificate SET ended_at = now(), valid_until = now()",
        ),
        forbidden=_STILL.format("dccsigningcertificate"),
    ),
    "job_stays_ended": Try(
        table="job",
        before=(
            (
                "UPDATE registry_job"
                " SET state = 'failed', reason = 'a', ended_at = now(), kept_until = now()"
            ),
        ),
        forbidden=_STILL.format("job"),
    ),
    "job_under_way_stays": Try(
        table="job",
        forbidden="DELETE FROM registry_job",
        refusal="pgtrigger: Cannot delete rows",
    ),
    "day_off_stays_taken_back": Try(
        table="dayoff",
        before=(
            (
                "UPDATE registry_dayoff SET taken_back_at = now(),"
                " taken_back_by_id = recorded_by_id, taking_back_reason = 'a'"
            ),
        ),
        forbidden=_STILL.format("dayoff"),
    ),
    "document_stays_cleared": Try(
        table="document",
        before=("UPDATE registry_document SET kept_until = now(), cleared_at = now()",),
        forbidden=_STILL.format("document"),
    ),
    "transfer_hold_stays_lifted": Try(
        table="mpidtransferhold",
        before=(
            (
                "UPDATE registry_mpidtransferhold"
                " SET lifted_at = now(), lifted_by_id = placed_by_id, lifting_reason = 'a'"
            ),
        ),
        forbidden=_STILL.format("mpidtransferhold"),
    ),
    "observation_only_grows": Try(
        table="observation",
        before=("UPDATE registry_observation SET count = 7",),
        forbidden="UPDATE registry_observation SET count = 6",
    ),
    "proposal_begins_open": Try(
        table="proposal",
        before=(
            (
                "UPDATE registry_proposal SET state = 'applied', decided_at = now(),"
                " second_id = proposed_by_id + 1"
            ),
        ),
        forbidden={},
        refusal="",
    ),
    "proposal_moves_by_its_life": Try(
        table="proposal",
        before=("UPDATE registry_proposal SET state = 'withdrawn'",),
        forbidden="UPDATE registry_proposal SET state = 'open'",
        refusal="",
    ),
    "request_begins_as_accepted": Try(
        table="certificaterequest",
        before=("UPDATE registry_certificaterequest SET state = 'approved'",),
        forbidden={},
        refusal="",
    ),
    "mpid_is_nobody_elses": Try(
        table="mpiduse",
        before=("UPDATE registry_mpiduse SET in_conflict = true",),
        forbidden={"party_id": "party_id + 1", "in_conflict": "false"},
        refusal="",
    ),
    "mpid_stays_nobody_elses": Try(
        table="mpiduse",
        before=(
            "UPDATE registry_mpiduse SET in_conflict = true",
            {"party_id": "party_id + 1", "in_conflict": "false", "held": _LONG_AGO},
        ),
        forbidden="UPDATE registry_mpiduse SET held = tstzrange('2000-01-01', NULL)",
        refusal="",
    ),
    "request_moves_by_the_workflow": Try(
        table="certificaterequest",
        before=("UPDATE registry_certificaterequest SET state = 'rejected'",),
        forbidden="UPDATE registry_certificaterequest SET state = 'issued'",
        refusal="",
    ),
}


@dataclass(frozen=True, kw_only=True)
class Keeps:
    """What is done to one table, and what its trigger then has be so in another."""

    table: str
    other: str
    does: Step
    is_so: str
    before: tuple[str, ...] = ()


_KEY = f"key_x = '{'ab' * 32}' AND eui64 = '90-B3-D5-1F-30-01-00-00'"
KEEPS = {
    "certificate_holds": Keeps(
        table="organisationcertificate",
        other="mpiduse",
        before=(
            (
                "UPDATE registry_organisationcertificate"
                " SET mpids = '{NWEL}', not_after = recorded_at + interval '1 day'"
            ),
        ),
        does={},
        is_so="mpid = 'NWEL' AND certificate_id IS NOT NULL",
    ),
    "certificate_uses_its_key": Keeps(
        table="organisationcertificate", other="keyuse", does={}, is_so=_KEY
    ),
    "proposal_lets_go": Keeps(
        table="proposal",
        other="proposalsubject",
        before=(
            (
                "INSERT INTO registry_proposalsubject (proposal_id, key, is_held)"
                " SELECT id, 'a', true FROM registry_proposal"
            ),
        ),
        does="UPDATE registry_proposal SET state = 'withdrawn'",
        is_so="NOT is_held",
    ),
    "request_holds": Keeps(
        table="certificaterequest",
        other="mpiduse",
        before=("UPDATE registry_certificaterequest SET mpids = '{NWEL}'",),
        does="UPDATE registry_certificaterequest SET state = 'approved'",
        is_so="mpid = 'NWEL' AND request_id IS NOT NULL AND upper_inf(held)",
    ),
    "request_uses_its_key": Keeps(table="certificaterequest", other="keyuse", does={}, is_so=_KEY),
    "transfer_hold_holds": Keeps(
        table="mpidtransferhold",
        other="mpiduse",
        does={},
        is_so="mpid = 'NWEL' AND transfer_hold_id IS NOT NULL",
    ),
}

WATCHED = {
    "allalertsmoment": "id",
    "enforcementmoment": "id",
    "notificationwaivermoment": "id",
    "organisationcertificate": "id",
    "party": "id",
    "partystanding": "party_id",
    "registrationswitchmoment": "checkpoint",
    "safetycriticalalert": "alert_code",
    "servicereferencevariant": "code",
    "servicerequesteligibility": "service_reference_variant",
    "signingnotification": "id",
    "userid": "id",
}
"""Every table that decisions rest on, with what its changes are known by."""
