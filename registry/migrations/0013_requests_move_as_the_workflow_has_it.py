"""A certificate signing request moves as the workflow has it, whoever writes."""

from django.db import migrations

# `rules.workflow.MOVES` as it was when this was written; a test holds the two to each other.
MOVES = """
CREATE FUNCTION registry_request_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'accepted' THEN
            RAISE EXCEPTION 'a certificate signing request begins as accepted, not as %', NEW.state
                USING ERRCODE = 'check_violation', CONSTRAINT = 'request_moves_by_the_workflow',
                      TABLE = TG_TABLE_NAME;
        END IF;
    ELSIF (OLD.state, NEW.state) NOT IN (
        ('accepted', 'approved'),
        ('accepted', 'rejected'),
        ('accepted', 'withdrawn'),
        ('approved', 'rejected'),
        ('approved', 'withdrawn'),
        ('approved', 'stopped'),
        ('approved', 'sent'),
        ('stopped', 'approved'),
        ('stopped', 'rejected'),
        ('stopped', 'withdrawn'),
        ('sent', 'issued'),
        ('sent', 'unrecorded-answer'),
        ('sent', 'issuance-anomaly'),
        ('unrecorded-answer', 'rejected')
    ) THEN
        RAISE EXCEPTION 'a certificate signing request cannot move from % to %',
            OLD.state, NEW.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'request_moves_by_the_workflow',
                  TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER request_begins_as_accepted BEFORE INSERT ON registry_certificaterequest
FOR EACH ROW EXECUTE FUNCTION registry_request_moves();

CREATE TRIGGER request_moves_by_the_workflow BEFORE UPDATE ON registry_certificaterequest
FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state)
EXECUTE FUNCTION registry_request_moves();
"""

DROP_MOVES = """
DROP TRIGGER request_moves_by_the_workflow ON registry_certificaterequest;
DROP TRIGGER request_begins_as_accepted ON registry_certificaterequest;
DROP FUNCTION registry_request_moves();
"""


class Migration(migrations.Migration):
    dependencies = [("registry", "0012_stopped_and_unrecorded_requests")]

    operations = [migrations.RunSQL(MOVES, DROP_MOVES)]
