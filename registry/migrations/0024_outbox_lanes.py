"""Lanes of the outbox: who has a row in hand, the moment before which not, and what was given up."""

from django.db import migrations, models

WAITING = models.Q(done_at__isnull=True, given_up_at__isnull=True)


class Migration(migrations.Migration):
    dependencies = [("registry", "0023_passing_things")]

    operations = [
        migrations.RemoveIndex(model_name="outboxmessage", name="outbox_due"),
        migrations.AddField(
            model_name="outboxmessage",
            name="given_up_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="outboxmessage",
            name="held_by",
            # The code before, which may still run beside it, does not name the column.
            field=models.CharField(blank=True, db_default="", default="", max_length=32),
        ),
        migrations.AddField(
            model_name="outboxmessage",
            name="not_before",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddIndex(
            model_name="outboxmessage",
            index=models.Index(condition=WAITING, fields=["kind", "id"], name="outbox_waiting"),
        ),
        migrations.AddIndex(
            model_name="outboxmessage",
            index=models.Index(
                condition=models.Q(done_at__isnull=False),
                fields=["done_at"],
                name="outbox_done",
            ),
        ),
        migrations.AddConstraint(
            model_name="outboxmessage",
            constraint=models.CheckConstraint(
                condition=models.Q(done_at__isnull=True) | models.Q(given_up_at__isnull=True),
                name="outbox_message_is_not_done_and_given_up",
            ),
        ),
    ]
