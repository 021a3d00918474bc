"""What people sent to be checked, for half an hour, in a table that is in no log of the database."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("registry", "0022_mpids_and_words")]

    operations = [
        migrations.CreateModel(
            name="PassingThing",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("token", models.CharField(max_length=43, unique=True)),
                ("kind", models.CharField(max_length=20)),
                ("fields", models.JSONField(default=dict)),
                ("octets", models.BinaryField(default=bytes)),
                ("kept_at", models.DateTimeField()),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["person", "kept_at"], name="passing_of_person"),
                    models.Index(fields=["kept_at"], name="passing_over"),
                ],
            },
        ),
        migrations.RunSQL(
            "ALTER TABLE registry_passingthing SET UNLOGGED",
            "ALTER TABLE registry_passingthing SET LOGGED",
        ),
    ]
