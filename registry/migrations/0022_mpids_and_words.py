"""MPIDs have three or four characters, and what stands in a name may be a word.

What a Supplier Party's certificates and requests of other roles than xmlSign have in their
commonNames moves from `mpids` to `name_tokens`, and their uses say in which name they stand.
"""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from rules.certificates.mpids import mpids_in_common_name, tokens_in_common_name

# What a certificate or a request holds, and in which name where it may be a word there.
NAMED = """
CREATE FUNCTION registry_named(mpids varchar[], name_tokens varchar[], common_name varchar)
RETURNS TABLE (code varchar, in_name varchar) LANGUAGE sql IMMUTABLE AS $$
    SELECT code, '' FROM unnest(mpids) AS code
    UNION
    SELECT code, COALESCE(NULLIF(common_name, ''), array_to_string(name_tokens, ' '))
    FROM unnest(name_tokens) AS code
$$;

-- Recorded as some Party's, and no officer has decided that it is a word in this name.
CREATE FUNCTION registry_is_mpid_in_name(token varchar, whose bigint, name varchar)
RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM registry_partympid WHERE mpid = token AND withdrawn_at IS NULL)
        AND NOT EXISTS (
            SELECT FROM registry_wordinname
            WHERE mpid = token AND party_id = whose AND common_name = name
        )
$$;
"""

DROP_NAMED = """
DROP FUNCTION registry_is_mpid_in_name(varchar, bigint, varchar);
DROP FUNCTION registry_named(varchar[], varchar[], varchar);
"""

# As migrations 0010, 0011 and 0016 left them, but for names. In alphabetical order, since each use
# locks its claim. A hold of the SMKI PMA leaves with a
# Party what it has, and so takes nothing from the names that there are.
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
            INSERT INTO registry_mpiduse
                (mpid, in_name, party_id, certificate_id, held, in_conflict)
            SELECT code, in_name, NEW.party_id, NEW.id,
                   -- notAfter is inclusive (RFC 5280, 4.1.2.5); a revocation holds at once.
                   tstzrange(NEW.recorded_at, ends_at,
                             CASE WHEN NEW.revoked_at IS NULL THEN '[]' ELSE '[)' END),
                   NEW.mpid_in_conflict
            FROM registry_named(NEW.mpids, NEW.name_tokens, NEW.common_name)
            ORDER BY code COLLATE "C";
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
        INSERT INTO registry_mpiduse (mpid, in_name, party_id, request_id, held, in_conflict)
        SELECT code, in_name, NEW.party_id, NEW.id,
               tstzrange(NEW.state_changed_at, NULL, '[)'), false
        FROM registry_named(NEW.mpids, NEW.name_tokens, NEW.common_name)
        ORDER BY code COLLATE "C";
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION registry_transfer_hold_holds() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NOT EXISTS (
            SELECT FROM registry_party WHERE id = NEW.party_id AND category = 'Supplier'
        ) THEN
            RAISE EXCEPTION 'only a Supplier Party has an MPID that can be held'
                USING ERRCODE = 'check_violation';
        END IF;
        INSERT INTO registry_mpiduse
            (mpid, in_name, party_id, transfer_hold_id, held, in_conflict)
        SELECT NEW.mpid, '', NEW.party_id, NEW.id,
               tstzrange(NEW.valid_from, NEW.valid_until, '[)'),
               EXISTS (
                   SELECT FROM registry_mpiduse
                   WHERE mpid = NEW.mpid AND in_name = '' AND party_id = NEW.party_id
                       AND held && tstzrange(NEW.placed_at, NULL)
               );
    ELSIF NEW.lifted_at IS NOT NULL AND OLD.lifted_at IS NULL THEN
        UPDATE registry_mpiduse
        SET held = tstzrange(lower(held), GREATEST(lower(held), NEW.lifted_at), '[)')
        WHERE transfer_hold_id = NEW.id
            AND (upper_inf(held) OR upper(held) > NEW.lifted_at);
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION registry_mpid_is_nobody_elses() RETURNS trigger LANGUAGE plpgsql AS $$
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
        WHERE mpid = NEW.mpid AND in_name = '' AND party_id <> NEW.party_id
            AND held && NEW.held
    );
    IF NEW.in_name <> '' THEN
        clashes := clashes
            AND registry_is_mpid_in_name(NEW.mpid, NEW.party_id, NEW.in_name);
    ELSIF NOT clashes AND NEW.transfer_hold_id IS NULL THEN
        clashes := EXISTS (
            SELECT FROM registry_mpiduse
            WHERE mpid = NEW.mpid AND in_name <> '' AND party_id <> NEW.party_id
                AND held && NEW.held
                AND registry_is_mpid_in_name(NEW.mpid, party_id, in_name)
        );
    END IF;
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
"""

KEEP_WORDS = """
CREATE TRIGGER registry_wordinname_is_never_truncated BEFORE TRUNCATE ON registry_wordinname
FOR EACH STATEMENT EXECUTE FUNCTION registry_refuse_truncate();
"""

LET_GO_OF_WORDS = "DROP TRIGGER registry_wordinname_is_never_truncated ON registry_wordinname;"

REVOKED = "registry_organisationcertificate", "pgtrigger_certificate_stays_revoked_0099f"
"""A revoked certificate's row is carried over too."""

NAMES = """
SELECT named.id, named.remote_party_role, named.common_name, named.mpids
FROM {table} AS named JOIN registry_party AS party ON party.id = named.party_id
WHERE party.category = 'Supplier' AND named.common_name <> ''
"""

IN_NAMES = """
UPDATE registry_mpiduse AS use SET in_name = named.common_name
FROM {table} AS named
WHERE named.id = use.{column} AND named.remote_party_role <> '87' AND named.common_name <> ''
"""

# Said to be in conflict, so that what clashes can be carried over; the trigger marks what does.
NEW_USES = """
INSERT INTO registry_mpiduse (mpid, in_name, party_id, certificate_id, held, in_conflict)
SELECT named.code, named.in_name, certificate.party_id, certificate.id,
       tstzrange(certificate.recorded_at, LEAST(certificate.not_after, certificate.revoked_at),
                 CASE WHEN certificate.revoked_at IS NULL THEN '[]' ELSE '[)' END),
       true
FROM registry_organisationcertificate AS certificate
JOIN registry_party AS party ON party.id = certificate.party_id AND party.category = 'Supplier',
LATERAL registry_named(certificate.mpids, certificate.name_tokens, certificate.common_name)
    AS named
WHERE LEAST(certificate.not_after, certificate.revoked_at) > certificate.recorded_at
    AND NOT EXISTS (
        SELECT FROM registry_mpiduse
        WHERE certificate_id = certificate.id AND mpid = named.code
    )
ORDER BY certificate.id, named.code
"""

NEW_RESERVATIONS = """
INSERT INTO registry_mpiduse (mpid, in_name, party_id, request_id, held, in_conflict)
SELECT named.code, named.in_name, request.party_id, request.id,
       tstzrange(request.state_changed_at, NULL, '[)'), true
FROM registry_certificaterequest AS request,
LATERAL registry_named(request.mpids, request.name_tokens, request.common_name) AS named
WHERE request.state IN ('approved', 'sent', 'unrecorded-answer')
    AND NOT EXISTS (
        SELECT FROM registry_mpiduse WHERE request_id = request.id AND mpid = named.code
    )
ORDER BY request.id, named.code
"""

# What was in conflict because of a name is so only where what stands there is an MPID.
NO_CONFLICT = """
UPDATE registry_mpiduse AS use SET in_conflict = false
WHERE in_conflict
    AND (in_name <> '' OR EXISTS (
        SELECT FROM registry_mpiduse AS other
        WHERE other.mpid = use.mpid AND other.party_id <> use.party_id AND other.in_name <> ''
    ))
    AND NOT EXISTS (
        SELECT FROM registry_mpiduse AS other
        WHERE other.mpid = use.mpid AND other.party_id <> use.party_id AND other.held && use.held
            AND CASE
                WHEN other.in_name = '' AND use.in_name = '' THEN true
                WHEN other.in_name <> '' AND use.in_name <> '' THEN false
                WHEN use.in_name <> ''
                    THEN registry_is_mpid_in_name(use.mpid, use.party_id, use.in_name)
                ELSE registry_is_mpid_in_name(use.mpid, other.party_id, other.in_name)
            END
    )
"""

CONFLICTS = """
UPDATE registry_organisationcertificate AS certificate
SET mpid_in_conflict = NOT mpid_in_conflict
WHERE EXISTS (SELECT FROM registry_mpiduse WHERE certificate_id = certificate.id)
    AND mpid_in_conflict <> EXISTS (
        SELECT FROM registry_mpiduse WHERE certificate_id = certificate.id AND in_conflict
    )
"""


def carry_over(_apps, schema_editor):
    """Tell MPIDs from what stands in names, in every row that is there.

    Followers hear of each certificate that changes, so their triggers stay.
    """
    table, trigger = REVOKED
    requests = "registry_certificaterequest"
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")
        cursor.execute(f"ALTER TABLE {requests} DISABLE TRIGGER USER")
        _name_anew(cursor, table)
        _name_anew(cursor, requests)
        cursor.execute(IN_NAMES.format(table=table, column="certificate_id"))
        cursor.execute(IN_NAMES.format(table=requests, column="request_id"))
        cursor.execute(NEW_USES)
        cursor.execute(NEW_RESERVATIONS)
        cursor.execute(NO_CONFLICT)
        cursor.execute(CONFLICTS)
        # What was written anew is checked at the end; no table can be altered until it has been.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER {trigger}")
        cursor.execute(f"ALTER TABLE {requests} ENABLE TRIGGER USER")


def _name_anew(cursor, table):
    cursor.execute(NAMES.format(table=table))
    for pk, role, common_name, mpids in cursor.fetchall():
        # What was read of a second commonName is in `mpids` alone.
        if role == "87":
            named, tokens = [*mpids_in_common_name(common_name), *mpids], []
        else:
            named, tokens = [], [*tokens_in_common_name(common_name), *mpids]
        named, tokens = list(dict.fromkeys(named)), list(dict.fromkeys(tokens))
        if tokens or named != mpids:
            cursor.execute(
                f"UPDATE {table} SET mpids = %s, name_tokens = %s WHERE id = %s",
                [named, tokens, pk],
            )


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0021_known_devices'),
    ]

    operations = [
        migrations.CreateModel(
            name='WordInName',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('mpid', models.CharField(max_length=4)),
                ('common_name', models.CharField(max_length=64)),
                ('reason', models.TextField()),
                ('decided_at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'word in a name',
                'verbose_name_plural': 'words in names',
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='certificaterequest',
            name='request_content_stays',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='mpiduse',
            name='mpid_use_stays_its_own',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='organisationcertificate',
            name='certificate_content_stays',
        ),
        migrations.RemoveConstraint(
            model_name='mpid',
            name='claimed_mpid_is_an_mpid',
        ),
        migrations.RemoveConstraint(
            model_name='mpidtransferhold',
            name='transfer_hold_is_on_an_mpid',
        ),
        migrations.RemoveConstraint(
            model_name='mpiduse',
            name='mpid_is_held_by_one_supplier_party',
        ),
        migrations.RemoveConstraint(
            model_name='mpiduse',
            name='used_mpid_is_an_mpid',
        ),
        migrations.RemoveConstraint(
            model_name='partympid',
            name='recorded_mpid_is_an_mpid',
        ),
        migrations.RemoveIndex(
            model_name='mpiduse',
            name='mpid_use_by_mpid',
        ),
        migrations.AddField(
            model_name='certificaterequest',
            name='name_tokens',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=4), blank=True, default=list, size=None),
        ),
        migrations.AddField(
            model_name='mpiduse',
            name='in_name',
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name='organisationcertificate',
            name='name_tokens',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=4), blank=True, default=list, size=None),
        ),
        migrations.AddIndex(
            model_name='mpiduse',
            index=models.Index(fields=['mpid', 'in_name'], name='mpid_use_by_mpid_and_name'),
        ),
        migrations.AddField(
            model_name='wordinname',
            name='decided_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='words_in_names_decided', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='wordinname',
            name='party',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='words_in_names', to='registry.party'),
        ),
        migrations.AddField(
            model_name='wordinname',
            name='request',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='words_decided', to='registry.certificaterequest'),
        ),
        migrations.AddConstraint(
            model_name='wordinname',
            constraint=models.CheckConstraint(condition=models.Q(('mpid__regex', '^[A-Z0-9]{3,4}$')), name='word_is_written_as_an_mpid'),
        ),
        migrations.AddConstraint(
            model_name='wordinname',
            constraint=models.CheckConstraint(condition=models.Q(('common_name', ''), _negated=True), name='word_stands_in_a_name'),
        ),
        migrations.AddConstraint(
            model_name='wordinname',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='word_is_decided_with_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='wordinname',
            constraint=models.UniqueConstraint(fields=('mpid', 'party', 'common_name'), name='word_is_decided_once_of_a_name'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='wordinname',
            trigger=pgtrigger.compiler.Trigger(name='word_in_name_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='7c0ef3ca22c8c03d70f47b97c3149abc5d73cd5b', operation='UPDATE OR DELETE', pgid='pgtrigger_word_in_name_stays_b14f2', table='registry_wordinname', when='BEFORE')),
        ),
        migrations.RunSQL(NAMED, DROP_NAMED),
        migrations.RunSQL(HOLDS, migrations.RunSQL.noop),
        migrations.RunSQL(KEEP_WORDS, LET_GO_OF_WORDS),
        migrations.RunPython(carry_over, migrations.RunPython.noop),
        pgtrigger.migrations.AddTrigger(
            model_name='certificaterequest',
            trigger=pgtrigger.compiler.Trigger(name='request_content_stays', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."party_id" IS DISTINCT FROM (NEW."party_id") OR OLD."user_id_id" IS DISTINCT FROM (NEW."user_id_id") OR OLD."submitted_by_id" IS DISTINCT FROM (NEW."submitted_by_id") OR OLD."submitted_at" IS DISTINCT FROM (NEW."submitted_at") OR OLD."der" IS DISTINCT FROM (NEW."der") OR OLD."der_sha256" IS DISTINCT FROM (NEW."der_sha256") OR OLD."spki_sha256" IS DISTINCT FROM (NEW."spki_sha256") OR OLD."key_x" IS DISTINCT FROM (NEW."key_x") OR OLD."eui64" IS DISTINCT FROM (NEW."eui64") OR OLD."remote_party_role" IS DISTINCT FROM (NEW."remote_party_role") OR OLD."key_usage" IS DISTINCT FROM (NEW."key_usage") OR OLD."common_name" IS DISTINCT FROM (NEW."common_name") OR OLD."mpids" IS DISTINCT FROM (NEW."mpids") OR OLD."name_tokens" IS DISTINCT FROM (NEW."name_tokens") OR OLD."notify_when_issued" IS DISTINCT FROM (NEW."notify_when_issued"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='693f028f0476205d93782594f9c68033ad5a02ee', operation='UPDATE', pgid='pgtrigger_request_content_stays_5487a', table='registry_certificaterequest', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='mpiduse',
            trigger=pgtrigger.compiler.Trigger(name='mpid_use_stays_its_own', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."mpid" IS DISTINCT FROM (NEW."mpid") OR OLD."party_id" IS DISTINCT FROM (NEW."party_id") OR OLD."certificate_id" IS DISTINCT FROM (NEW."certificate_id") OR OLD."request_id" IS DISTINCT FROM (NEW."request_id") OR OLD."transfer_hold_id" IS DISTINCT FROM (NEW."transfer_hold_id") OR OLD."in_name" IS DISTINCT FROM (NEW."in_name") OR OLD."in_conflict" IS DISTINCT FROM (NEW."in_conflict"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='7f006aedaef6cfad360357f8cb95b998be8cc18c', operation='UPDATE', pgid='pgtrigger_mpid_use_stays_its_own_c7645', table='registry_mpiduse', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='organisationcertificate',
            trigger=pgtrigger.compiler.Trigger(name='certificate_content_stays', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."issuer" IS DISTINCT FROM (NEW."issuer") OR OLD."serial_number" IS DISTINCT FROM (NEW."serial_number") OR OLD."eui64" IS DISTINCT FROM (NEW."eui64") OR OLD."remote_party_role" IS DISTINCT FROM (NEW."remote_party_role") OR OLD."key_usage" IS DISTINCT FROM (NEW."key_usage") OR OLD."common_name" IS DISTINCT FROM (NEW."common_name") OR OLD."mpids" IS DISTINCT FROM (NEW."mpids") OR OLD."name_tokens" IS DISTINCT FROM (NEW."name_tokens") OR OLD."not_before" IS DISTINCT FROM (NEW."not_before") OR OLD."not_after" IS DISTINCT FROM (NEW."not_after") OR OLD."der" IS DISTINCT FROM (NEW."der") OR OLD."spki_sha256" IS DISTINCT FROM (NEW."spki_sha256") OR OLD."public_key" IS DISTINCT FROM (NEW."public_key") OR OLD."party_id" IS DISTINCT FROM (NEW."party_id") OR OLD."request_id" IS DISTINCT FROM (NEW."request_id") OR OLD."recorded_at" IS DISTINCT FROM (NEW."recorded_at") OR OLD."is_withheld" IS DISTINCT FROM (NEW."is_withheld") OR OLD."mpid_in_conflict" IS DISTINCT FROM (NEW."mpid_in_conflict") OR OLD."key_in_conflict" IS DISTINCT FROM (NEW."key_in_conflict"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='839e730d45e70ece2834ed7aae3cb14c74bed124', operation='UPDATE', pgid='pgtrigger_certificate_content_stays_0cfbb', table='registry_organisationcertificate', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='mpid',
            constraint=models.CheckConstraint(condition=models.Q(('code__regex', '^[A-Z0-9]{3,4}$')), name='claimed_mpid_is_an_mpid'),
        ),
        migrations.AddConstraint(
            model_name='mpidtransferhold',
            constraint=models.CheckConstraint(condition=models.Q(('mpid__regex', '^[A-Z0-9]{3,4}$')), name='transfer_hold_is_on_an_mpid'),
        ),
        migrations.AddConstraint(
            model_name='mpiduse',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('in_conflict', False), ('in_name', '')), expressions=[('mpid', '='), ('party', '<>'), ('held', '&&')], name='mpid_is_held_by_one_supplier_party'),
        ),
        migrations.AddConstraint(
            model_name='mpiduse',
            constraint=models.CheckConstraint(condition=models.Q(('mpid__regex', '^[A-Z0-9]{3,4}$')), name='used_mpid_is_an_mpid'),
        ),
        migrations.AddConstraint(
            model_name='partympid',
            constraint=models.CheckConstraint(condition=models.Q(('mpid__regex', '^[A-Z0-9]{3,4}$')), name='recorded_mpid_is_an_mpid'),
        ),
    ]
