-- MP104-5: an open proposal holds what it is about, and lets go of it when it is open no longer.
CREATE OR REPLACE FUNCTION registry_proposal_lets_go()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    UPDATE registry_proposalsubject SET is_held = false WHERE proposal_id = NEW.id AND is_held;
    RETURN NULL;
END $function$;

CREATE TRIGGER proposal_lets_go
    AFTER UPDATE ON registry_proposal
    FOR EACH ROW WHEN ((((old.state)::text = 'open'::text) AND ((new.state)::text <> 'open'::text)))
    EXECUTE FUNCTION registry_proposal_lets_go();
