INSERT INTO registry_party (reference, name, category, is_authorised_subscriber, created_at)
SELECT 'many-' || n, 'Supplier number ' || n, 'Supplier', true, now() - interval '9 years'
FROM generate_series(1, %(parties)s) AS n;

WITH people AS (
    INSERT INTO registry_naturalperson SELECT FROM registry_party WHERE reference LIKE 'many-%%'
    RETURNING id
), numbered AS (
    SELECT id, row_number() OVER () AS n FROM people
)
INSERT INTO registry_person (email, name, natural_person_id, password, created_at)
SELECT 'aro@' || party.reference || '.example', 'The ARO of ' || party.name, numbered.id, '!',
       party.created_at
FROM registry_party AS party
JOIN numbered ON 'many-' || numbered.n = party.reference;

INSERT INTO registry_appointment
    (person_id, natural_person_id, party_id, role, started_at, ending, ending_note)
SELECT person.id, person.natural_person_id, party.id, 'ARO', person.created_at, '', ''
FROM registry_party AS party
JOIN registry_person AS person ON person.email = 'aro@' || party.reference || '.example'
WHERE party.reference LIKE 'many-%%';

-- The EUI-64s from 90-B3-D5-1F-80-00-00-01.
INSERT INTO registry_userid (eui64, party_id, user_roles, created_at)
SELECT upper('90-b3-d5-1f-' || regexp_replace(
           to_hex(2147483648 + n), '^(..)(..)(..)(..)$', '\1-\2-\3-\4')),
       party.id, ARRAY['IS', 'GS'], now() - interval '9 years'
FROM generate_series(1, %(users)s) AS n
JOIN registry_party AS party ON party.reference = 'many-' || (1 + n %% %(parties)s);
