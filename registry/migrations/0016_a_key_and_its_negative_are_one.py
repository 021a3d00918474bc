"""A key and its negative are one key, in every column and constraint that compares keys.

What was compared is the digest of the key as it is written; it is now the x coordinate that the
two have in common (`rules.certificates.keys.key_x`).
"""

import django.contrib.postgres.constraints
import django.db.models.functions.text
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from rules.certificates.reading import read_request

LET_GO = """
ALTER TABLE registry_signingnotification
    DROP CONSTRAINT notification_is_of_the_certificates_key_and_eui64;
ALTER TABLE registry_dccsigningcertificate
    DROP CONSTRAINT dcc_certificate_is_of_the_certificates_key_and_eui64;
"""

HOLD_AGAIN = """
ALTER TABLE registry_signingnotification
    ADD CONSTRAINT notification_is_of_the_certificates_key_and_eui64
        FOREIGN KEY (certificate_id, key_x, eui64)
        REFERENCES registry_organisationcertificate (id, key_x, eui64);
ALTER TABLE registry_dccsigningcertificate
    ADD CONSTRAINT dcc_certificate_is_of_the_certificates_key_and_eui64
        FOREIGN KEY (certificate_id, key_x, eui64)
        REFERENCES registry_organisationcertificate (id, key_x, eui64);
"""

# As migrations 0010 and 0012 left them, without the use of the key, which has a trigger of its own.
HOLDS = """
CREATE OR REPLACE FUNCTION registry_certificate_holds() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    ends_at timestamptz;
BEGIN
    IF TG_OP = 'INSERT' THEN
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
    -- Approval reserves (docs/decisions/0061); what leaves the reserving states frees.
    IF NEW.state NOT IN ('approved', 'sent', 'unrecorded-answer') THEN
        UPDATE registry_mpiduse
        SET held = tstzrange(lower(held), GREATEST(lower(held), NEW.state_changed_at), '[)')
        WHERE request_id = NEW.id AND upper_inf(held) AND NOT isempty(held);
    ELSIF NOT EXISTS (
        SELECT FROM registry_mpiduse
        WHERE request_id = NEW.id AND upper_inf(held) AND NOT isempty(held)
    ) THEN
        INSERT INTO registry_mpiduse (mpid, party_id, request_id, held, in_conflict)
        SELECT code, NEW.party_id, NEW.id,
               tstzrange(NEW.state_changed_at, NULL, '[)'), false
        FROM (SELECT DISTINCT code COLLATE "C" AS code FROM unnest(NEW.mpids) AS code) AS named
        ORDER BY code;
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION registry_key_is_used() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO registry_keyuse (key_x, eui64, remote_party_role, in_conflict)
    VALUES (NEW.key_x, NEW.eui64, NEW.remote_party_role,
            COALESCE((to_jsonb(NEW) ->> 'key_in_conflict')::boolean, false))
    ON CONFLICT (key_x, eui64, remote_party_role) DO NOTHING;
    RETURN NULL;
END $$;

CREATE TRIGGER certificate_uses_its_key AFTER INSERT ON registry_organisationcertificate
FOR EACH ROW EXECUTE FUNCTION registry_key_is_used();

CREATE TRIGGER request_uses_its_key AFTER INSERT ON registry_certificaterequest
FOR EACH ROW EXECUTE FUNCTION registry_key_is_used();
"""

TABLES = (
    "registry_certificaterequest",
    "registry_organisationcertificate",
    "registry_keyuse",
    "registry_signingnotification",
    "registry_dccsigningcertificate",
)

# What shares its key is recorded as such, as the world has it (docs/decisions/0061).
SHARED = """
UPDATE registry_organisationcertificate AS later SET key_in_conflict = true
WHERE NOT key_in_conflict AND EXISTS (
    SELECT FROM registry_organisationcertificate AS earlier
    WHERE earlier.key_x = later.key_x AND earlier.id < later.id
)
"""

USES = """
INSERT INTO registry_keyuse (key_x, eui64, remote_party_role, in_conflict)
SELECT key_x, eui64, remote_party_role,
       row_number() OVER (PARTITION BY key_x ORDER BY min(seen), eui64, remote_party_role) > 1
FROM (
    SELECT key_x, eui64, remote_party_role, recorded_at AS seen
    FROM registry_organisationcertificate
    UNION ALL
    SELECT key_x, eui64, remote_party_role, submitted_at
    FROM registry_certificaterequest
) AS sightings
GROUP BY key_x, eui64, remote_party_role
"""

REPEATED = """
UPDATE {table} AS repeats SET key_x = certificate.key_x
FROM registry_organisationcertificate AS certificate
WHERE certificate.id = repeats.certificate_id
"""

CLASHES = {
    "requests that are open at once": """
        SELECT array_agg(id ORDER BY id) FROM registry_certificaterequest
        WHERE state IN ('accepted', 'approved', 'sent', 'stopped', 'unrecorded-answer')
        GROUP BY key_x HAVING count(*) > 1
    """,
    "notifications for two User IDs": """
        SELECT array_agg(id ORDER BY id) FROM registry_signingnotification
        GROUP BY key_x HAVING count(DISTINCT eui64) > 1
    """,
    "certificates published for both purposes": """
        SELECT array_agg(id ORDER BY id) FROM registry_dccsigningcertificate
        GROUP BY key_x HAVING count(DISTINCT purpose) > 1
    """,
}
"""What no one key may be in: a person must look at it before the register goes on."""


def carry_over(_apps, schema_editor):
    """Give every row that is there the x of its key, and note which keys are shared now."""
    with schema_editor.connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        _fill_requests(cursor)
        cursor.execute(SHARED)
        cursor.execute("DELETE FROM registry_keyuse")
        cursor.execute(USES)
        for table in ("registry_signingnotification", "registry_dccsigningcertificate"):
            cursor.execute(REPEATED.format(table=table))
        for what, query in CLASHES.items():
            cursor.execute(query)
            if found := cursor.fetchone():
                raise ValueError(
                    f"a key and its negative (n - d) are in {what}, with the ids {found[0]}: end "
                    "one of them before this migration, which changed nothing"
                )
        # What was written anew is checked at the end; no table can be altered until it has been.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def _fill_requests(cursor):
    cursor.execute("SELECT id, der FROM registry_certificaterequest")
    for pk, der in cursor.fetchall():
        key_x = read_request(bytes(der)).key_x
        if key_x is None:
            raise ValueError(f"request {pk} has no public key on P-256")
        cursor.execute(
            "UPDATE registry_certificaterequest SET key_x = %s WHERE id = %s", [key_x, pk]
        )


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0015_notification_waiver'),
    ]

    operations = [
        migrations.RunSQL(LET_GO, migrations.RunSQL.noop),
        pgtrigger.migrations.RemoveTrigger(
            model_name='certificaterequest',
            name='request_content_stays',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='dccsigningcertificate',
            name='dcc_certificate_stays_its_own',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='signingnotification',
            name='notification_stays_its_own',
        ),
        migrations.RemoveConstraint(
            model_name='certificaterequest',
            name='key_is_in_one_open_request',
        ),
        migrations.RemoveConstraint(
            model_name='dccsigningcertificate',
            name='dcc_key_is_never_published_for_both_purposes',
        ),
        migrations.RemoveConstraint(
            model_name='keyuse',
            name='key_use_is_noted_once',
        ),
        migrations.RemoveConstraint(
            model_name='keyuse',
            name='key_serves_one_user_id_in_one_role',
        ),
        migrations.RemoveConstraint(
            model_name='keyuse',
            name='key_use_is_of_a_fingerprint',
        ),
        migrations.RemoveConstraint(
            model_name='organisationcertificate',
            name='key_is_in_one_certificate',
        ),
        migrations.RemoveConstraint(
            model_name='organisationcertificate',
            name='certificate_its_key_and_its_eui64',
        ),
        migrations.RemoveConstraint(
            model_name='signingnotification',
            name='key_is_never_notified_for_two_user_ids',
        ),
        migrations.RemoveIndex(
            model_name='certificaterequest',
            name='request_by_key',
        ),
        migrations.RemoveIndex(
            model_name='organisationcertificate',
            name='certificate_by_key',
        ),
        migrations.RenameField(
            model_name='dccsigningcertificate',
            old_name='spki_sha256',
            new_name='key_x',
        ),
        migrations.RenameField(
            model_name='keyuse',
            old_name='spki_sha256',
            new_name='key_x',
        ),
        migrations.RenameField(
            model_name='signingnotification',
            old_name='spki_sha256',
            new_name='key_x',
        ),
        migrations.AddField(
            model_name='certificaterequest',
            name='key_x',
            field=models.CharField(default='', max_length=64),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='organisationcertificate',
            name='key_x',
            field=models.GeneratedField(db_persist=True, expression=models.Func(django.db.models.functions.text.Substr('public_key', 2, 32), models.Value('hex'), function='encode', output_field=models.CharField(max_length=64)), output_field=models.CharField(max_length=64)),
        ),
        migrations.RunSQL(HOLDS, migrations.RunSQL.noop),
        migrations.RunPython(carry_over, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name='certificaterequest',
            index=models.Index(fields=['key_x'], name='request_by_key'),
        ),
        migrations.AddIndex(
            model_name='organisationcertificate',
            index=models.Index(fields=['key_x'], name='certificate_by_key'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='certificaterequest',
            trigger=pgtrigger.compiler.Trigger(name='request_content_stays', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."party_id" IS DISTINCT FROM (NEW."party_id") OR OLD."user_id_id" IS DISTINCT FROM (NEW."user_id_id") OR OLD."submitted_by_id" IS DISTINCT FROM (NEW."submitted_by_id") OR OLD."submitted_at" IS DISTINCT FROM (NEW."submitted_at") OR OLD."der" IS DISTINCT FROM (NEW."der") OR OLD."der_sha256" IS DISTINCT FROM (NEW."der_sha256") OR OLD."spki_sha256" IS DISTINCT FROM (NEW."spki_sha256") OR OLD."key_x" IS DISTINCT FROM (NEW."key_x") OR OLD."eui64" IS DISTINCT FROM (NEW."eui64") OR OLD."remote_party_role" IS DISTINCT FROM (NEW."remote_party_role") OR OLD."key_usage" IS DISTINCT FROM (NEW."key_usage") OR OLD."common_name" IS DISTINCT FROM (NEW."common_name") OR OLD."mpids" IS DISTINCT FROM (NEW."mpids"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='07985b758113b2f046c1d85b3041e6469d80d6ec', operation='UPDATE', pgid='pgtrigger_request_content_stays_5487a', table='registry_certificaterequest', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='dccsigningcertificate',
            trigger=pgtrigger.compiler.Trigger(name='dcc_certificate_stays_its_own', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."purpose" IS DISTINCT FROM (NEW."purpose") OR OLD."certificate_id" IS DISTINCT FROM (NEW."certificate_id") OR OLD."eui64" IS DISTINCT FROM (NEW."eui64") OR OLD."key_x" IS DISTINCT FROM (NEW."key_x") OR OLD."valid_from" IS DISTINCT FROM (NEW."valid_from") OR OLD."published_at" IS DISTINCT FROM (NEW."published_at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='e2d56bc170833213d48f6b2d14f89b5bbaa7873c', operation='UPDATE', pgid='pgtrigger_dcc_certificate_stays_its_own_5920c', table='registry_dccsigningcertificate', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='signingnotification',
            trigger=pgtrigger.compiler.Trigger(name='notification_stays_its_own', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."user_id_id" IS DISTINCT FROM (NEW."user_id_id") OR OLD."certificate_id" IS DISTINCT FROM (NEW."certificate_id") OR OLD."eui64" IS DISTINCT FROM (NEW."eui64") OR OLD."key_x" IS DISTINCT FROM (NEW."key_x") OR OLD."notified_at" IS DISTINCT FROM (NEW."notified_at") OR OLD."notified_by_id" IS DISTINCT FROM (NEW."notified_by_id"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='85c0efe67221863445fb18e666a567bb3b6b1acd', operation='UPDATE', pgid='pgtrigger_notification_stays_its_own_cc3e8', table='registry_signingnotification', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='certificaterequest',
            constraint=models.CheckConstraint(condition=models.Q(('key_x__regex', '^[0-9a-f]{64}$')), name='request_key_is_a_coordinate'),
        ),
        migrations.AddConstraint(
            model_name='certificaterequest',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['accepted', 'approved', 'sent', 'stopped', 'unrecorded-answer'])), fields=('key_x',), name='key_is_in_one_open_request'),
        ),
        migrations.AddConstraint(
            model_name='dccsigningcertificate',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('key_x', '='), ('purpose', '<>')], name='dcc_key_is_never_published_for_both_purposes'),
        ),
        migrations.AddConstraint(
            model_name='keyuse',
            constraint=models.UniqueConstraint(fields=('key_x', 'eui64', 'remote_party_role'), name='key_use_is_noted_once'),
        ),
        migrations.AddConstraint(
            model_name='keyuse',
            constraint=models.UniqueConstraint(condition=models.Q(('in_conflict', False)), fields=('key_x',), name='key_serves_one_user_id_in_one_role'),
        ),
        migrations.AddConstraint(
            model_name='keyuse',
            constraint=models.CheckConstraint(condition=models.Q(('key_x__regex', '^[0-9a-f]{64}$')), name='key_use_is_of_a_coordinate'),
        ),
        migrations.AddConstraint(
            model_name='organisationcertificate',
            constraint=models.UniqueConstraint(condition=models.Q(('key_in_conflict', False)), fields=('key_x',), name='key_is_in_one_certificate'),
        ),
        migrations.AddConstraint(
            model_name='organisationcertificate',
            constraint=models.UniqueConstraint(fields=('id', 'key_x', 'eui64'), name='certificate_its_key_and_its_eui64'),
        ),
        migrations.AddConstraint(
            model_name='signingnotification',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('key_x', '='), ('eui64', '<>')], name='key_is_never_notified_for_two_user_ids'),
        ),
        migrations.RunSQL(HOLD_AGAIN, migrations.RunSQL.noop),
    ]
