"""The safety-critical Alerts, the setting of all Alerts, and the switches of SRPD 6.2 (d).

All three are part of the snapshot, so that each change notes a new version of it.
"""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


WATCHED = {
    "registry_safetycriticalalert": ("safety-critical-alert", "id"),
    "registry_allalertsmoment": ("all-alerts", "id"),
    "registry_registrationswitchmoment": ("registration-switch", "id"),
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

    dependencies = [
        ('registry', '0006_lists_by_age'),
    ]

    operations = [
        migrations.CreateModel(
            name='AllAlertsMoment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('all_alerts_from', models.DateTimeField(blank=True, null=True)),
                ('recorded_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='RegistrationSwitchMoment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('checkpoint', models.CharField(max_length=68)),
                ('turned_on_at', models.DateTimeField(blank=True, null=True)),
                ('alert_code', models.CharField(blank=True, max_length=40)),
                ('recorded_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='SafetyCriticalAlert',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('alert_code', models.CharField(max_length=4)),
                ('name', models.CharField(max_length=120)),
                ('valid_from', models.DateTimeField()),
                ('valid_until', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='allalertsmoment',
            trigger=pgtrigger.compiler.Trigger(name='all_alerts_moment_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='15cf9ab01cca7b5745019836b39d0993c426a03d', operation='UPDATE OR DELETE', pgid='pgtrigger_all_alerts_moment_stays_9f650', table='registry_allalertsmoment', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='registrationswitchmoment',
            constraint=models.CheckConstraint(condition=models.Q(('checkpoint__regex', '^(dsp|s1sp:[A-Za-z0-9][A-Za-z0-9._-]{0,62})$')), name='switch_is_of_a_checkpoint'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='registrationswitchmoment',
            trigger=pgtrigger.compiler.Trigger(name='registration_switch_moment_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='4edbcbe4e8e9dd3e6214a0f5f322f3c70c81b487', operation='UPDATE OR DELETE', pgid='pgtrigger_registration_switch_moment_stays_a5a09', table='registry_registrationswitchmoment', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='safetycriticalalert',
            constraint=models.CheckConstraint(condition=models.Q(('alert_code__regex', '^[0-9A-F]{4}$')), name='alert_code_is_four_hexadecimal_digits'),
        ),
        migrations.AddConstraint(
            model_name='safetycriticalalert',
            constraint=models.UniqueConstraint(condition=models.Q(('valid_until__isnull', True)), fields=('alert_code',), name='alert_is_in_the_list_once'),
        ),
        migrations.AddConstraint(
            model_name='safetycriticalalert',
            constraint=models.CheckConstraint(condition=models.Q(('valid_until__isnull', True), ('valid_until__gte', models.F('valid_from')), _connector='OR'), name='alert_ends_after_its_beginning'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='safetycriticalalert',
            trigger=pgtrigger.compiler.Trigger(name='alert_is_never_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='60254c2a772f680dbbf40bb6546035d581776e7d', operation='DELETE', pgid='pgtrigger_alert_is_never_deleted_bc1b1', table='registry_safetycriticalalert', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='safetycriticalalert',
            trigger=pgtrigger.compiler.Trigger(name='alert_stays_what_it_was', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."alert_code" IS DISTINCT FROM (NEW."alert_code") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."valid_from" IS DISTINCT FROM (NEW."valid_from"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='e1a7fd7a1bf4d820d1453521efe3f7af61171dbc', operation='UPDATE', pgid='pgtrigger_alert_stays_what_it_was_21ad3', table='registry_safetycriticalalert', when='BEFORE')),
        ),
        *(watch(table, *watched) for table, watched in WATCHED.items()),
    ]
