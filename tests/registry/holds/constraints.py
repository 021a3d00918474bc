"""Every check, unique index, exclusion and composite reference of the database, likewise.

A new one goes into the table of its kind below, as a trigger does into those of `triggers.py`.
"""

from dataclasses import dataclass, field

EUI64 = "'90-b3-d5-1f-30-01-00-00'"
"""In lower case, which none is."""

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
