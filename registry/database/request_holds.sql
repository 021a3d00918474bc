-- MP104-MPID: an approved request reserves its MPIDs until it is issued, rejected or withdrawn
-- (MP104 business requirements 2.1; docs/decisions/0061).
CREATE OR REPLACE FUNCTION registry_request_holds()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    -- Approval reserves (docs/decisions/0061); what leaves the reserving states frees.
    IF NEW.state NOT IN ('approved', 'sent', 'unrecorded-answer') THEN
        UPDATE registry_mpiduse
        SET held = tstzrange(lower(held), GREATEST(lower(held), NEW.state_changed_at), '[)')
        WHERE request_id = NEW.id AND upper_inf(held) AND NOT isempty(held);
    ELSIF NOT EXISTS (
        SELECT FROM registry_mpiduse
        WHERE request_id = NEW.id AND upper_inf(held) AND NOT isempty(held)
    ) THEN
        INSERT INTO registry_mpiduse (mpid, in_name, party_id, request_id, held, in_conflict)
        SELECT code, in_name, NEW.party_id, NEW.id,
               tstzrange(NEW.state_changed_at, NULL, '[)'), false
        FROM registry_named(NEW.mpids, NEW.name_tokens, NEW.common_name)
        ORDER BY code COLLATE "C";
    END IF;
    RETURN NULL;
END $function$;

CREATE TRIGGER request_holds
    AFTER INSERT OR UPDATE ON registry_certificaterequest
    FOR EACH ROW
    EXECUTE FUNCTION registry_request_holds();
