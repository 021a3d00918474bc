"""What the database refuses by itself, whoever writes past our code."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from registry.models import KeyUse, OrganisationCertificate, Person, SigningNotification, UserId
from rules.duties import STAFF, PersonRole
from rules.workflow import RevocationReason
from tests.factories import (
    AT,
    a_certificate,
    a_key,
    a_notification,
    a_party,
    a_person,
    a_user_id,
    an_appointment,
)

pytestmark = pytest.mark.django_db


def refuses(write, *args, match=None, **kwargs):
    with pytest.raises(DatabaseError, match=match), transaction.atomic():
        write(*args, **kwargs)


def test_one_key_is_in_one_certificate():
    key = a_key()
    first = a_certificate(key=key)
    refuses(a_certificate, UserId.objects.get(eui64=first.eui64), key=key, match="key_is_in_one")


def test_one_key_is_never_of_two_user_ids_or_two_roles():
    key = a_key()
    certificate = a_certificate(key=key)
    use = KeyUse.objects.get(key_x=certificate.key_x)
    assert (use.eui64, use.remote_party_role) == (certificate.eui64, "87")
    refuses(
        KeyUse.objects.create,
        key_x=certificate.key_x,
        eui64=a_user_id().eui64,
        remote_party_role="87",
        match="key_serves_one_user_id_in_one_role",
    )
    refuses(
        KeyUse.objects.create,
        key_x=certificate.key_x,
        eui64=certificate.eui64,
        remote_party_role="02",
        match="key_serves_one_user_id_in_one_role",
    )


def test_one_key_is_never_notified_for_two_user_ids_at_any_time():
    certificate = a_certificate()
    notification = a_notification(certificate)
    SigningNotification.objects.filter(pk=notification.pk).update(
        withdrawn_at=AT, withdrawn_by=notification.notified_by
    )
    other = a_user_id(certificate.party)
    refuses(
        SigningNotification.objects.create,
        user_id=other,
        certificate=certificate,
        eui64=other.eui64,
        key_x=certificate.key_x,
        notified_at=AT,
        recorded_at=AT,
        notified_by=notification.notified_by,
        match="key_is_never_notified_for_two_user_ids",
    )


@pytest.mark.parametrize("lie", ["eui64", "key_x"])
def test_a_notification_cannot_lie_about_its_user_id_or_its_key(lie):
    certificate = a_certificate()
    honest = {"eui64": certificate.eui64, "key_x": certificate.key_x}
    told = honest | {lie: {"eui64": a_user_id().eui64, "key_x": "0" * 64}[lie]}
    row = {
        "user_id": UserId.objects.get(eui64=certificate.eui64),
        "certificate": certificate,
        "notified_at": AT,
        "recorded_at": AT,
        "notified_by": a_person(PersonRole.ARO, certificate.party),
    }
    refuses(SigningNotification.objects.create, **row, **told, match="notification_is_of_the")
    SigningNotification.objects.create(**row, **honest)


def test_a_certificate_is_notified_once_at_a_time_and_again_after_it_was_withdrawn():
    certificate = a_certificate()
    notification = a_notification(certificate)
    refuses(a_notification, certificate, match="certificate_is_notified_once_at_a_time")
    SigningNotification.objects.filter(pk=notification.pk).update(
        withdrawn_at=AT, withdrawn_by=notification.notified_by
    )
    a_notification(certificate)


def test_only_the_revocation_of_a_certificate_changes_and_only_once():
    rows = OrganisationCertificate.objects.filter(pk=a_certificate().pk)
    refuses(rows.update, not_after=AT)
    refuses(rows.update, party=a_party())
    refuses(rows.update, revoked_at=AT)
    rows.update(revoked_at=AT, revocation_reason=RevocationReason.KEY_COMPROMISE.value)
    refuses(rows.update, revoked_at=AT + timedelta(days=1))
    refuses(rows.update, revoked_at=None, revocation_reason="")
    refuses(rows.delete)


def test_a_withdrawn_notification_stays_withdrawn():
    notification = a_notification(a_certificate())
    rows = SigningNotification.objects.filter(pk=notification.pk)
    rows.update(withdrawn_at=AT, withdrawn_by=notification.notified_by)
    refuses(rows.update, withdrawn_at=None, withdrawn_by=None)
    refuses(rows.delete)


def test_a_party_keeps_its_category_and_a_user_id_its_party():
    user_id = a_user_id()
    refuses(type(user_id.party).objects.filter(pk=user_id.party.pk).update, category="Other")
    refuses(UserId.objects.filter(pk=user_id.pk).update, party=a_party())


@pytest.mark.parametrize("role", list(PersonRole))
def test_staff_belong_to_no_party_and_everybody_else_to_one(role):
    person = Person.objects.create(email="a@example.test", name="A", created_at=AT)
    party = a_party() if role in STAFF else None
    with (
        pytest.raises(IntegrityError, match="appointment_is_of_staff_or_for_one_party"),
        transaction.atomic(),
    ):
        an_appointment(person, role, party)
