-- RA-API: whatever a decision rests on notes its change, at the end of the transaction: the version,
-- what changed, and a word to each process that holds the register in memory (docs/decisions/0005).
CREATE OR REPLACE FUNCTION registry_note_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
DECLARE
    new_version bigint;
    new_mark uuid;
    this_transaction text := pg_current_xact_id()::text;
BEGIN
    INSERT INTO registry_snapshotversion (id, version, transaction, mark)
    VALUES (true, 1, this_transaction, gen_random_uuid())
    ON CONFLICT (id) DO UPDATE
        SET version = registry_snapshotversion.version
                + (registry_snapshotversion.transaction <> this_transaction)::int,
            mark = CASE WHEN registry_snapshotversion.transaction <> this_transaction
                        THEN EXCLUDED.mark ELSE registry_snapshotversion.mark END,
            transaction = this_transaction
    RETURNING version, mark INTO new_version, new_mark;

    -- The clock, not the transaction's beginning: versions are in the order of their commits.
    -- Where what it is noted by changed too, the entry that it was of has changed as well.
    INSERT INTO registry_snapshotchange (version, subject, subject_id, mark, noted_at)
    SELECT DISTINCT new_version, TG_ARGV[0], changed ->> TG_ARGV[1], new_mark, clock_timestamp()
    FROM unnest(ARRAY[to_jsonb(OLD), to_jsonb(NEW)]) AS changed
    WHERE changed IS NOT NULL
    ON CONFLICT (version, subject, subject_id) DO NOTHING;

    PERFORM pg_notify('registry_snapshot', new_version::text);
    RETURN NULL;
END $function$;

CREATE CONSTRAINT TRIGGER registry_allalertsmoment_is_watched
    AFTER INSERT OR DELETE OR UPDATE ON registry_allalertsmoment
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    EXECUTE FUNCTION registry_note_change('all-alerts', 'id');

CREATE CONSTRAINT TRIGGER registry_enforcementmoment_is_watched
    AFTER INSERT OR DELETE OR UPDATE ON registry_enforcementmoment
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    EXECUTE FUNCTION registry_note_change('enforcement', 'id');

CREATE CONSTRAINT TRIGGER registry_notificationwaivermoment_is_watched
    AFTER INSERT OR DELETE OR UPDATE ON registry_notificationwaivermoment
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    EXECUTE FUNCTION registry_note_change('notification-waiver', 'id');

CREATE CONSTRAINT TRIGGER registry_organisationcertificate_is_watched
    AFTER INSERT OR DELETE OR UPDATE ON registry_organisationcertificate
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    EXECUTE FUNCTION registry_note_change('certificate', 'id');

CREATE CONSTRAINT TRIGGER registry_party_is_watched
    AFTER INSERT OR DELETE OR UPDATE ON registry_party
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    EXECUTE FUNCTION registry_note_change('party', 'id');

CREATE CONSTRAINT TRIGGER registry_partystanding_is_watched
    AFTER INSERT OR DELETE OR UPDATE ON registry_partystanding
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    EXECUTE FUNCTION registry_note_change('party-standing', 'party_id');

CREATE CONSTRAINT TRIGGER registry_registrationswitchmoment_is_watched
    AFTER INSERT OR DELETE OR UPDATE ON registry_registrationswitchmoment
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    EXECUTE FUNCTION registry_note_change('checkpoint', 'checkpoint');

CREATE CONSTRAINT TRIGGER registry_safetycriticalalert_is_watched
    AFTER INSERT OR DELETE OR UPDATE ON registry_safetycriticalalert
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    EXECUTE FUNCTION registry_note_change('alert', 'alert_code');

CREATE CONSTRAINT TRIGGER registry_servicereferencevariant_is_watched
    AFTER INSERT OR DELETE OR UPDATE ON registry_servicereferencevariant
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    EXECUTE FUNCTION registry_note_change('service-reference-variant', 'code');

CREATE CONSTRAINT TRIGGER registry_servicerequesteligibility_is_watched
    AFTER INSERT OR DELETE OR UPDATE ON registry_servicerequesteligibility
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    EXECUTE FUNCTION registry_note_change('service-reference-variant', 'service_reference_variant');

CREATE CONSTRAINT TRIGGER registry_signingnotification_is_watched
    AFTER INSERT OR DELETE OR UPDATE ON registry_signingnotification
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    EXECUTE FUNCTION registry_note_change('notification', 'id');

CREATE CONSTRAINT TRIGGER registry_userid_is_watched
    AFTER INSERT OR DELETE OR UPDATE ON registry_userid
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    EXECUTE FUNCTION registry_note_change('user-id', 'id');
