"""Holds of the SMKI PMA on the transfer of an MPID (MP185), which block as a certificate does."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


# Recorded in conflict where the Party has the MPID when the hold is placed: then a clash, if there
# is one, is there anyway. It blocks from when it is placed.
HOLDS = """
CREATE FUNCTION registry_transfer_hold_holds() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NOT EXISTS (
            SELECT FROM registry_party WHERE id = NEW.party_id AND category = 'Supplier'
        ) THEN
            RAISE EXCEPTION 'only a Supplier Party has an MPID that can be held'
                USING ERRCODE = 'check_violation';
        END IF;
        INSERT INTO registry_mpiduse (mpid, party_id, transfer_hold_id, held, in_conflict)
        SELECT NEW.mpid, NEW.party_id, NEW.id,
               tstzrange(NEW.valid_from, NEW.valid_until, '[)'),
               EXISTS (
                   SELECT FROM registry_mpiduse
                   WHERE mpid = NEW.mpid AND party_id = NEW.party_id
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

CREATE TRIGGER transfer_hold_holds AFTER INSERT OR UPDATE ON registry_mpidtransferhold
FOR EACH ROW EXECUTE FUNCTION registry_transfer_hold_holds();
"""

DROP_HOLDS = """
DROP TRIGGER transfer_hold_holds ON registry_mpidtransferhold;
DROP FUNCTION registry_transfer_hold_holds();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0010_one_mpid_one_supplier'),
    ]

    operations = [
        migrations.CreateModel(
            name='MpidTransferHold',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('mpid', models.CharField(max_length=4)),
                ('valid_from', models.DateTimeField()),
                ('valid_until', models.DateTimeField(blank=True, null=True)),
                ('reason', models.TextField()),
                ('placed_at', models.DateTimeField()),
                ('lifted_at', models.DateTimeField(blank=True, null=True)),
                ('lifting_reason', models.TextField(blank=True)),
            ],
            options={
                'verbose_name': "hold on an MPID's transfer",
                'verbose_name_plural': "holds on MPIDs' transfers",
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='mpiduse',
            name='mpid_use_stays_its_own',
        ),
        migrations.RemoveConstraint(
            model_name='mpiduse',
            name='mpid_use_is_a_certificate_or_a_reservation',
        ),
        migrations.AddField(
            model_name='mpidtransferhold',
            name='lifted_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='lifted_mpid_transfer_holds', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='mpidtransferhold',
            name='party',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='mpid_transfer_holds', to='registry.party'),
        ),
        migrations.AddField(
            model_name='mpidtransferhold',
            name='placed_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='placed_mpid_transfer_holds', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='mpiduse',
            name='transfer_hold',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='mpid_uses', to='registry.mpidtransferhold'),
        ),
        migrations.AddConstraint(
            model_name='mpiduse',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('certificate__isnull', False), ('request__isnull', True), ('transfer_hold__isnull', True)), models.Q(('certificate__isnull', True), ('request__isnull', False), ('transfer_hold__isnull', True)), models.Q(('certificate__isnull', True), ('request__isnull', True), ('transfer_hold__isnull', False)), _connector='OR'), name='mpid_use_is_of_one_thing'),
        ),
        migrations.AddConstraint(
            model_name='mpidtransferhold',
            constraint=models.CheckConstraint(condition=models.Q(('mpid__regex', '^[A-Z0-9]{4}$')), name='transfer_hold_is_on_an_mpid'),
        ),
        migrations.AddConstraint(
            model_name='mpidtransferhold',
            constraint=models.CheckConstraint(condition=models.Q(('valid_until__isnull', True), ('valid_until__gt', models.F('valid_from')), _connector='OR'), name='transfer_hold_ends_after_its_beginning'),
        ),
        migrations.AddConstraint(
            model_name='mpidtransferhold',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='transfer_hold_has_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='mpidtransferhold',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('lifted_at__isnull', True), ('lifted_by__isnull', True), ('lifting_reason', '')), models.Q(('lifted_at__isnull', False), ('lifted_by__isnull', False), models.Q(('lifting_reason', ''), _negated=True)), _connector='OR'), name='transfer_hold_is_lifted_by_somebody_with_a_reason'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='mpidtransferhold',
            trigger=pgtrigger.compiler.Trigger(name='transfer_hold_stays_its_own', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."mpid" IS DISTINCT FROM (NEW."mpid") OR OLD."party_id" IS DISTINCT FROM (NEW."party_id") OR OLD."valid_from" IS DISTINCT FROM (NEW."valid_from") OR OLD."valid_until" IS DISTINCT FROM (NEW."valid_until") OR OLD."reason" IS DISTINCT FROM (NEW."reason") OR OLD."placed_at" IS DISTINCT FROM (NEW."placed_at") OR OLD."placed_by_id" IS DISTINCT FROM (NEW."placed_by_id"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='0f4fee180f13539e4a68e59a8de15e44d772fe6e', operation='UPDATE', pgid='pgtrigger_transfer_hold_stays_its_own_34513', table='registry_mpidtransferhold', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='mpidtransferhold',
            trigger=pgtrigger.compiler.Trigger(name='transfer_hold_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='a3bb14f13dc5c077069a96c6e606e44d90b4d157', operation='DELETE', pgid='pgtrigger_transfer_hold_stays_0d097', table='registry_mpidtransferhold', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='mpidtransferhold',
            trigger=pgtrigger.compiler.Trigger(name='transfer_hold_stays_lifted', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."lifted_at" IS NOT NULL)', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='ced0521799bbca08f21885bc590b48694c0ff637', operation='UPDATE', pgid='pgtrigger_transfer_hold_stays_lifted_4a379', table='registry_mpidtransferhold', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='mpiduse',
            trigger=pgtrigger.compiler.Trigger(name='mpid_use_stays_its_own', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."mpid" IS DISTINCT FROM (NEW."mpid") OR OLD."party_id" IS DISTINCT FROM (NEW."party_id") OR OLD."certificate_id" IS DISTINCT FROM (NEW."certificate_id") OR OLD."request_id" IS DISTINCT FROM (NEW."request_id") OR OLD."transfer_hold_id" IS DISTINCT FROM (NEW."transfer_hold_id") OR OLD."in_conflict" IS DISTINCT FROM (NEW."in_conflict"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='bcec166adea33cf0ba27995198bcfde78d1a1b10', operation='UPDATE', pgid='pgtrigger_mpid_use_stays_its_own_c7645', table='registry_mpiduse', when='BEFORE')),
        ),
        migrations.RunSQL(HOLDS, DROP_HOLDS),
    ]
