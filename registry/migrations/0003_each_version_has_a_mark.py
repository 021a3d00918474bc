"""Gives each version of the snapshot a mark, and what it changed the moment it was noted.

A follower of the register's changes holds a version and its mark. Where the register was set back
to a backup and then changed, it counts the same versions again: the mark tells them apart.
"""

from django.db import migrations, models
from django.db.models.functions import Now

NOTE_CHANGE = """
CREATE OR REPLACE FUNCTION registry_note_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    new_version bigint;
    new_mark uuid;
    this_transaction text := pg_current_xact_id()::text;
    changed jsonb := to_jsonb(COALESCE(NEW, OLD));
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
    INSERT INTO registry_snapshotchange (version, subject, subject_id, mark, noted_at)
    VALUES (new_version, TG_ARGV[0], changed ->> TG_ARGV[1], new_mark, clock_timestamp())
    ON CONFLICT (version, subject, subject_id) DO NOTHING;

    PERFORM pg_notify('registry_snapshot', new_version::text);
    RETURN NULL;
END $$;
"""

NOTE_CHANGE_WITHOUT = """
CREATE OR REPLACE FUNCTION registry_note_change() RETURNS trigger LANGUAGE plpgsql AS $$
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


class Migration(migrations.Migration):
    dependencies = [("registry", "0002_database_holds")]

    operations = [
        migrations.AddField("snapshotversion", "mark", models.UUIDField(null=True)),
        migrations.AddField("snapshotchange", "mark", models.UUIDField(null=True)),
        migrations.AddField(
            "snapshotchange", "noted_at", models.DateTimeField(db_default=Now())
        ),
        migrations.RunSQL(NOTE_CHANGE, NOTE_CHANGE_WITHOUT),
    ]
