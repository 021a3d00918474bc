-- RA-EVIDENCE: TRUNCATE asks no trigger of a row, so it would pass where DELETE is refused and no
-- follower would notice.
CREATE OR REPLACE FUNCTION registry_refuse_truncate()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    RAISE EXCEPTION 'append-only: % cannot be truncated', TG_TABLE_NAME;
END $function$;

CREATE TRIGGER registry_allalertsmoment_is_never_truncated
    BEFORE TRUNCATE ON registry_allalertsmoment
    FOR EACH STATEMENT
    EXECUTE FUNCTION registry_refuse_truncate();

CREATE TRIGGER registry_appointment_is_never_truncated
    BEFORE TRUNCATE ON registry_appointment
    FOR EACH STATEMENT
    EXECUTE FUNCTION registry_refuse_truncate();

CREATE TRIGGER registry_ceasedmessage_is_never_truncated
    BEFORE TRUNCATE ON registry_ceasedmessage
    FOR EACH STATEMENT
    EXECUTE FUNCTION registry_refuse_truncate();

CREATE TRIGGER registry_certificaterequest_is_never_truncated
    BEFORE TRUNCATE ON registry_certificaterequest
    FOR EACH STATEMENT
    EXECUTE FUNCTION registry_refuse_truncate();

CREATE TRIGGER registry_dayoff_is_never_truncated
    BEFORE TRUNCATE ON registry_dayoff
    FOR EACH STATEMENT
    EXECUTE FUNCTION registry_refuse_truncate();

CREATE TRIGGER registry_dccsigningcertificate_is_never_truncated
    BEFORE TRUNCATE ON registry_dccsigningcertificate
    FOR EACH STATEMENT
    EXECUTE FUNCTION registry_refuse_truncate();

CREATE TRIGGER registry_documentcontent_is_never_truncated
    BEFORE TRUNCATE ON registry_documentcontent
    FOR EACH STATEMENT
    EXECUTE FUNCTION registry_refuse_truncate();

CREATE TRIGGER registry_document_is_never_truncated
    BEFORE TRUNCATE ON registry_document
    FOR EACH STATEMENT
    EXECUTE FUNCTION registry_refuse_truncate();

CREATE TRIGGER registry_enforcementmoment_is_never_truncated
    BEFORE TRUNCATE ON registry_enforcementmoment
    FOR EACH STATEMENT
    EXECUTE FUNCTION registry_refuse_truncate();

CREATE TRIGGER event_is_never_truncated
    BEFORE TRUNCATE ON registry_event
    FOR EACH STATEMENT
    EXECUTE FUNCTION registry_refuse_truncate();

CREATE TRIGGER registry_eventchainhead_is_never_truncated
    BEFORE TRUNCATE ON registry_eventchainhead
    FOR EACH STATEMENT
    EXECUTE FUNCTION registry_refuse_truncate();

CREATE TRIGGER registry_job_is_never_truncated
    BEFORE TRUNCATE ON registry_job
    FOR EACH STATEMENT
    EXECUTE FUNCTION registry_refuse_truncate();

CREATE TRIGGER registry_keyuse_is_never_truncated
    BEFORE TRUNCATE ON registry_keyuse
    FOR EACH STATEMENT
    EXECUTE FUNCTION registry_refuse_truncate();

CREATE TRIGGER registry_mpidtransferhold_is_never_truncated
    BEFORE TRUNCATE ON registry_mpidtransferhold
    FOR EACH STATEMENT
    EXECUTE FUNCTION registry_refuse_truncate();

CREATE TRIGGER registry_mpiduse_is_never_truncated
    BEFORE TRUNCATE ON registry_mpiduse
    FOR EACH STATEMENT
    EXECUTE FUNCTION registry_refuse_truncate();

CREATE TRIGGER registry_naturalperson_is_never_truncated
    BEFORE TRUNCATE ON registry_naturalperson
    FOR EACH STATEMENT
    EXECUTE FUNCTION registry_refuse_truncate();

CREATE TRIGGER registry_notificationwaivermoment_is_never_truncated
    BEFORE TRUNCATE ON registry_notificationwaivermoment
    FOR EACH STATEMENT
    EXECUTE FUNCTION registry_refuse_truncate();

CREATE TRIGGER registry_observation_is_never_truncated
    BEFORE TRUNCATE ON registry_observation
    FOR EACH STATEMENT
    EXECUTE FUNCTION registry_refuse_truncate();

CREATE TRIGGER registry_organisationcertificate_is_never_truncated
    BEFORE TRUNCATE ON registry_organisationcertificate
    FOR EACH STATEMENT
    EXECUTE FUNCTION registry_refuse_truncate();

CREATE TRIGGER registry_partystanding_is_never_truncated
    BEFORE TRUNCATE ON registry_partystanding
    FOR EACH STATEMENT
    EXECUTE FUNCTION registry_refuse_truncate();

CREATE TRIGGER registry_party_is_never_truncated
    BEFORE TRUNCATE ON registry_party
    FOR EACH STATEMENT
    EXECUTE FUNCTION registry_refuse_truncate();

CREATE TRIGGER registry_partympid_is_never_truncated
    BEFORE TRUNCATE ON registry_partympid
    FOR EACH STATEMENT
    EXECUTE FUNCTION registry_refuse_truncate();

CREATE TRIGGER registry_person_is_never_truncated
    BEFORE TRUNCATE ON registry_person
    FOR EACH STATEMENT
    EXECUTE FUNCTION registry_refuse_truncate();

CREATE TRIGGER registry_proposal_is_never_truncated
    BEFORE TRUNCATE ON registry_proposal
    FOR EACH STATEMENT
    EXECUTE FUNCTION registry_refuse_truncate();

CREATE TRIGGER registry_proposalsubject_is_never_truncated
    BEFORE TRUNCATE ON registry_proposalsubject
    FOR EACH STATEMENT
    EXECUTE FUNCTION registry_refuse_truncate();

CREATE TRIGGER registry_registrationswitchmoment_is_never_truncated
    BEFORE TRUNCATE ON registry_registrationswitchmoment
    FOR EACH STATEMENT
    EXECUTE FUNCTION registry_refuse_truncate();

CREATE TRIGGER registry_requestcheck_is_never_truncated
    BEFORE TRUNCATE ON registry_requestcheck
    FOR EACH STATEMENT
    EXECUTE FUNCTION registry_refuse_truncate();

CREATE TRIGGER registry_safetycriticalalert_is_never_truncated
    BEFORE TRUNCATE ON registry_safetycriticalalert
    FOR EACH STATEMENT
    EXECUTE FUNCTION registry_refuse_truncate();

CREATE TRIGGER registry_servicereferencevariant_is_never_truncated
    BEFORE TRUNCATE ON registry_servicereferencevariant
    FOR EACH STATEMENT
    EXECUTE FUNCTION registry_refuse_truncate();

CREATE TRIGGER registry_servicerequesteligibility_is_never_truncated
    BEFORE TRUNCATE ON registry_servicerequesteligibility
    FOR EACH STATEMENT
    EXECUTE FUNCTION registry_refuse_truncate();

CREATE TRIGGER registry_signingnotification_is_never_truncated
    BEFORE TRUNCATE ON registry_signingnotification
    FOR EACH STATEMENT
    EXECUTE FUNCTION registry_refuse_truncate();

CREATE TRIGGER registry_snapshotversion_is_never_truncated
    BEFORE TRUNCATE ON registry_snapshotversion
    FOR EACH STATEMENT
    EXECUTE FUNCTION registry_refuse_truncate();

CREATE TRIGGER registry_userid_is_never_truncated
    BEFORE TRUNCATE ON registry_userid
    FOR EACH STATEMENT
    EXECUTE FUNCTION registry_refuse_truncate();

CREATE TRIGGER registry_wordinname_is_never_truncated
    BEFORE TRUNCATE ON registry_wordinname
    FOR EACH STATEMENT
    EXECUTE FUNCTION registry_refuse_truncate();
