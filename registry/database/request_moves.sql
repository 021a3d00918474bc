-- RA-CSR: a certificate signing request moves as the workflow has it, and in no other way; a test
-- holds this list to `rules.workflow`.
CREATE OR REPLACE FUNCTION registry_request_moves()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
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
END $function$;

CREATE TRIGGER request_begins_as_accepted
    BEFORE INSERT ON registry_certificaterequest
    FOR EACH ROW
    EXECUTE FUNCTION registry_request_moves();

CREATE TRIGGER request_moves_by_the_workflow
    BEFORE UPDATE ON registry_certificaterequest
    FOR EACH ROW WHEN (((old.state)::text IS DISTINCT FROM (new.state)::text))
    EXECUTE FUNCTION registry_request_moves();
