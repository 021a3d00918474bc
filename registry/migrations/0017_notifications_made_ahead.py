"""A notification may count from later than it was made; until now the two were one moment."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

# Written by a change of type, which no trigger sees: one that was withdrawn can never be updated.
MADE_WHEN_IT_COUNTS = """
ALTER TABLE registry_signingnotification ADD COLUMN recorded_at timestamptz;
ALTER TABLE registry_signingnotification
    ALTER COLUMN recorded_at TYPE timestamptz USING notified_at,
    ALTER COLUMN recorded_at SET NOT NULL;
"""


class Migration(migrations.Migration):
    dependencies = [("registry", "0016_a_key_and_its_negative_are_one")]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="signingnotification", name="notification_stays_its_own"
        ),
        migrations.RunSQL(
            MADE_WHEN_IT_COUNTS,
            "ALTER TABLE registry_signingnotification DROP COLUMN recorded_at;",
            state_operations=[
                migrations.AddField("signingnotification", "recorded_at", models.DateTimeField())
            ],
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='signingnotification',
            trigger=pgtrigger.compiler.Trigger(name='notification_stays_its_own', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."user_id_id" IS DISTINCT FROM (NEW."user_id_id") OR OLD."certificate_id" IS DISTINCT FROM (NEW."certificate_id") OR OLD."eui64" IS DISTINCT FROM (NEW."eui64") OR OLD."key_x" IS DISTINCT FROM (NEW."key_x") OR OLD."notified_at" IS DISTINCT FROM (NEW."notified_at") OR OLD."recorded_at" IS DISTINCT FROM (NEW."recorded_at") OR OLD."notified_by_id" IS DISTINCT FROM (NEW."notified_by_id"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='e5d76aef996e30f3fbc05165688ec9434810dd58', operation='UPDATE', pgid='pgtrigger_notification_stays_its_own_cc3e8', table='registry_signingnotification', when='BEFORE')),
        ),
        migrations.AddConstraint(
            "signingnotification",
            models.CheckConstraint(
                condition=models.Q(notified_at__gte=models.F("recorded_at")),
                name="notification_counts_from_its_making_on",
            ),
        ),
    ]
