"""Signing in at once from many places with one code: it works once."""

import pytest
from django.utils import timezone
from django_otp.oath import TOTP

from registry.errors import RefusedActError
from registry.evidence.history import prove_history
from registry.models import Event
from registry.people.acts import people
from rules.duties import PersonRole
from tests.factories import a_person
from tests.portal.pages.conftest import a_device
from tests.racing import outcomes, race

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]


def test_one_code_signs_in_one_of_many_at_once() -> None:
    person = a_person(PersonRole.OFFICER)
    code = f"{TOTP(a_device(person).bin_key).token():06d}"
    results = race([lambda: people.verify_code(person, code, at=timezone.now())] * 8)
    assert outcomes(results).count("won") == 1
    refused = [result for result in results if isinstance(result, Exception)]
    assert all(isinstance(refusal, RefusedActError) for refusal in refused)
    assert Event.objects.filter(result="done").count() == 1
    assert Event.objects.filter(result="refused").count() == 7
    assert prove_history().first_break is None


def test_pages_opened_at_once_set_up_one_device() -> None:
    person = a_person(PersonRole.OFFICER)
    results = race([lambda: people.device_to_set_up(person)] * 8)
    assert len({result.secret for result in results}) == 1
