-- MP104-MPID: a certificate of a Supplier Party holds its MPIDs from when it is recorded until it
-- ends (MP104 business requirements 2.1; docs/decisions/0004 and 0061).
CREATE OR REPLACE FUNCTION registry_certificate_holds()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
DECLARE
    ends_at timestamptz;
BEGIN
    IF TG_OP = 'INSERT' THEN
        ends_at := LEAST(NEW.not_after, NEW.revoked_at);
        IF ends_at > NEW.recorded_at AND EXISTS (
            SELECT 1 FROM registry_party WHERE id = NEW.party_id AND category = 'Supplier'
        ) THEN
            INSERT INTO registry_mpiduse
                (mpid, in_name, party_id, certificate_id, held, in_conflict)
            SELECT code, in_name, NEW.party_id, NEW.id,
                   -- notAfter is inclusive (RFC 5280, 4.1.2.5); a revocation holds at once.
                   tstzrange(NEW.recorded_at, ends_at,
                             CASE WHEN NEW.revoked_at IS NULL THEN '[]' ELSE '[)' END),
                   NEW.mpid_in_conflict
            FROM registry_named(NEW.mpids, NEW.name_tokens, NEW.common_name)
            ORDER BY code COLLATE "C";
        END IF;
    ELSIF NEW.revoked_at IS NOT NULL AND OLD.revoked_at IS NULL THEN
        UPDATE registry_mpiduse
        SET held = tstzrange(lower(held), GREATEST(lower(held), NEW.revoked_at), '[)')
        WHERE certificate_id = NEW.id AND upper(held) > NEW.revoked_at;
    END IF;
    RETURN NULL;
END $function$;

CREATE TRIGGER certificate_holds
    AFTER INSERT OR UPDATE ON registry_organisationcertificate
    FOR EACH ROW
    EXECUTE FUNCTION registry_certificate_holds();
