-- MP104-5: what needs two persons moves as the life of a proposal has it, and in no other way; a
-- test holds this list to `rules.pairs.life` (docs/decisions/0087). It is never done again.
CREATE OR REPLACE FUNCTION registry_proposal_moves()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state NOT IN ('open', 'review-owed') THEN
            RAISE EXCEPTION 'a proposal begins as open or with its review owed, not as %', NEW.state
                USING ERRCODE = 'check_violation', CONSTRAINT = 'proposal_moves_by_its_life',
                      TABLE = TG_TABLE_NAME;
        END IF;
    ELSIF (OLD.state, NEW.state) NOT IN (
        ('open', 'applied'),
        ('open', 'withdrawn'),
        ('open', 'refused'),
        ('open', 'void'),
        ('open', 'expired'),
        ('review-owed', 'stands'),
        ('review-owed', 'undone'),
        ('review-owed', 'making-good'),
        ('making-good', 'made-good')
    ) THEN
        RAISE EXCEPTION 'a proposal cannot move from % to %', OLD.state, NEW.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'proposal_moves_by_its_life',
                  TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $function$;

CREATE TRIGGER proposal_begins_open
    BEFORE INSERT ON registry_proposal
    FOR EACH ROW
    EXECUTE FUNCTION registry_proposal_moves();

CREATE TRIGGER proposal_moves_by_its_life
    BEFORE UPDATE ON registry_proposal
    FOR EACH ROW
    EXECUTE FUNCTION registry_proposal_moves();
