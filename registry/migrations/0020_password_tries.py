"""Wrong passwords are counted in a table of ours, which has nothing of what was typed."""

from django.db import migrations, models

# What was typed, in clear: names, and whatever was in the form and the address. TRUNCATE frees the
# disk of it at once, where DELETE would leave it until the next vacuum.
FORGET = "TRUNCATE axes_accessattempt, axes_accessattemptexpiration, axes_accessfailurelog"


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0019_notified_with_the_request"),
        ("axes", "0010_accessattemptexpiration"),
    ]

    operations = [
        migrations.CreateModel(
            name="PasswordTries",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("address", models.CharField(max_length=45)),
                ("lot", models.SmallIntegerField()),
                ("tries", models.PositiveSmallIntegerField()),
                ("until", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["until"], name="password_tries_over")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("address", "lot"), name="password_tries_are_one_row"
                    )
                ],
            },
        ),
        migrations.RunSQL(FORGET, migrations.RunSQL.noop),
    ]
