"""A request may be stopped before it is sent, or be answered with what cannot be recorded."""

from django.db import migrations, models

# As migration 0010 left it, but: an answer that could not be recorded goes on reserving, since
# there may be a certificate; and a request that was stopped, which freed, reserves anew when it is
# approved again.
HOLDS = """
CREATE OR REPLACE FUNCTION registry_request_holds() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO registry_keyuse (spki_sha256, eui64, remote_party_role, in_conflict)
        VALUES (NEW.spki_sha256, NEW.eui64, NEW.remote_party_role, false)
        ON CONFLICT (spki_sha256, eui64, remote_party_role) DO NOTHING;
    END IF;
    -- Approval reserves (docs/decisions/0061); what leaves the reserving states frees.
    IF NEW.state NOT IN ('approved', 'sent', 'unrecorded-answer') THEN
        UPDATE registry_mpiduse
        SET held = tstzrange(lower(held), GREATEST(lower(held), NEW.state_changed_at), '[)')
        WHERE request_id = NEW.id AND upper_inf(held) AND NOT isempty(held);
    ELSIF NOT EXISTS (
        SELECT FROM registry_mpiduse
        WHERE request_id = NEW.id AND upper_inf(held) AND NOT isempty(held)
    ) THEN
        INSERT INTO registry_mpiduse (mpid, party_id, request_id, held, in_conflict)
        SELECT code, NEW.party_id, NEW.id,
               tstzrange(NEW.state_changed_at, NULL, '[)'), false
        FROM (SELECT DISTINCT code COLLATE "C" AS code FROM unnest(NEW.mpids) AS code) AS named
        ORDER BY code;
    END IF;
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("registry", "0011_mpid_transfer_holds")]

    operations = [
        migrations.RemoveConstraint(
            model_name="certificaterequest", name="request_state_is_known"
        ),
        migrations.AddConstraint(
            model_name="certificaterequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            "accepted",
                            "approved",
                            "stopped",
                            "sent",
                            "issued",
                            "rejected",
                            "withdrawn",
                            "unrecorded-answer",
                            "issuance-anomaly",
                        ],
                    )
                ),
                name="request_state_is_known",
            ),
        ),
        migrations.RemoveConstraint(
            model_name="certificaterequest", name="key_is_in_one_open_request"
        ),
        migrations.AddConstraint(
            model_name="certificaterequest",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        ["accepted", "approved", "sent", "stopped", "unrecorded-answer"],
                    )
                ),
                fields=("spki_sha256",),
                name="key_is_in_one_open_request",
            ),
        ),
        migrations.RunSQL(HOLDS, migrations.RunSQL.noop),
    ]
