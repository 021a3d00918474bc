"""The API clients whose tokens count, for a process to hold in memory."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from types import MappingProxyType

from registry.clients.reads.scopes import Scope
from registry.models import ApiClient


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownClient:
    """An API client that has not been revoked."""

    id: int
    name: str
    scopes: frozenset[Scope]
    party_id: int | None
    """The Party it acts for; None: for the enforcement engine, so it sees every Party."""
    party_reference: str | None


def token_fingerprint(token: str) -> str:
    """Return the SHA-256 of a bearer token, by which its client is kept."""
    return sha256(token.encode()).hexdigest()


def known_clients() -> Mapping[str, KnownClient]:
    """Return every client that has not been revoked, by its token's fingerprint.

    A scope that this version does not know opens nothing and is left out.
    """
    rows = ApiClient.objects.filter(revoked_at__isnull=True).values_list(
        "token_sha256", "id", "name", "scopes", "party_id", "party__reference"
    )
    return MappingProxyType(
        {
            fingerprint: KnownClient(
                id=key,
                name=name,
                scopes=frozenset(Scope(scope) for scope in scopes if scope in set(Scope)),
                party_id=party_id,
                party_reference=party_reference,
            )
            for fingerprint, key, name, scopes, party_id, party_reference in rows
        }
    )
