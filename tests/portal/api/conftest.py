"""An API with a register behind it, a client of it, and a message that is to be processed."""

import json
import re
from base64 import b64encode
from dataclasses import dataclass
from urllib.parse import urlencode

import jsonschema
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client

from portal.api.description import description
from registry.arrangements.acts.reference_data import load_reference_data
from registry.clients.acts.api_clients import create_api_client
from registry.feed.reads import snapshot_holder
from registry.models import OrganisationCertificate, UserId
from rules.roles import UserRole
from tests.arranging import set_enforcement
from tests.factories import AT, NOT_BEFORE, a_certificate, a_key, a_notification, a_user_id
from tests.holding import committed
from tests.signing import a_signed_message

__all__ = ["committed"]

JSON = "application/json"
XML = "application/xml"
REGISTERED = "device.registered_user_ids"
_ORIGINATOR = re.compile(rb"RequestID>([0-9A-F-]{23}):")


@dataclass(frozen=True, kw_only=True)
class Subscriber:
    """A User ID whose certificate is notified, and its key."""

    certificate: OrganisationCertificate
    key: ec.EllipticCurvePrivateKey

    def message(self, **differing) -> bytes:
        return a_signed_message(self.certificate, self.key, **differing)


@pytest.fixture
def subscriber(committed) -> Subscriber:  # noqa: ARG001 -- the API sees only what commits
    """A subscriber whose messages are to be processed, with everything enforced."""
    load_reference_data(at=AT)
    set_enforcement(enforced_from=NOT_BEFORE, at=AT)
    key = a_key()
    certificate = a_certificate(a_user_id(), key=key)
    a_notification(certificate, notified_at=NOT_BEFORE)
    return Subscriber(certificate=certificate, key=key)


@pytest.fixture
def contingency(subscriber) -> Subscriber:
    """The same subscriber, who acts in no other User Role than SolrContingency."""
    UserId.objects.update(user_roles=[UserRole.SOLR_CONTINGENCY.value])
    return subscriber


def registered_for(message: bytes) -> list[str]:
    """Return the originator of a message, who is taken to be registered for its Device."""
    return [found.decode() for found in _ORIGINATOR.findall(message)[:1]]


class Api:
    """A client of the API. Holds every answer to the API's own description of it."""

    def __init__(self, token: str | None) -> None:
        self.token = token
        self.http = Client()

    def call(self, method, path, body=b"", content_type=None, **headers):
        if self.token is not None:
            headers.setdefault("Authorization", f"Bearer {self.token}")
        if content_type is not None:
            # Django's test client leaves these out where the body is empty.
            headers.update({"Content-Type": content_type, "Content-Length": str(len(body))})
        answer = self.http.generic(method, f"/api/v1/{path}", body, headers=headers)
        if answer.status_code >= 400:
            assert answer["Content-Type"] == "application/problem+json"
            of_shape(answer.json(), "ProblemDocument")
            assert answer.json()["status"] == answer.status_code
        return answer

    def check(self, octets: bytes, /, **members):
        """Ask by JSON; the generation and who is registered are there unless said otherwise."""
        asked = {
            "message": b64encode(octets).decode(),
            "generation": "SMETS2+",
            "purpose": "diagnosis",
            "device": {"registered_user_ids": registered_for(octets)},
            **members,
        }
        return self.check_json(json.dumps(asked).encode())

    def check_json(self, body: bytes):
        return self.decision(self.call("POST", "checks", body, JSON))

    def check_xml(self, message: bytes, *pairs, content_type=XML):
        """Ask by the raw message; who is registered is there unless said otherwise."""
        if not any(name == REGISTERED for name, _ in pairs):
            pairs += tuple((REGISTERED, user_id) for user_id in registered_for(message))
        return self.decision(
            self.call("POST", f"checks?{urlencode(pairs)}", message, content_type)
        )

    @staticmethod
    def decision(answer):
        if answer.status_code == 200:
            of_shape(answer.json(), "CheckAnswer")
        return answer


def of_shape(document, name):
    """Hold a document to a shape of the description, with no member that it does not name."""
    shapes = json.loads(json.dumps(description()["components"]["schemas"]))
    for shape in shapes.values():
        if shape.get("type") == "object":
            shape["additionalProperties"] = False
    jsonschema.validate(
        document, {"$ref": f"#/components/schemas/{name}", "components": {"schemas": shapes}}
    )


@pytest.fixture
def client_of(committed):  # noqa: ARG001 -- the API sees only what commits
    """Return what makes an API client with scopes."""

    def make(*scopes, name="engine", party=None) -> Api:
        made = create_api_client(name, scopes=scopes, party_reference=party, at=AT)
        # What is held is read anew at the next call, so that no test need wait for it.
        snapshot_holder.stop_holding()
        return Api(made.token)

    return make


@pytest.fixture
def engine(client_of) -> Api:
    """A client that may ask for decisions."""
    return client_of("checks:ask")
