-- MP104-KEY: every key that a request or a certificate has is kept for ever, with whom it was for, so
-- that no key serves two (MP104 business requirements 2.2).
CREATE OR REPLACE FUNCTION registry_key_is_used()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    INSERT INTO registry_keyuse (key_x, eui64, remote_party_role, in_conflict)
    VALUES (NEW.key_x, NEW.eui64, NEW.remote_party_role,
            COALESCE((to_jsonb(NEW) ->> 'key_in_conflict')::boolean, false))
    ON CONFLICT (key_x, eui64, remote_party_role) DO NOTHING;
    RETURN NULL;
END $function$;

CREATE TRIGGER request_uses_its_key
    AFTER INSERT ON registry_certificaterequest
    FOR EACH ROW
    EXECUTE FUNCTION registry_key_is_used();

CREATE TRIGGER certificate_uses_its_key
    AFTER INSERT ON registry_organisationcertificate
    FOR EACH ROW
    EXECUTE FUNCTION registry_key_is_used();
