INSERT INTO registry_organisationcertificate (
    id, issuer, serial_number, eui64, remote_party_role, key_usage, common_name, mpids, name_tokens,
    not_before, not_after, der, spki_sha256, public_key, party_id, recorded_at,
    revocation_reason, revocation_note, is_withheld, mpid_in_conflict, key_in_conflict
)
SELECT 1000000, %(issuer)s, %(serial)s, holder.eui64, '87', 'digitalSignature', '', '{}', '{}',
       now() - interval '1 hour', now() + interval '9 years', %(der)s,
       encode(sha256(%(point)s::bytea), 'hex'), %(point)s, holder.party_id,
       now() - interval '1 hour', '', '', false, false, false
FROM registry_userid AS holder
WHERE holder.eui64 = %(eui64)s;

INSERT INTO registry_signingnotification (
    user_id_id, certificate_id, eui64, key_x, notified_at, recorded_at, notified_by_id
)
SELECT holder.id, certificate.id, certificate.eui64, certificate.key_x,
       certificate.recorded_at, certificate.recorded_at, (SELECT min(id) FROM registry_person)
FROM registry_organisationcertificate AS certificate
JOIN registry_userid AS holder ON holder.eui64 = certificate.eui64
WHERE certificate.id = 1000000;
