-- MP104-MPID: whether a token in a name is an MPID: recorded as some Party's, and no officer has
-- decided that it is a word in this name (docs/decisions/0061).
CREATE OR REPLACE FUNCTION registry_is_mpid_in_name(token character varying, whose bigint, name character varying)
 RETURNS boolean
 LANGUAGE sql
 STABLE
AS $function$
    SELECT EXISTS (SELECT FROM registry_partympid WHERE mpid = token AND withdrawn_at IS NULL)
        AND NOT EXISTS (
            SELECT FROM registry_wordinname
            WHERE mpid = token AND party_id = whose AND common_name = name
        )
$function$;
