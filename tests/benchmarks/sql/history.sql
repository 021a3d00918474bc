INSERT INTO registry_keyuse (key_x, eui64, remote_party_role, in_conflict)
SELECT key_x, eui64, remote_party_role, false
FROM registry_organisationcertificate
WHERE id BETWEEN 1000000 + %(first)s::int AND 1000000 + %(last)s::int;

INSERT INTO registry_certificaterequest (
    id, party_id, user_id_id, submitted_by_id, submitted_at, der, der_sha256, spki_sha256, key_x, eui64,
    remote_party_role, key_usage, common_name, mpids, name_tokens, state, state_changed_at, version,
    decided_by_id, decided_at, decision_note, answer_unrecorded, notify_when_issued
)
SELECT certificate.id, certificate.party_id, holder.id, submitter.id,
       certificate.recorded_at - interval '1 day', substr(certificate.der, 1, 450),
       encode(sha256(certificate.der), 'hex'), certificate.spki_sha256, certificate.key_x,
       certificate.eui64,
       '87', 'digitalSignature', certificate.common_name, certificate.mpids, '{}', 'issued',
       certificate.recorded_at, 4, officer.id, certificate.recorded_at, '', false, false
FROM registry_organisationcertificate AS certificate
JOIN registry_userid AS holder ON holder.eui64 = certificate.eui64
JOIN registry_appointment AS appointed ON appointed.party_id = certificate.party_id
JOIN registry_person AS submitter ON submitter.id = appointed.person_id
CROSS JOIN (
    SELECT min(person_id) AS id FROM registry_appointment WHERE role = 'officer'
) AS officer
WHERE certificate.id BETWEEN 1000000 + %(first)s::int AND 1000000 + %(last)s::int;

UPDATE registry_organisationcertificate
SET request_id = id
WHERE id BETWEEN 1000000 + %(first)s::int AND 1000000 + %(last)s::int;

INSERT INTO registry_signingnotification (
    user_id_id, certificate_id, eui64, key_x, notified_at, recorded_at, notified_by_id
)
SELECT request.user_id_id, certificate.id, certificate.eui64, certificate.key_x,
       certificate.recorded_at, certificate.recorded_at, request.submitted_by_id
FROM registry_organisationcertificate AS certificate
JOIN registry_certificaterequest AS request ON request.id = certificate.request_id
WHERE certificate.id BETWEEN 1000000 + %(first)s::int AND 1000000 + %(last)s::int
  AND certificate.revoked_at IS NULL;

-- Three events for each: submitted, approved, issued.
INSERT INTO registry_event (
    position, at, kind, actor_id, subject, result, body, previous_hash, hash
)
SELECT head.position + row_number() OVER (ORDER BY request.id, step), request.decided_at,
       (ARRAY['certificate-request.submit', 'certificate-request.approve', 'certificate.issue'])
           [step],
       request.submitted_by_id, 'certificaterequest:CSR-' || request.id, 'done',
       jsonb_build_object('details', jsonb_build_object(
           'eui64', request.eui64, 'spki_sha256', request.spki_sha256,
           'submission_sha256', request.der_sha256, 'mpids', request.mpids), 'actor', 'made')::text,
       encode(sha256((request.id * 3 + step)::text::bytea), 'hex'),
       encode(sha256((request.id * 3 + step + 1)::text::bytea), 'hex')
FROM registry_certificaterequest AS request
CROSS JOIN generate_series(1, 3) AS step
CROSS JOIN registry_eventchainhead AS head
WHERE request.id BETWEEN 1000000 + %(first)s::int AND 1000000 + %(last)s::int;

UPDATE registry_eventchainhead
SET position = newest.position, hash = newest.hash
FROM (SELECT position, hash FROM registry_event ORDER BY position DESC LIMIT 1) AS newest;
