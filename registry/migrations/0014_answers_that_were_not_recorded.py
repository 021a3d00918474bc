"""A request whose answer could not be recorded is known as that also after it has been ended."""

from django.db import migrations, models

# Those that were ended before are known by their evidence alone.
MARK = """
UPDATE registry_certificaterequest AS request SET answer_unrecorded = true
WHERE state = 'unrecorded-answer' OR state = 'rejected' AND EXISTS (
    SELECT FROM registry_event
    WHERE kind = 'certificate.issue' AND result = 'done'
        AND subject = 'certificaterequest:CSR-'
            || lpad(request.id::text, GREATEST(6, length(request.id::text)), '0')
        AND body LIKE '%"anomaly":"answer-not-recorded"%'
);
"""


class Migration(migrations.Migration):
    dependencies = [("registry", "0013_requests_move_as_the_workflow_has_it")]

    operations = [
        migrations.AddField(
            model_name="certificaterequest",
            name="answer_unrecorded",
            field=models.BooleanField(default=False),
        ),
        migrations.RunSQL(MARK, migrations.RunSQL.noop),
    ]
