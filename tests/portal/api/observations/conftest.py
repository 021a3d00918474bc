"""Who reports, and the certificate of which the reports speak."""

import pytest

from rules.identifiers import Eui64
from tests.factories import a_certificate, a_user_id
from tests.portal.api.observations.reports import EUI64


@pytest.fixture
def signer(subscriber):  # noqa: ARG001 -- the list of variants is there
    """The certificate of which the reports speak."""
    return a_certificate(a_user_id(eui64=Eui64(EUI64)), serial=1234)


@pytest.fixture
def reporter(client_of, signer):  # noqa: ARG001 -- the register bears the reports out
    """A client that may report."""
    return client_of("observations:write", name="engine-2")
