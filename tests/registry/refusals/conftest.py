"""The world of these tests."""

import pytest

from registry.certificates.acts.certificate_requests import submit_request
from registry.models import PartyMpid
from registry.parties.acts.mpid_transfer_holds import place_mpid_hold
from registry.working_days.acts.days_off import load_computed_days
from rules.certificates.making import build_request
from rules.duties import PersonRole
from rules.roles import PartyCategory
from tests.factories import (
    AT,
    a_certificate,
    a_day_off,
    a_given_up_effect,
    a_key,
    a_notification,
    a_party,
    a_person,
    a_user_id,
)
from tests.registry.refusals.world import DAY, MPID, World


@pytest.fixture
def world() -> World:
    user_id = a_user_id()
    PartyMpid.objects.create(mpid=MPID, party=user_id.party, recorded_at=AT)
    aro, officer = a_person(PersonRole.ARO, user_id.party), a_person(PersonRole.OFFICER)
    csr = build_request(a_key(), eui64=user_id.eui64, remote_party_role="87", common_name=MPID)
    dcc = a_party("DCC", category=PartyCategory.DCC)
    stopped = a_certificate(user_id)
    load_computed_days(at=AT)
    return World(
        user_id=user_id,
        aro=aro,
        stranger=a_person(PersonRole.ARO),
        officer=officer,
        request=submit_request(csr, actor=aro, at=AT),
        certificate=a_certificate(user_id, mpids=[MPID]),
        notification=a_notification(stopped, user_id=user_id, notified_by=aro),
        day_off=a_day_off().pk,
        hold=place_mpid_hold(
            MPID,
            party_reference=user_id.party.reference,
            actor=officer,
            reason="It is held.",
            at=AT,
            valid_until=AT + DAY,
        ),
        dccs=a_certificate(a_user_id(dcc, user_roles=()), remote_party_role="89"),
        given_up=a_given_up_effect().pk,
    )
