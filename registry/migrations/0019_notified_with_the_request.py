"""A certificate may be notified with its request, to count from its issue on."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0018_nothing_recorded_is_truncated'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='certificaterequest',
            name='request_content_stays',
        ),
        migrations.AddField(
            model_name='certificaterequest',
            name='notify_when_issued',
            field=models.BooleanField(default=False),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='certificaterequest',
            trigger=pgtrigger.compiler.Trigger(name='request_content_stays', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."party_id" IS DISTINCT FROM (NEW."party_id") OR OLD."user_id_id" IS DISTINCT FROM (NEW."user_id_id") OR OLD."submitted_by_id" IS DISTINCT FROM (NEW."submitted_by_id") OR OLD."submitted_at" IS DISTINCT FROM (NEW."submitted_at") OR OLD."der" IS DISTINCT FROM (NEW."der") OR OLD."der_sha256" IS DISTINCT FROM (NEW."der_sha256") OR OLD."spki_sha256" IS DISTINCT FROM (NEW."spki_sha256") OR OLD."key_x" IS DISTINCT FROM (NEW."key_x") OR OLD."eui64" IS DISTINCT FROM (NEW."eui64") OR OLD."remote_party_role" IS DISTINCT FROM (NEW."remote_party_role") OR OLD."key_usage" IS DISTINCT FROM (NEW."key_usage") OR OLD."common_name" IS DISTINCT FROM (NEW."common_name") OR OLD."mpids" IS DISTINCT FROM (NEW."mpids") OR OLD."notify_when_issued" IS DISTINCT FROM (NEW."notify_when_issued"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='dd2e8bf178a72fac2239947a08211926bf0d4db9', operation='UPDATE', pgid='pgtrigger_request_content_stays_5487a', table='registry_certificaterequest', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='certificaterequest',
            constraint=models.CheckConstraint(condition=models.Q(('notify_when_issued', False), ('remote_party_role', '87'), _connector='OR'), name='only_an_xmlsign_request_notifies'),
        ),
    ]
