"""Whether a certificate that was never notified ceases: part of the snapshot, with its history."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

# Each change notes a new version of the snapshot.
WATCH = (
    "CREATE CONSTRAINT TRIGGER registry_notificationwaivermoment_is_watched"
    " AFTER INSERT OR UPDATE OR DELETE ON registry_notificationwaivermoment"
    " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW"
    " EXECUTE FUNCTION registry_note_change('notification-waiver', 'id');"
)


class Migration(migrations.Migration):
    dependencies = [("registry", "0014_answers_that_were_not_recorded")]

    operations = [
        migrations.CreateModel(
            name="NotificationWaiverMoment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("waived_from", models.DateTimeField(blank=True, null=True)),
                ("recorded_at", models.DateTimeField()),
            ],
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='notificationwaivermoment',
            trigger=pgtrigger.compiler.Trigger(name='notification_waiver_moment_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='676cf93983f5c6c773c50c7559cf6aefcf75fcea', operation='UPDATE OR DELETE', pgid='pgtrigger_notification_waiver_moment_stays_ba9ca', table='registry_notificationwaivermoment', when='BEFORE')),
        ),
        migrations.RunSQL(
            WATCH,
            "DROP TRIGGER registry_notificationwaivermoment_is_watched"
            " ON registry_notificationwaivermoment;",
        ),
    ]
