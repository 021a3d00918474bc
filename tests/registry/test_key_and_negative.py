"""A key and its negative (n - d) are one key: whoever has the one has the other."""

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.db import DatabaseError, transaction

from registry.certificates.acts.certificate_requests import submit_request
from registry.certificates.acts.recording import record_certificate
from registry.certificates.reads.dcc_certificates import dcc_register
from registry.feed.reads.snapshot import load_snapshot
from registry.models import CertificateRequest, KeyUse, OrganisationCertificate, UserId
from registry.notifications.acts.notifications import notify_certificate
from rules.certificates.keys import ORDER, key_x
from rules.duties import PersonRole
from rules.findings import RefusedError
from rules.identifiers import Eui64
from rules.roles import PartyCategory
from tests.factories import (
    AT,
    a_certificate,
    a_key,
    a_notification,
    a_party,
    a_person,
    a_user_id,
    certificate_der,
)
from tests.portal.pages.conftest import a_csr

pytestmark = [pytest.mark.django_db, pytest.mark.serves("MP104-KEY")]


def negative(key: ec.EllipticCurvePrivateKey) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(ORDER - key.private_numbers().private_value, ec.SECP256R1())


def refuses(match, write, *args, **kwargs):
    with pytest.raises(DatabaseError, match=match), transaction.atomic():
        write(*args, **kwargs)


def test_the_database_works_out_of_a_certificate_what_the_rules_do():
    row = a_certificate()
    row.refresh_from_db()
    assert row.key_x == key_x(bytes(row.public_key))
    other = a_certificate(a_user_id(), key=a_key())
    assert other.key_x != row.key_x


def test_the_database_holds_them_in_one_certificate_of_one_user_id_and_role():
    key = a_key()
    first = a_certificate(key=key)
    user_id = UserId.objects.get(eui64=first.eui64)
    refuses("key_is_in_one_certificate", a_certificate, user_id, key=negative(key))
    second = a_certificate(user_id, key=negative(key), key_in_conflict=True)
    assert (second.key_x, second.spki_sha256 == first.spki_sha256) == (first.key_x, False)
    assert KeyUse.objects.filter(key_x=first.key_x).count() == 1
    refuses(
        "key_serves_one_user_id_in_one_role",
        KeyUse.objects.create,
        key_x=second.key_x,
        eui64=a_user_id().eui64,
        remote_party_role="87",
    )


def test_a_certificate_that_came_with_it_is_recorded_as_in_conflict():
    key = a_key()
    a_certificate(key=key)
    user_id = a_user_id()
    der = certificate_der(negative(key), eui64=Eui64(user_id.eui64), serial=77)
    recorded = record_certificate(der, party=user_id.party, at=AT)
    assert recorded is not None
    assert recorded.key_in_conflict
    assert OrganisationCertificate.objects.filter(key_x=recorded.key_x).count() == 2


def test_a_request_with_it_is_refused_for_each_thing_that_the_key_is_refused_for():
    key, party = a_key(), a_party()
    user_id = a_user_id(party)
    aro = a_person(PersonRole.ARO, party)
    open_request = submit_request(a_csr(user_id, key=key), actor=aro, at=AT)
    assert CertificateRequest.objects.get().key_x == open_request.key_x
    for other, reason in (
        (user_id, "key-in-open-request"),
        (a_user_id(party), "key-used-for-another-purpose"),
    ):
        with pytest.raises(RefusedError) as refused:
            submit_request(a_csr(other, key=negative(key)), actor=aro, at=AT)
        assert refused.value.report.reasons == (reason,)
    certified = a_key()
    a_certificate(user_id, key=certified)
    with pytest.raises(RefusedError) as refused:
        submit_request(a_csr(user_id, key=negative(certified)), actor=aro, at=AT)
    assert refused.value.report.reasons == ("key-already-certified",)


def test_the_database_refuses_it_in_a_second_open_request():
    key, party = a_key(), a_party()
    request = submit_request(
        a_csr(a_user_id(party), key=key), actor=a_person(PersonRole.ARO, party), at=AT
    )
    request.pk, request.spki_sha256 = None, "0" * 64
    refuses("key_is_in_one_open_request", request.save, force_insert=True)


def test_it_is_never_notified_for_another_user_id():
    key, party = a_key(), a_party()
    first, second = a_user_id(party), a_user_id(party)
    a_notification(a_certificate(first, key=key))
    other = a_certificate(second, key=negative(key), key_in_conflict=True)
    with pytest.raises(RefusedError) as refused:
        notify_certificate(second.eui64, other.pk, actor=a_person(PersonRole.ARO, party), at=AT)
    assert refused.value.report.reasons == ("notified-key-of-another-user-id",)
    refuses("key_is_never_notified_for_two_user_ids", a_notification, other)


@pytest.mark.django_db(transaction=True)
def test_the_snapshot_knows_the_key_as_shared_and_keeps_each_exact_to_verify_by():
    key = a_key()
    first = a_certificate(key=key)
    second = a_certificate(a_user_id(), key=negative(key), key_in_conflict=True)
    snapshot = load_snapshot()
    assert {holder.eui64 for holder in snapshot.shared_keys[first.key_x]} == {
        first.eui64,
        second.eui64,
    }
    exact = {bytes(row.public_key) for row in (first, second)}
    assert {held.public_key for held in snapshot.certificates.values()} == exact
    assert len(exact) == 2


def test_the_key_of_the_dcc_is_known_by_it_to_be_used_towards_devices():
    key = a_key()
    dcc = a_user_id(a_party(category=PartyCategory.DCC), user_roles=())
    signs = a_certificate(dcc, key=key, remote_party_role="89")
    a_certificate(a_user_id(), key=negative(key), remote_party_role="04", key_in_conflict=True)
    assert dcc_register().roles_of_keys[signs.key_x] == {"89", "04"}
