-- MP104-MPID: an MPID whose transfer the SMKI PMA holds (MP185) stays with its Party until the hold
-- is lifted or ends (docs/decisions/0061).
CREATE OR REPLACE FUNCTION registry_transfer_hold_holds()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NOT EXISTS (
            SELECT FROM registry_party WHERE id = NEW.party_id AND category = 'Supplier'
        ) THEN
            RAISE EXCEPTION 'only a Supplier Party has an MPID that can be held'
                USING ERRCODE = 'check_violation';
        END IF;
        INSERT INTO registry_mpiduse
            (mpid, in_name, party_id, transfer_hold_id, held, in_conflict)
        SELECT NEW.mpid, '', NEW.party_id, NEW.id,
               tstzrange(NEW.valid_from, NEW.valid_until, '[)'),
               EXISTS (
                   SELECT FROM registry_mpiduse
                   WHERE mpid = NEW.mpid AND in_name = '' AND party_id = NEW.party_id
                       AND held && tstzrange(NEW.placed_at, NULL)
               );
    ELSIF NEW.lifted_at IS NOT NULL AND OLD.lifted_at IS NULL THEN
        UPDATE registry_mpiduse
        SET held = tstzrange(lower(held), GREATEST(lower(held), NEW.lifted_at), '[)')
        WHERE transfer_hold_id = NEW.id
            AND (upper_inf(held) OR upper(held) > NEW.lifted_at);
    END IF;
    RETURN NULL;
END $function$;

CREATE TRIGGER transfer_hold_holds
    AFTER INSERT OR UPDATE ON registry_mpidtransferhold
    FOR EACH ROW
    EXECUTE FUNCTION registry_transfer_hold_holds();
