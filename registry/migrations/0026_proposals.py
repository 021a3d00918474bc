"""What needs two persons is a proposal; go-live is set by one (docs/decisions/0087, 0088)."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0025_jobs'),
    ]

    operations = [
        migrations.CreateModel(
            name='ProposalSubject',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=160)),
                ('is_held', models.BooleanField()),
            ],
        ),
        migrations.AddField(
            model_name='enforcementmoment',
            name='is_loaded',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='event',
            name='together_with',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events_of_two', to=settings.AUTH_USER_MODEL),
        ),
        migrations.CreateModel(
            name='Proposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(max_length=20)),
                ('kind', models.CharField(max_length=60)),
                ('parts', models.TextField()),
                ('facts', models.TextField()),
                ('words', models.TextField()),
                ('digest', models.CharField(max_length=64)),
                ('proposed_at', models.DateTimeField()),
                ('note', models.TextField()),
                ('named', models.DateTimeField(blank=True, null=True)),
                ('due_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('decision_note', models.TextField(blank=True)),
                ('differing', models.TextField(blank=True)),
                ('holds_from', models.DateTimeField(blank=True, null=True)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('closing_note', models.TextField(blank=True)),
                ('closed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='closed_proposals', to=settings.AUTH_USER_MODEL)),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='proposals', to=settings.AUTH_USER_MODEL)),
                ('second', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='seconded_proposals', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.AddField(
            model_name='enforcementmoment',
            name='proposal',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='enforcement_moments', to='registry.proposal'),
        ),
        # Decisions from before there were proposals have none and stay as they are.
        AddConstraintNotValid(
            model_name='enforcementmoment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('is_loaded', False), ('proposal__isnull', False)), models.Q(('is_loaded', True), ('proposal__isnull', True)), _connector='OR'), name='enforcement_is_set_by_a_proposal'),
        ),
        migrations.AddField(
            model_name='proposalsubject',
            name='proposal',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='subjects', to='registry.proposal'),
        ),
        migrations.AddIndex(
            model_name='proposal',
            index=models.Index(fields=['state', 'due_at'], name='proposal_by_state'),
        ),
        migrations.AddConstraint(
            model_name='proposal',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['open', 'applied', 'withdrawn', 'refused', 'void', 'expired', 'review-owed', 'stands', 'undone', 'making-good', 'made-good'])), name='proposal_state_is_known'),
        ),
        migrations.AddConstraint(
            model_name='proposal',
            constraint=models.CheckConstraint(condition=models.Q(('second__isnull', True), models.Q(('second', models.F('proposed_by')), _negated=True), _connector='OR'), name='proposal_is_of_two_persons'),
        ),
        migrations.AddConstraint(
            model_name='proposal',
            constraint=models.CheckConstraint(condition=models.Q(('closed_by__isnull', True), models.Q(('closed_by', models.F('proposed_by')), _negated=True), _connector='OR'), name='proposal_is_closed_by_another_person'),
        ),
        migrations.AddConstraint(
            model_name='proposal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['applied', 'made-good', 'making-good', 'refused', 'stands', 'undone', 'void']), _negated=True), models.Q(('decided_at__isnull', False), ('second__isnull', False)), _connector='OR'), name='proposal_is_decided_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='proposal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'made-good'), _negated=True), models.Q(('closed_at__isnull', False), ('closed_by__isnull', False), models.Q(('closing_note', ''), _negated=True)), _connector='OR'), name='proposal_is_made_good_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='proposal',
            constraint=models.CheckConstraint(condition=models.Q(('note', ''), _negated=True), name='proposal_says_why'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='proposal',
            trigger=pgtrigger.compiler.Trigger(name='proposal_stays_its_own', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."parts" IS DISTINCT FROM (NEW."parts") OR OLD."facts" IS DISTINCT FROM (NEW."facts") OR OLD."words" IS DISTINCT FROM (NEW."words") OR OLD."digest" IS DISTINCT FROM (NEW."digest") OR OLD."proposed_by_id" IS DISTINCT FROM (NEW."proposed_by_id") OR OLD."proposed_at" IS DISTINCT FROM (NEW."proposed_at") OR OLD."note" IS DISTINCT FROM (NEW."note") OR OLD."named" IS DISTINCT FROM (NEW."named") OR OLD."due_at" IS DISTINCT FROM (NEW."due_at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='9062592cc1cab8fef25b13119eb05d32d9c05aa0', operation='UPDATE', pgid='pgtrigger_proposal_stays_its_own_cf4c2', table='registry_proposal', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='proposal',
            trigger=pgtrigger.compiler.Trigger(name='proposal_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='9cca6413b0d42dc64f83b9aba6e5696636715d86', operation='DELETE', pgid='pgtrigger_proposal_stays_c3228', table='registry_proposal', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='proposalsubject',
            index=models.Index(fields=['key'], name='proposal_by_subject'),
        ),
        migrations.AddConstraint(
            model_name='proposalsubject',
            constraint=models.UniqueConstraint(condition=models.Q(('is_held', True)), fields=('key',), name='subject_is_in_one_open_proposal'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='proposalsubject',
            trigger=pgtrigger.compiler.Trigger(name='proposal_subject_stays_its_own', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."proposal_id" IS DISTINCT FROM (NEW."proposal_id") OR OLD."key" IS DISTINCT FROM (NEW."key"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='adbf6353ec83c781ea3870c970cc4ae818460aee', operation='UPDATE', pgid='pgtrigger_proposal_subject_stays_its_own_105d9', table='registry_proposalsubject', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='proposalsubject',
            trigger=pgtrigger.compiler.Trigger(name='proposal_subject_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='df1c5efc1022607d54cfefb5b74a3995eac9f2fa', operation='DELETE', pgid='pgtrigger_proposal_subject_stays_76688', table='registry_proposalsubject', when='BEFORE')),
        ),
    ]
