"""What several of these tests do with a certificate signing request."""

from datetime import timedelta

from registry.models import Event, PartyMpid
from rules.certificates.making import build_request
from tests.factories import AT, a_key

FAR = AT + timedelta(days=36_500)
"""When only what still reserves does so."""


def csr(user_id, *, role="87", common_name=None, key=None):
    return build_request(
        key or a_key(),
        eui64=user_id.eui64,
        remote_party_role=role,
        common_name=common_name,
    )


def record_mpid(party, *codes):
    for code in codes:
        PartyMpid.objects.create(mpid=code, party=party, recorded_at=AT)


def last_event():
    return Event.objects.order_by("-position").first()
