"""What may not be deleted, and what followers must hear of, cannot be truncated either.

TRUNCATE asks no row's trigger: it would pass where DELETE is refused, and no follower would notice.
"""

from django.db import migrations

KEPT = [
    "registry_allalertsmoment",
    "registry_ceasedmessage",
    "registry_certificaterequest",
    "registry_dccsigningcertificate",
    "registry_enforcementmoment",
    "registry_eventchainhead",
    "registry_keyuse",
    "registry_mpidtransferhold",
    "registry_mpiduse",
    "registry_notificationwaivermoment",
    "registry_observation",
    "registry_organisationcertificate",
    "registry_party",
    "registry_partympid",
    "registry_person",
    "registry_registrationswitchmoment",
    "registry_requestcheck",
    "registry_safetycriticalalert",
    "registry_servicereferencevariant",
    "registry_servicerequesteligibility",
    "registry_signingnotification",
    "registry_snapshotversion",
    "registry_userid",
]

REFUSE = """
CREATE OR REPLACE FUNCTION registry_refuse_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'append-only: % cannot be truncated', TG_TABLE_NAME;
END $$;
"""


def keep(table: str) -> migrations.RunSQL:
    """Refuse to have a table truncated."""
    return migrations.RunSQL(
        f"CREATE TRIGGER {table}_is_never_truncated BEFORE TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION registry_refuse_truncate();",
        f"DROP TRIGGER {table}_is_never_truncated ON {table};",
    )


class Migration(migrations.Migration):
    dependencies = [("registry", "0017_notifications_made_ahead")]

    operations = [
        migrations.RunSQL(REFUSE, migrations.RunSQL.noop),
        *(keep(table) for table in KEPT),
    ]
