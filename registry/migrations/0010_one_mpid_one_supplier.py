"""An MPID is no other Supplier Party's, whoever writes and whether or not a clash is recorded."""

from django.db import migrations, models

# The exclusion constraint leaves out what is in conflict, on both sides; this one only what is
# being recorded as such. The claim row is locked first, as our code does, so that two writers who
# do not see each other yet come one after the other.
USES = """
CREATE FUNCTION registry_mpid_is_nobody_elses() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    clashes boolean;
BEGIN
    PERFORM FROM registry_mpid WHERE code = NEW.mpid FOR UPDATE;
    IF NOT FOUND THEN
        INSERT INTO registry_mpid (code) VALUES (NEW.mpid)
        ON CONFLICT (code) DO UPDATE SET code = EXCLUDED.code;
    END IF;
    clashes := EXISTS (
        SELECT FROM registry_mpiduse
        WHERE mpid = NEW.mpid AND party_id <> NEW.party_id AND held && NEW.held
    );
    IF clashes AND NOT NEW.in_conflict THEN
        RAISE EXCEPTION 'another Supplier Party holds the MPID % (%)',
            NEW.mpid, 'mpid_is_held_by_one_supplier_party'
            USING ERRCODE = 'exclusion_violation',
                  CONSTRAINT = 'mpid_is_held_by_one_supplier_party',
                  TABLE = TG_TABLE_NAME;
    END IF;
    IF TG_OP = 'INSERT' THEN
        -- Who records a clash says so of a whole certificate; here it is known of which MPIDs.
        NEW.in_conflict := clashes;
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER mpid_is_nobody_elses BEFORE INSERT ON registry_mpiduse
FOR EACH ROW EXECUTE FUNCTION registry_mpid_is_nobody_elses();

-- Only what grows is looked at: to end a hold takes nothing from anybody.
CREATE TRIGGER mpid_stays_nobody_elses BEFORE UPDATE ON registry_mpiduse
FOR EACH ROW WHEN (NOT NEW.held <@ OLD.held) EXECUTE FUNCTION registry_mpid_is_nobody_elses();
"""

DROP_USES = """
DROP TRIGGER mpid_stays_nobody_elses ON registry_mpiduse;
DROP TRIGGER mpid_is_nobody_elses ON registry_mpiduse;
DROP FUNCTION registry_mpid_is_nobody_elses();
"""

# As migration 0002 made them, and each now takes its MPIDs in alphabetical order, because every
# one of them locks its claim.
HOLDS = """
CREATE OR REPLACE FUNCTION registry_certificate_holds() RETURNS trigger LANGUAGE plpgsql AS $$
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
            SELECT code, NEW.party_id, NEW.id,
                   -- notAfter is inclusive (RFC 5280, 4.1.2.5); a revocation holds at once.
                   tstzrange(NEW.recorded_at, ends_at,
                             CASE WHEN NEW.revoked_at IS NULL THEN '[]' ELSE '[)' END),
                   NEW.mpid_in_conflict
            FROM (SELECT DISTINCT code COLLATE "C" AS code FROM unnest(NEW.mpids) AS code) AS named
            ORDER BY code;
        END IF;
    ELSIF NEW.revoked_at IS NOT NULL AND OLD.revoked_at IS NULL THEN
        UPDATE registry_mpiduse
        SET held = tstzrange(lower(held), GREATEST(lower(held), NEW.revoked_at), '[)')
        WHERE certificate_id = NEW.id AND upper(held) > NEW.revoked_at;
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION registry_request_holds() RETURNS trigger LANGUAGE plpgsql AS $$
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
        SELECT code, NEW.party_id, NEW.id,
               tstzrange(NEW.state_changed_at, NULL, '[)'), false
        FROM (SELECT DISTINCT code COLLATE "C" AS code FROM unnest(NEW.mpids) AS code) AS named
        ORDER BY code;
    ELSIF NEW.state NOT IN ('approved', 'sent') THEN
        UPDATE registry_mpiduse
        SET held = tstzrange(lower(held), GREATEST(lower(held), NEW.state_changed_at), '[)')
        WHERE request_id = NEW.id AND upper_inf(held) AND NOT isempty(held);
    END IF;
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("registry", "0007_alerts_and_switches")]

    operations = [
        migrations.AddConstraint(
            model_name="mpid",
            constraint=models.CheckConstraint(
                condition=models.Q(("code__regex", "^[A-Z0-9]{4}$")),
                name="claimed_mpid_is_an_mpid",
            ),
        ),
        migrations.AddConstraint(
            model_name="mpiduse",
            constraint=models.CheckConstraint(
                condition=models.Q(("mpid__regex", "^[A-Z0-9]{4}$")),
                name="used_mpid_is_an_mpid",
            ),
        ),
        migrations.RunSQL(HOLDS, migrations.RunSQL.noop),
        migrations.RunSQL(USES, DROP_USES),
    ]
