-- MP104-MPID: what a certificate or a request holds, and in which name where it may be a word there
-- (docs/decisions/0061; exclusivity is asked of xmlSign, MP104 business requirements 2.1).
CREATE OR REPLACE FUNCTION registry_named(mpids character varying[], name_tokens character varying[], common_name character varying)
 RETURNS TABLE(code character varying, in_name character varying)
 LANGUAGE sql
 IMMUTABLE
AS $function$
    SELECT code, '' FROM unnest(mpids) AS code
    UNION
    SELECT code, COALESCE(NULLIF(common_name, ''), array_to_string(name_tokens, ' '))
    FROM unnest(name_tokens) AS code
$function$;
