"""API clients: machines with a bearer token and scopes.

A token is shown once, to whoever makes the client on the machine itself; the register keeps its
hash. Every process forgets a revoked client within a second.
"""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, connection

from registry.channel import CHANNEL
from registry.clients.reads.api_clients import token_fingerprint
from registry.clients.reads.scopes import Scope
from registry.errors import ConflictError, NotFoundError, RefusedActError
from registry.evidence import history
from registry.models import ApiClient, Party
from rules.duties import Act

TOKEN_PREFIX = "smki_ra_"  # noqa: S105 -- what every token begins with, so that scanners find one
TOKEN_OCTETS = 32

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,79}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewApiClient:
    """A client that has just been made, with the token that is shown this once."""

    name: str
    scopes: tuple[str, ...]
    token: str


def create_api_client(
    name: str, *, scopes: Sequence[str], at: datetime, party_reference: str | None = None
) -> NewApiClient:
    """Make a client with scopes, for a Party or, without one, for the enforcement engine.

    Raises:
        RefusedActError: The name cannot be one (`client-name-malformed`), there is no scope
            (`scope-missing`) or one that does not exist (`scope-unknown`).
        NotFoundError: There is no such Party.
        ConflictError: Another client has the name (`client-name-taken`).
    """
    subject = f"apiclient:{name[:80]}"
    with history.acting(Act.CREATE_API_CLIENT, actor=None, at=at, subject=subject) as act:
        _require_name(name)
        asked = _require_scopes(scopes)
        party = None if party_reference is None else _party(party_reference)
        token = TOKEN_PREFIX + secrets.token_urlsafe(TOKEN_OCTETS)
        try:
            ApiClient.objects.create(
                name=name,
                token_sha256=token_fingerprint(token),
                scopes=list(asked),
                party=party,
                created_at=at,
            )
        except IntegrityError as fault:
            raise ConflictError(
                "client-name-taken",
                f"There is an API client called `{name}` already; take another name.",
            ) from fault
        _tell_every_process()
        act.done(scopes=list(asked), party=party_reference)
    return NewApiClient(name=name, scopes=asked, token=token)


def revoke_api_client(name: str, *, at: datetime) -> None:
    """Revoke a client: from now on its token opens nothing.

    Raises:
        NotFoundError: There is no such client.
        ConflictError: It has been revoked already (`already-revoked`).
    """
    subject = f"apiclient:{name[:80]}"
    with history.acting(Act.REVOKE_API_CLIENT, actor=None, at=at, subject=subject) as act:
        client = ApiClient.objects.select_for_update().filter(name=name).first()
        if client is None:
            raise NotFoundError(f"API client as `{name[:80]}`")
        if client.revoked_at is not None:
            raise ConflictError("already-revoked", f"`{name}` has been revoked already.")
        client.revoked_at = at
        client.save(update_fields=["revoked_at"])
        _tell_every_process()
        act.done()


def _require_name(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise RefusedActError(
            "client-name-malformed",
            f"`{name[:80]}` cannot be a client's name; use 1 to 80 letters, digits, spaces, "
            "dots, hyphens and underscores.",
        )


def _require_scopes(scopes: Sequence[str]) -> tuple[str, ...]:
    known = [scope.value for scope in Scope]
    unknown = [scope for scope in scopes if scope not in known]
    if unknown:
        raise RefusedActError(
            "scope-unknown",
            f"`{unknown[0][:40]}` is not a scope; those there are: {', '.join(known)}.",
        )
    if not scopes:
        raise RefusedActError("scope-missing", f"Give a scope; there are {', '.join(known)}.")
    return tuple(sorted(set(scopes)))


def _party(reference: str) -> Party:
    party = Party.objects.filter(reference=reference).first()
    if party is None:
        raise NotFoundError(f"Party as `{reference[:60]}`")
    return party


def _tell_every_process() -> None:
    """Have every process ask for the clients anew when the transaction commits."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, 'api-clients')", [CHANNEL])
