"""What the database itself holds: keys and MPIDs in use, references between copies, versions.

Triggers rather than code, so that a row written past our code is held to the same.
"""

from django.db import migrations

KEYS_AND_MPIDS = """
CREATE FUNCTION registry_certificate_holds() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    ends_at timestamptz;
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO registry_keyuse (spki_sha256, eui64, remote_party_role, in_conflict)
        VALUES (NEW.spki_sha256, NEW.eui64, NEW.remote_party_role, NEW.key_in_conflict)
        ON CONFLICT (spki_sha256, eui64, remote_party_role) DO NOTHING;

        ends_at := LEAST(NEW.not_after, NEW.revoked_at);
        IF ends_at > NEW.recorded_at AND EXISTS (
            SELECT 1 FROM registry_party WHERE id = NEW.party_id AND category = 'Supplier'
        ) THEN
            INSERT INTO registry_mpiduse (mpid, party_id, certificate_id, held, in_conflict)
            SELECT DISTINCT code, NEW.party_id, NEW.id,
                   -- notAfter is inclusive (RFC 5280, 4.1.2.5); a revocation holds at once.
                   tstzrange(NEW.recorded_at, ends_at,
                             CASE WHEN NEW.revoked_at IS NULL THEN '[]' ELSE '[)' END),
                   NEW.mpid_in_conflict
            FROM unnest(NEW.mpids) AS code;
        END IF;
    ELSIF NEW.revoked_at IS NOT NULL AND OLD.revoked_at IS NULL THEN
        UPDATE registry_mpiduse
        SET held = tstzrange(lower(held), GREATEST(lower(held), NEW.revoked_at), '[)')
        WHERE certificate_id = NEW.id AND upper(held) > NEW.revoked_at;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER certificate_holds AFTER INSERT OR UPDATE ON registry_organisationcertificate
FOR EACH ROW EXECUTE FUNCTION registry_certificate_holds();

CREATE FUNCTION registry_request_holds() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO registry_keyuse (spki_sha256, eui64, remote_party_role, in_conflict)
        VALUES (NEW.spki_sha256, NEW.eui64, NEW.remote_party_role, false)
        ON CONFLICT (spki_sha256, eui64, remote_party_role) DO NOTHING;
    END IF;
    -- Approval reserves (docs/decisions/0061); what leaves the reserving states frees.
    IF NEW.state IN ('approved', 'sent') AND NOT EXISTS (
        SELECT 1 FROM registry_mpiduse WHERE request_id = NEW.id
    ) THEN
        INSERT INTO registry_mpiduse (mpid, party_id, request_id, held, in_conflict)
        SELECT DISTINCT code, NEW.party_id, NEW.id,
               tstzrange(NEW.state_changed_at, NULL, '[)'), false
        FROM unnest(NEW.mpids) AS code;
    ELSIF NEW.state NOT IN ('approved', 'sent') THEN
        UPDATE registry_mpiduse
        SET held = tstzrange(lower(held), GREATEST(lower(held), NEW.state_changed_at), '[)')
        WHERE request_id = NEW.id AND upper_inf(held) AND NOT isempty(held);
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER request_holds AFTER INSERT OR UPDATE ON registry_certificaterequest
FOR EACH ROW EXECUTE FUNCTION registry_request_holds();
"""

DROP_KEYS_AND_MPIDS = """
DROP TRIGGER request_holds ON registry_certificaterequest;
DROP FUNCTION registry_request_holds();
DROP TRIGGER certificate_holds ON registry_organisationcertificate;
DROP FUNCTION registry_certificate_holds();
"""

NOTIFICATIONS = """
ALTER TABLE registry_signingnotification
    ADD CONSTRAINT notification_is_of_the_user_ids_eui64
        FOREIGN KEY (user_id_id, eui64) REFERENCES registry_userid (id, eui64),
    ADD CONSTRAINT notification_is_of_the_certificates_key_and_eui64
        FOREIGN KEY (certificate_id, spki_sha256, eui64)
        REFERENCES registry_organisationcertificate (id, spki_sha256, eui64);
"""

DROP_NOTIFICATIONS = """
ALTER TABLE registry_signingnotification
    DROP CONSTRAINT notification_is_of_the_user_ids_eui64,
    DROP CONSTRAINT notification_is_of_the_certificates_key_and_eui64;
"""

EVIDENCE = """
CREATE FUNCTION registry_refuse_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the evidence is append-only: % cannot be truncated', TG_TABLE_NAME;
END $$;

CREATE TRIGGER event_is_never_truncated BEFORE TRUNCATE ON registry_event
FOR EACH STATEMENT EXECUTE FUNCTION registry_refuse_truncate();
"""

DROP_EVIDENCE = """
DROP TRIGGER event_is_never_truncated ON registry_event;
DROP FUNCTION registry_refuse_truncate();
"""

# Deferred to the commit, when every other lock has been taken: the one version row is held for
# an instant, so versions are in commit order, and no writer waits for another with it in hand.
VERSIONS = """
CREATE FUNCTION registry_note_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    new_version bigint;
    this_transaction text := pg_current_xact_id()::text;
    changed jsonb := to_jsonb(COALESCE(NEW, OLD));
BEGIN
    INSERT INTO registry_snapshotversion (id, version, transaction)
    VALUES (true, 1, this_transaction)
    ON CONFLICT (id) DO UPDATE
        SET version = registry_snapshotversion.version
                + (registry_snapshotversion.transaction <> this_transaction)::int,
            transaction = this_transaction
    RETURNING version INTO new_version;

    INSERT INTO registry_snapshotchange (version, subject, subject_id)
    VALUES (new_version, TG_ARGV[0], changed ->> TG_ARGV[1])
    ON CONFLICT (version, subject, subject_id) DO NOTHING;

    PERFORM pg_notify('registry_snapshot', new_version::text);
    RETURN NULL;
END $$;
"""

DROP_VERSIONS = "DROP FUNCTION registry_note_change();"

WATCHED = {
    "registry_party": ("party", "id"),
    "registry_userid": ("user-id", "id"),
    "registry_organisationcertificate": ("certificate", "id"),
    "registry_signingnotification": ("notification", "id"),
    "registry_servicerequesteligibility": ("eligibility", "id"),
    "registry_servicereferencevariant": ("service-reference-variant", "code"),
    "registry_enforcementmoment": ("enforcement", "id"),
}


def watch(table: str, subject: str, column: str) -> migrations.RunSQL:
    """Have every change of a table note a new version of the snapshot."""
    return migrations.RunSQL(
        f"CREATE CONSTRAINT TRIGGER {table}_is_watched AFTER INSERT OR UPDATE OR DELETE ON {table}"
        f" DEFERRABLE INITIALLY DEFERRED FOR EACH ROW"
        f" EXECUTE FUNCTION registry_note_change('{subject}', '{column}');",
        f"DROP TRIGGER {table}_is_watched ON {table};",
    )


class Migration(migrations.Migration):
    dependencies = [("registry", "0001_register")]

    operations = [
        migrations.RunSQL(KEYS_AND_MPIDS, DROP_KEYS_AND_MPIDS),
        migrations.RunSQL(NOTIFICATIONS, DROP_NOTIFICATIONS),
        migrations.RunSQL(EVIDENCE, DROP_EVIDENCE),
        migrations.RunSQL(VERSIONS, DROP_VERSIONS),
        *(watch(table, *watched) for table, watched in WATCHED.items()),
    ]
