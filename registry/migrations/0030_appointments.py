"""As what somebody acts, and for which Party, moves from the account to its appointments.

Each account becomes a natural person of its own with one appointment, from when the account was
made; one that was closed has ended, as of this migration, since nobody recorded when
(docs/decisions/0091).
"""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

CARRY_OVER = """
INSERT INTO registry_naturalperson (id) SELECT id FROM registry_person;
SELECT setval(
    pg_get_serial_sequence('registry_naturalperson', 'id'),
    COALESCE(max(id), 1), max(id) IS NOT NULL
) FROM registry_naturalperson;
UPDATE registry_person SET natural_person_id = id;
INSERT INTO registry_appointment
    (person_id, natural_person_id, party_id, role, started_at, ended_at, ending, ending_note)
SELECT id, id, party_id, role, created_at,
       CASE WHEN NOT is_active THEN GREATEST(created_at, now()) END,
       CASE WHEN is_active THEN '' ELSE 'closed-before' END, ''
FROM registry_person ORDER BY id;
-- What was written is checked at the end; no table can be altered until it has been.
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""

# What is open, or ended last, as the account's own.
CARRY_BACK = """
UPDATE registry_person SET (role, party_id, is_active) = (
    SELECT role, party_id, ended_at IS NULL FROM registry_appointment
    WHERE person_id = registry_person.id
    ORDER BY ended_at DESC NULLS FIRST, started_at DESC, id DESC LIMIT 1
);
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""

OF_ONE_PERSON = """
ALTER TABLE registry_appointment
    ADD CONSTRAINT appointment_is_of_the_accounts_natural_person
        FOREIGN KEY (person_id, natural_person_id)
        REFERENCES registry_person (id, natural_person_id) ON UPDATE CASCADE;
"""

DROP_OF_ONE_PERSON = """
ALTER TABLE registry_appointment DROP CONSTRAINT appointment_is_of_the_accounts_natural_person;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0029_what_changed_is_named'),
    ]

    operations = [
        migrations.CreateModel(
            name='Appointment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(max_length=20)),
                ('started_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('ending', models.CharField(blank=True, max_length=20)),
                ('ending_note', models.TextField(blank=True)),
            ],
        ),
        migrations.CreateModel(
            name='NaturalPerson',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ],
            options={
                'verbose_name': 'natural person',
            },
        ),
        migrations.RemoveConstraint(
            model_name='person',
            name='person_is_staff_or_of_one_party',
        ),
        migrations.AddField(
            model_name='appointment',
            name='ended_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='appointments_ended', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='appointment',
            name='party',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='appointments', to='registry.party'),
        ),
        migrations.AddField(
            model_name='appointment',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appointments', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='appointment',
            name='natural_person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appointments', to='registry.naturalperson'),
        ),
        migrations.AddField(
            model_name='person',
            name='natural_person',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='accounts', to='registry.naturalperson'),
        ),
        # So that the way back has a column to fill.
        migrations.AlterField(
            model_name='person',
            name='role',
            field=models.CharField(max_length=20, null=True),
        ),
        migrations.RunSQL(CARRY_OVER, CARRY_BACK),
        migrations.AlterField(
            model_name='person',
            name='natural_person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='accounts', to='registry.naturalperson'),
        ),
        migrations.RemoveField(
            model_name='person',
            name='is_active',
        ),
        migrations.RemoveField(
            model_name='person',
            name='party',
        ),
        migrations.RemoveField(
            model_name='person',
            name='role',
        ),
        migrations.AddConstraint(
            model_name='person',
            constraint=models.UniqueConstraint(fields=('id', 'natural_person'), name='person_and_its_natural_person'),
        ),
        migrations.RunSQL(OF_ONE_PERSON, DROP_OF_ONE_PERSON),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('party__isnull', True), ('role__in', ['auditor', 'officer'])), models.Q(('party__isnull', False), ('role__in', ['ARO', 'SRO'])), _connector='OR'), name='appointment_is_of_staff_or_for_one_party'),
        ),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=models.CheckConstraint(condition=models.Q(('ended_at__isnull', True), ('ended_at__gte', models.F('started_at')), _connector='OR'), name='appointment_ends_after_its_beginning'),
        ),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('ended_by__isnull', True), ('ending', '')), models.Q(('ended_at__isnull', False), ('ending__in', ['removed', 'suspended', 'closed-before']), models.Q(('ended_by__isnull', False), ('ending', 'closed-before'), _connector='OR')), _connector='OR'), name='appointment_says_how_and_by_whom_it_ended'),
        ),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('person', 'party', 'role'), name='appointment_is_open_once', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('natural_person', '='), (models.Case(models.When(party__isnull=True, then=1), default=0, output_field=models.IntegerField()), '<>'), (models.Func('started_at', 'ended_at', function='tstzrange', output_field=django.contrib.postgres.fields.ranges.DateTimeRangeField()), '&&')], name='nobody_is_staff_and_of_a_party_at_once'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='appointment',
            trigger=pgtrigger.compiler.Trigger(name='appointment_stays_its_own', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."person_id" IS DISTINCT FROM (NEW."person_id") OR OLD."party_id" IS DISTINCT FROM (NEW."party_id") OR OLD."role" IS DISTINCT FROM (NEW."role") OR OLD."started_at" IS DISTINCT FROM (NEW."started_at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='d9e6e8513fc5f34addbcba925ae62878efcc6ca7', operation='UPDATE', pgid='pgtrigger_appointment_stays_its_own_0f46d', table='registry_appointment', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='appointment',
            trigger=pgtrigger.compiler.Trigger(name='appointment_stays_ended', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.ended_at IS NOT NULL AND (OLD.ended_at, OLD.ending, OLD.ended_by_id, OLD.ending_note) IS DISTINCT FROM (NEW.ended_at, NEW.ending, NEW.ended_by_id, NEW.ending_note))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='2017d67ccb6edd2803da565bad9e43029e234c0e', operation='UPDATE', pgid='pgtrigger_appointment_stays_ended_113b9', table='registry_appointment', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='appointment',
            trigger=pgtrigger.compiler.Trigger(name='appointment_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='582b13ef85c588eef4ce4f5f6fdccdd4cd52e080', operation='DELETE', pgid='pgtrigger_appointment_stays_51e2a', table='registry_appointment', when='BEFORE')),
        ),
    ]
