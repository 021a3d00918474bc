-- MP104-MPID: of two Supplier Parties that want one MPID at once, one is refused. Each locks the
-- MPID's claim row first, so that the second sees what the first has written; the exclusion constraint
-- `mpid_is_held_by_one_supplier_party` is the backstop (MP104 business requirements 2.1).
CREATE OR REPLACE FUNCTION registry_mpid_is_nobody_elses()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
DECLARE
    clashes boolean;
BEGIN
    PERFORM FROM registry_mpid WHERE code = NEW.mpid FOR UPDATE;
    IF NOT FOUND THEN
        INSERT INTO registry_mpid (code) VALUES (NEW.mpid)
        ON CONFLICT (code) DO UPDATE SET code = EXCLUDED.code;
    END IF;
    clashes := EXISTS (
        SELECT FROM registry_mpiduse
        WHERE mpid = NEW.mpid AND in_name = '' AND party_id <> NEW.party_id
            AND held && NEW.held
    );
    IF NEW.in_name <> '' THEN
        clashes := clashes
            AND registry_is_mpid_in_name(NEW.mpid, NEW.party_id, NEW.in_name);
    ELSIF NOT clashes AND NEW.transfer_hold_id IS NULL THEN
        clashes := EXISTS (
            SELECT FROM registry_mpiduse
            WHERE mpid = NEW.mpid AND in_name <> '' AND party_id <> NEW.party_id
                AND held && NEW.held
                AND registry_is_mpid_in_name(NEW.mpid, party_id, in_name)
        );
    END IF;
    IF clashes AND NOT NEW.in_conflict THEN
        RAISE EXCEPTION 'another Supplier Party holds the MPID % (%)',
            NEW.mpid, 'mpid_is_held_by_one_supplier_party'
            USING ERRCODE = 'exclusion_violation',
                  CONSTRAINT = 'mpid_is_held_by_one_supplier_party',
                  TABLE = TG_TABLE_NAME;
    END IF;
    IF TG_OP = 'INSERT' THEN
        -- Who records a clash says so of a whole certificate; here it is known of which MPIDs.
        NEW.in_conflict := clashes;
    END IF;
    RETURN NEW;
END $function$;

CREATE TRIGGER mpid_is_nobody_elses
    BEFORE INSERT ON registry_mpiduse
    FOR EACH ROW
    EXECUTE FUNCTION registry_mpid_is_nobody_elses();

CREATE TRIGGER mpid_stays_nobody_elses
    BEFORE UPDATE ON registry_mpiduse
    FOR EACH ROW WHEN ((NOT (new.held <@ old.held)))
    EXECUTE FUNCTION registry_mpid_is_nobody_elses();
