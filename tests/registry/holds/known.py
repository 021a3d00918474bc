"""Everything that the database holds by itself, written down a second time, with what it forbids.

A new trigger, constraint or unique index goes into the table of its kind below; one that is not
here fails `test_what_is_held.py`, and so does one here that the database has no longer.
"""

from dataclasses import dataclass, field

EUI64 = "'90-b3-d5-1f-30-01-00-00'"
"""In lower case, which none is."""

# --- triggers that refuse, by their name ---------------------------------------------------------

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

# --- constraints, by their name ------------------------------------------------------------------

CHECKS = {
    "appointment_ends_after_its_beginning": (
        "appointment",
        "ended_at = started_at - interval '1 s', ending = 'removed', ended_by_id = person_id",
    ),
    "appointment_is_of_staff_or_for_one_party": ("appointment", "party_id = NULL"),
    "appointment_says_how_and_by_whom_it_ended": (
        "appointment",
        "ended_at = started_at, ending = 'removed'",
    ),
    "alert_code_is_four_hexadecimal_digits": ("safetycriticalalert", "alert_code = '8f0a'"),
    "alert_ends_after_its_beginning": (
        "safetycriticalalert",
        "valid_until = valid_from - interval '1 s'",
    ),
    "ceased_message_has_a_reason": ("ceasedmessage", "reason = ''"),
    "ceased_message_is_somebodys_or_the_staffs": ("ceasedmessage", "attribution = 'signer'"),
    "certificate_eui64_is_an_eui64": ("organisationcertificate", f"eui64 = {EUI64}"),
    "certificate_key_is_a_fingerprint": ("organisationcertificate", "spki_sha256 = 'ab'"),
    "certificate_revocation_has_a_reason": ("organisationcertificate", "revoked_at = now()"),
    "certificate_serial_is_decimal": ("organisationcertificate", "serial_number = '0AB'"),
    "claimed_mpid_is_an_mpid": ("mpid", "code = 'nwel'"),
    "day_off_is_computed_or_proclaimed_with_a_reason": ("dayoff", "reason = ''"),
    "day_off_is_taken_back_by_somebody_with_a_reason": ("dayoff", "taken_back_at = now()"),
    "dcc_certificate_ends_after_its_beginning": ("dccsigningcertificate", "ended_at = now()"),
    "dcc_certificate_purpose_is_known": ("dccsigningcertificate", "purpose = '~'"),
    "document_digest_is_a_sha256": ("document", "sha256 = 'ab'"),
    "document_is_cleared_after_its_time": ("document", "cleared_at = now()"),
    "document_with_a_fault_is_kept_for_a_reason": ("document", "forced_because = 'a'"),
    "eligibility_user_role_is_known": ("servicerequesteligibility", "user_role = '~'"),
    "enforcement_is_set_by_a_proposal": ("enforcementmoment", "is_loaded = true"),
    "event_chain_has_one_head": ("eventchainhead", "id = false"),
    "event_result_is_known": ("event", "result = '~'"),
    "job_has_ended_or_is_under_way": ("job", "ended_at = now()"),
    "job_is_cancelled_by_somebody": ("job", "ended_by_id = asked_by_id"),
    "job_state_is_known": ("job", "state = '~'"),
    "job_that_failed_has_a_reason": ("job", "reason = 'a'"),
    "job_that_is_done_reports": ("job", "report = '[]'"),
    "key_use_is_of_a_coordinate": ("keyuse", "key_x = 'ab'"),
    "mpid_use_is_of_one_thing": ("mpiduse", "certificate_id = NULL"),
    "notification_counts_from_its_making_on": (
        "signingnotification",
        "notified_at = recorded_at - interval '1 s'",
    ),
    "observation_ceases_for_a_reason": ("observation", "outcome = 'cease'"),
    "observation_counts_something": ("observation", "count = 0"),
    "observation_generation_is_known": ("observation", "generation = '~'"),
    "observation_kind_is_known": ("observation", "kind = '~'"),
    "observation_knows_only_a_proven_signer": ("observation", "is_proven = false"),
    "observation_would_cease_for_a_reason": ("observation", "would_be = 'cease'"),
    "only_an_xmlsign_request_notifies": (
        "certificaterequest",
        "remote_party_role = '02', notify_when_issued = true",
    ),
    "outbox_message_is_not_done_and_given_up": (
        "outboxmessage",
        "done_at = now(), given_up_at = now()",
    ),
    "party_category_is_known": ("party", "category = '~'"),
    "party_standing_ends_after_its_beginning": (
        "partystanding",
        "valid_until = valid_from - interval '1 s'",
    ),
    "party_standing_is_known": ("partystanding", "standing = '~'"),
    "party_that_has_ceased_stays_so": (
        "partystanding",
        "standing = 'ceased', valid_until = valid_from",
    ),
    "proposal_is_closed_by_another_person": ("proposal", "closed_by_id = proposed_by_id"),
    "proposal_is_decided_by_somebody": ("proposal", "state = 'refused'"),
    "proposal_is_made_good_by_somebody": (
        "proposal",
        "state = 'made-good', decided_at = now(), second_id = proposed_by_id + 1",
    ),
    "proposal_is_of_two_persons": ("proposal", "second_id = proposed_by_id"),
    "proposal_says_why": ("proposal", "note = ''"),
    "proposal_state_is_known": ("proposal", "state = '~'"),
    "recorded_mpid_is_an_mpid": ("partympid", "mpid = 'nwel'"),
    "request_eui64_is_an_eui64": ("certificaterequest", f"eui64 = {EUI64}"),
    "request_key_is_a_coordinate": ("certificaterequest", "key_x = 'ab'"),
    "request_key_is_a_fingerprint": ("certificaterequest", "spki_sha256 = 'ab'"),
    "request_state_is_known": ("certificaterequest", "state = '~'"),
    "snapshot_has_one_version": ("snapshotversion", "id = false"),
    "switch_is_of_a_checkpoint": ("registrationswitchmoment", "checkpoint = 's1sp:'"),
    "transfer_hold_ends_after_its_beginning": ("mpidtransferhold", "valid_until = valid_from"),
    "transfer_hold_has_a_reason": ("mpidtransferhold", "reason = ''"),
    "transfer_hold_is_lifted_by_somebody_with_a_reason": (
        "mpidtransferhold",
        "lifted_at = now()",
    ),
    "transfer_hold_is_on_an_mpid": ("mpidtransferhold", "mpid = 'nwel'"),
    "used_mpid_is_an_mpid": ("mpiduse", "mpid = 'nwel'"),
    "user_id_ends_after_its_beginning": (
        "userid",
        "valid_from = now(), valid_until = now() - interval '1 s'",
    ),
    "user_id_is_an_eui64": ("userid", f"eui64 = {EUI64}"),
    "user_id_roles_are_known": ("userid", "user_roles = ARRAY['~']"),
    "word_is_decided_with_a_reason": ("wordinname", "reason = ''"),
    "word_is_written_as_an_mpid": ("wordinname", "mpid = 'nwel'"),
    "word_stands_in_a_name": ("wordinname", "common_name = ''"),
}
"""Of which table, and what it does not let be set in the plain row."""


@dataclass(frozen=True, kw_only=True)
class One:
    """What cannot be twice: rows that are alike in all these columns."""

    table: str
    alike: tuple[str, ...]
    unless: dict[str, str] = field(default_factory=dict)
    """What takes a row out of it."""


_OBSERVED = (
    *("day", "user_id", "serial_number", "srv", "would_be_reason", "reason", "issuer", "party"),
    *("is_proven", "generation", "kind", "supplier_id", "checkpoint", "outcome", "would_be"),
    *("reported_by", "counted_on"),
)
UNIQUE = {
    "appointment_is_open_once": One(
        table="appointment",
        alike=("person_id", "party_id", "role"),
        unless={"ended_at": "now()", "ending": "'removed'", "ended_by_id": "person_id"},
    ),
    "alert_is_in_the_list_once": One(
        table="safetycriticalalert", alike=("alert_code",), unless={"valid_until": "now()"}
    ),
    "ceased_message_is_recorded_once": One(
        table="ceasedmessage", alike=("request_id", "at", "user_id", "reason")
    ),
    "certificate_is_notified_once_at_a_time": One(
        table="signingnotification",
        alike=("user_id_id", "certificate_id"),
        unless={"withdrawn_at": "now()"},
    ),
    "certificate_is_one_by_issuer_and_serial": One(
        table="organisationcertificate", alike=("issuer", "serial_number")
    ),
    "day_off_is_recorded_once_at_a_time": One(
        table="dayoff", alike=("day",), unless={"taken_back_at": "now()"}
    ),
    "dcc_certificate_is_published_once_at_a_time": One(
        table="dccsigningcertificate", alike=("certificate_id",), unless={"ended_at": "now()"}
    ),
    "eligibility_is_open_once": One(
        table="servicerequesteligibility",
        alike=("service_reference_variant", "user_role"),
        unless={"valid_until": "now()"},
    ),
    "event_chain_does_not_fork": One(table="event", alike=("previous_hash",)),
    "idempotency_key_is_used_once_by_a_client": One(
        table="idempotentcall", alike=("client_id", "key")
    ),
    "key_is_in_one_certificate": One(
        table="organisationcertificate",
        alike=("public_key",),
        unless={"key_in_conflict": "true"},
    ),
    "key_is_in_one_open_request": One(
        table="certificaterequest", alike=("key_x",), unless={"state": "'rejected'"}
    ),
    "key_serves_one_user_id_in_one_role": One(
        table="keyuse", alike=("key_x",), unless={"in_conflict": "true"}
    ),
    "key_use_is_noted_once": One(table="keyuse", alike=("key_x", "eui64", "remote_party_role")),
    "known_device_is_one_row": One(table="knowndevice", alike=("person_id", "token_sha256")),
    "mpid_is_recorded_once_for_a_party": One(
        table="partympid", alike=("mpid", "party_id"), unless={"withdrawn_at": "now()"}
    ),
    "observation_is_counted_in_one_row": One(table="observation", alike=_OBSERVED),
    "mail_message_id_is_of_one_mail": One(table="mailmessage", alike=("message_id",)),
    "outbox_message_is_asked_once": One(table="outboxmessage", alike=("kind", "key")),
    "party_has_one_standing_without_end": One(
        table="partystanding", alike=("party_id",), unless={"valid_until": "now()"}
    ),
    "password_tries_are_one_row": One(table="passwordtries", alike=("address", "lot")),
    "person_email_is_unique_in_any_case": One(table="person", alike=("email",)),
    "registry_apiclient_name_key": One(table="apiclient", alike=("name",)),
    "registry_apiclient_token_sha256_key": One(table="apiclient", alike=("token_sha256",)),
    "registry_organisationcertificate_request_id_key": One(
        table="organisationcertificate", alike=("request_id",)
    ),
    "registry_passingthing_token_key": One(table="passingthing", alike=("token",)),
    "registry_party_name_key": One(table="party", alike=("name",)),
    "registry_party_reference_key": One(table="party", alike=("reference",)),
    "registry_person_email_key": One(table="person", alike=("email",)),
    "registry_userid_eui64_key": One(table="userid", alike=("eui64",)),
    "single_job_is_under_way_once": One(
        table="job", alike=("kind",), unless={"is_single": "false"}
    ),
    "word_is_decided_once_of_a_name": One(
        table="wordinname", alike=("mpid", "party_id", "common_name")
    ),
    "subject_is_in_one_open_proposal": One(
        table="proposalsubject", alike=("key",), unless={"is_held": "false"}
    ),
    "snapshot_change_is_noted_once": One(
        table="snapshotchange", alike=("version", "subject", "subject_id")
    ),
}

REFERRED_TO = {
    "certificate_its_key_and_its_eui64",
    "person_and_its_natural_person",
    "user_id_and_its_eui64",
}
"""Unique with the primary key alone; there for `COMPOSITE` to refer to."""


@dataclass(frozen=True, kw_only=True)
class Exclusion:
    """Two rows that are alike in some columns and differ in one."""

    table: str
    differs: dict[str, str]
    passes: tuple[dict[str, str], ...]
    """What else must differ, for the two to stand beside each other."""


_ENDED = {"ending": "'removed'", "ended_by_id": "person_id"}
EXCLUDED = {
    "dcc_key_is_never_published_for_both_purposes": Exclusion(
        table="dccsigningcertificate", differs={"purpose": "'~'"}, passes=({"key_x": "'~'"},)
    ),
    "key_is_never_notified_for_two_user_ids": Exclusion(
        table="signingnotification", differs={"eui64": "'~'"}, passes=({"key_x": "'~'"},)
    ),
    "nobody_is_staff_and_of_a_party_at_once": Exclusion(
        table="appointment",
        differs={"party_id": "NULL", "role": "'auditor'"},
        passes=({"started_at": "'2000-01-01'", "ended_at": "'2000-01-02'", **_ENDED},),
    ),
    "mpid_is_held_by_one_supplier_party": Exclusion(
        table="mpiduse",
        differs={"party_id": "party_id + 1"},
        passes=(
            {"mpid": "'~'"},
            {"held": "tstzrange('2000-01-01', '2000-01-02')"},
            {"in_conflict": "true"},
            {"in_name": "'~'"},
        ),
    ),
}

COMPOSITE = {
    "appointment_is_of_the_accounts_natural_person": ("appointment", ("natural_person_id",)),
    "dcc_certificate_is_of_the_certificates_key_and_eui64": (
        "dccsigningcertificate",
        ("key_x", "eui64"),
    ),
    "notification_is_of_the_certificates_key_and_eui64": (
        "signingnotification",
        ("key_x", "eui64"),
    ),
    "notification_is_of_the_user_ids_eui64": ("signingnotification", ("eui64",)),
}
"""References in which a column repeats what stands in the row referred to."""
