-- `n` counts the certificates, `n / 2` the MPIDs and their User IDs in turn.
INSERT INTO registry_organisationcertificate (
    id, issuer, serial_number, eui64, remote_party_role, key_usage, common_name, mpids, name_tokens,
    not_before, not_after, der, spki_sha256, public_key, party_id, recorded_at,
    revoked_at, revocation_reason, revocation_note, is_withheld, mpid_in_conflict, key_in_conflict
)
SELECT 1000000 + n, 'CN=MANYOCA,OU=07', (85070591730234615865843651857942052864 + n)::text,
       holder.eui64, '87', 'digitalSignature', code, ARRAY[code], '{}',
       recorded_at, recorded_at + interval '10 years',
       -- About as long as a real one, and as little to be compressed.
       point || point || point || point || point || point || point || point || point,
       encode(sha256(point), 'hex'), point, holder.party_id, recorded_at,
       CASE WHEN n %% 2 = 0 THEN recorded_at + interval '1 year' END,
       CASE WHEN n %% 2 = 0 THEN 'superseded' ELSE '' END, '', false, false, false
FROM generate_series(%(first)s::int, %(last)s::int) AS n
CROSS JOIN LATERAL (
    SELECT '\x04'::bytea || sha256(n::text::bytea) || sha256((-n)::text::bytea) AS point,
           now() - interval '2 years' + make_interval(secs => n)
               + CASE WHEN n %% 2 = 1 THEN interval '1 year' ELSE interval '0' END AS recorded_at,
           (SELECT string_agg(
                substr('ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789',
                       1 + (n / 2 / (36 ^ place)::int) %% 36, 1), '')
            FROM generate_series(0, 3) AS place) AS code
    -- Worked out once for each, not wherever it is named.
    OFFSET 0
) AS made
JOIN registry_userid AS holder ON holder.eui64 = upper('90-b3-d5-1f-' || regexp_replace(
    to_hex(2147483648 + 1 + (n / 2) %% %(users)s), '^(..)(..)(..)(..)$', '\1-\2-\3-\4'));

INSERT INTO registry_mpid (code)
SELECT DISTINCT common_name
FROM registry_organisationcertificate
WHERE id BETWEEN 1000000 + %(first)s::int AND 1000000 + %(last)s::int
ON CONFLICT DO NOTHING;

INSERT INTO registry_mpiduse (mpid, in_name, party_id, certificate_id, held, in_conflict)
SELECT common_name, '', party_id, id,
       tstzrange(recorded_at, LEAST(not_after, revoked_at),
                 CASE WHEN revoked_at IS NULL THEN '[]' ELSE '[)' END), false
FROM registry_organisationcertificate
WHERE id BETWEEN 1000000 + %(first)s::int AND 1000000 + %(last)s::int;
