"""Long lists: a page asks the database as often for 25 rows as for one."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from registry.certificates.acts.certificate_requests import submit_request
from rules.duties import PersonRole
from tests.factories import a_certificate, a_job, a_notification, a_person, a_user_id
from tests.portal.pages.conftest import a_csr

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def asked(browser, address: str) -> int:
    """Return how many times a page asks the database."""
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert browser.get(address).status_code == 200
    return len(queries)


@pytest.mark.parametrize(
    "address", ["/", "/requests", "/certificates", "/user-ids", "/evidence", "/jobs"]
)
def test_a_list_of_many_asks_no_more_than_a_list_of_few(
    north, south, officer, signed_in, address
) -> None:
    browser = signed_in(officer)
    rows(north)
    few = asked(browser, address)
    for side in (north, south) * 12:
        rows(side)
    assert asked(browser, address) == few
    assert few <= 25


@pytest.mark.parametrize("of", ["request", "certificate", "user-id"])
def test_a_page_of_one_thing_asks_little(north, officer, signed_in, of) -> None:
    request, certificate = rows(north)
    address = {
        "request": f"/requests/{request}",
        "certificate": f"/certificates/{certificate.pk}",
        "user-id": f"/user-ids/{certificate.eui64}",
    }[of]
    assert asked(signed_in(officer), address) <= 15


def rows(side):
    """Make one more of everything that the lists show."""
    request = submit_request(a_csr(side.user_id), actor=side.aro, at=timezone.now())
    certificate = a_certificate(a_user_id(side.party))
    a_notification(certificate, notified_by=side.aro)
    a_job(a_person(PersonRole.OFFICER))
    return request, certificate
