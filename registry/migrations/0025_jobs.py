"""Long work that people asked for, with how far it has come (docs/decisions/0085)."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0024_outbox_lanes"),
    ]

    operations = [
        migrations.CreateModel(
            name="Job",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=60)),
                ("format", models.PositiveSmallIntegerField()),
                ("called", models.CharField(max_length=120)),
                ("given", models.JSONField(default=dict)),
                ("is_single", models.BooleanField(default=False)),
                ("asked_at", models.DateTimeField()),
                ("state", models.CharField(default="queued", max_length=9)),
                ("due_at", models.DateTimeField()),
                ("run", models.PositiveIntegerField(default=0)),
                ("tries", models.PositiveIntegerField(default=0)),
                ("checkpoint", models.JSONField(blank=True, null=True)),
                ("done", models.PositiveBigIntegerField(default=0)),
                ("of", models.PositiveBigIntegerField(default=0)),
                ("says", models.CharField(blank=True, max_length=200)),
                ("report", models.JSONField(blank=True, null=True)),
                ("reason", models.CharField(blank=True, max_length=60)),
                ("fault", models.TextField(blank=True)),
                ("started_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("kept_until", models.DateTimeField(blank=True, null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="asked_jobs",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cancelled_jobs",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ("queued", "running"))),
                        fields=["id"],
                        name="jobs_under_way",
                    ),
                    models.Index(fields=["kept_until"], name="jobs_over"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["queued", "running", "done", "failed", "cancelled"])
                        ),
                        name="job_state_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("ended_at__isnull", True),
                                ("kept_until__isnull", True),
                                ("state__in", ("queued", "running")),
                            ),
                            models.Q(
                                ("ended_at__isnull", False),
                                ("kept_until__isnull", False),
                                ("state__in", ("done", "failed", "cancelled")),
                            ),
                            _connector="OR",
                        ),
                        name="job_has_ended_or_is_under_way",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("report__isnull", False), ("state", "done")),
                            models.Q(
                                models.Q(("state", "done"), _negated=True),
                                ("report__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="job_that_is_done_reports",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "failed"), models.Q(("reason", ""), _negated=True)),
                            models.Q(models.Q(("state", "failed"), _negated=True), ("reason", "")),
                            _connector="OR",
                        ),
                        name="job_that_failed_has_a_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_by__isnull", False), ("state", "cancelled")),
                            models.Q(
                                models.Q(("state", "cancelled"), _negated=True),
                                ("ended_by__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="job_is_cancelled_by_somebody",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("is_single", True), ("state__in", ("queued", "running"))
                        ),
                        fields=("kind",),
                        name="single_job_is_under_way_once",
                    ),
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="job",
            trigger=pgtrigger.compiler.Trigger(
                name="job_stays_its_own",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."format" IS DISTINCT FROM (NEW."format") OR OLD."called" IS DISTINCT FROM (NEW."called") OR OLD."given" IS DISTINCT FROM (NEW."given") OR OLD."is_single" IS DISTINCT FROM (NEW."is_single") OR OLD."asked_by_id" IS DISTINCT FROM (NEW."asked_by_id") OR OLD."asked_at" IS DISTINCT FROM (NEW."asked_at"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="7dbf3514241389dbc823a3a5b0dd9334b9f59756",
                    operation="UPDATE",
                    pgid="pgtrigger_job_stays_its_own_002a5",
                    table="registry_job",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="job",
            trigger=pgtrigger.compiler.Trigger(
                name="job_stays_ended",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.\"state\" IN ('done', 'failed', 'cancelled'))",
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="8afe3c94e1ae1af44ff20ccd3bbb53c4347e7029",
                    operation="UPDATE",
                    pgid="pgtrigger_job_stays_ended_b897b",
                    table="registry_job",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="job",
            trigger=pgtrigger.compiler.Trigger(
                name="job_under_way_stays",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.\"state\" IN ('queued', 'running'))",
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="438b15db4eb114b66c6e0f18265d38ada79ff0ac",
                    operation="DELETE",
                    pgid="pgtrigger_job_under_way_stays_0552c",
                    table="registry_job",
                    when="BEFORE",
                ),
            ),
        ),
        # TRUNCATE asks no row's trigger (as in 0018).
        migrations.RunSQL(
            "CREATE TRIGGER registry_job_is_never_truncated BEFORE TRUNCATE ON registry_job"
            " FOR EACH STATEMENT EXECUTE FUNCTION registry_refuse_truncate();",
            "DROP TRIGGER registry_job_is_never_truncated ON registry_job;",
        ),
    ]
