INSERT INTO registry_party (reference, name, category, is_authorised_subscriber, created_at)
SELECT 'many-' || n, 'Supplier number ' || n, 'Supplier', true, now() - interval '9 years'
FROM generate_series(1, %(parties)s) AS n;

INSERT INTO registry_person (email, name, role, party_id, is_active, password, created_at)
SELECT 'aro@' || party.reference || '.example', 'The ARO of ' || party.name, 'ARO', party.id, true,
       '!', party.created_at
FROM registry_party AS party
WHERE party.reference LIKE 'many-%%';

-- The EUI-64s from 90-B3-D5-1F-80-00-00-01.
INSERT INTO registry_userid (eui64, party_id, user_roles, created_at)
SELECT upper('90-b3-d5-1f-' || regexp_replace(
           to_hex(2147483648 + n), '^(..)(..)(..)(..)$', '\1-\2-\3-\4')),
       party.id, ARRAY['IS', 'GS'], now() - interval '9 years'
FROM generate_series(1, %(users)s) AS n
JOIN registry_party AS party ON party.reference = 'many-' || (1 + n %% %(parties)s);
