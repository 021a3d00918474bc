"""Who calls: a bearer token is looked up in what the process holds, never in the database.

A token that was revoked opens nothing within a second, in any process. Where what is held could
not be confirmed lately nobody is let in: the answer is 503, since a token may have been revoked.
"""

import re

from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from portal.api.problems import problem
from registry.clients.reads.api_clients import KnownClient, token_fingerprint
from registry.clients.reads.scopes import Scope
from registry.feed.reads.snapshot_holder import held_register

REALM = 'Bearer realm="smki-registration-authority"'

_BEARER = re.compile(r"bearer +([A-Za-z0-9._~+/-]{1,512}=*)", re.ASCII | re.IGNORECASE)


class BearerAuthentication(BaseAuthentication):
    """Authenticates by `Authorization: Bearer TOKEN` (RFC 6750)."""

    def authenticate(self, request: Request) -> tuple[KnownClient, KnownClient]:
        """Return the client, as the REST framework's user and as what authenticated it.

        Raises:
            ProblemError: There is no token (`token-missing`) or it opens nothing
                (`token-unknown`).
            SnapshotStaleError: It cannot be known whether the token still counts.
        """
        given = request.headers.get("Authorization", "")
        token = _BEARER.fullmatch(given.strip())
        if token is None:
            raise problem(
                "token-missing",
                "Give the client's token as `Authorization: Bearer TOKEN`.",
                WWW_Authenticate=REALM,
            )
        client = held_register().clients.get(token_fingerprint(token[1]))
        if client is None:
            raise problem(
                "token-unknown",
                "The token is unknown or has been revoked; ask the operator for another.",
                WWW_Authenticate=f'{REALM}, error="invalid_token"',
            )
        return client, client

    def authenticate_header(self, request: Request) -> str:
        """Return what an unauthenticated answer asks for."""
        del request
        return REALM


class HasScope(BasePermission):
    """Lets a caller through who has the scope that the view names for the method.

    A method that the view has and for which it names none is closed to everybody.
    """

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Return whether the caller may go on.

        Raises:
            ProblemError: The client lacks the scope, or nobody may (`scope-missing`).
        """
        named: dict[str, Scope] = getattr(view, "scopes", {})
        method = "GET" if request.method == "HEAD" else str(request.method)
        if method not in view.allowed_methods:
            return True  # it is answered with 405
        scope = named.get(method)
        if scope is None:
            raise problem("scope-missing", "This call is open to nobody.")
        require_scope(caller_of(request), scope)
        return True


def caller_of(request: Request) -> KnownClient:
    """Return who calls; only where `BearerAuthentication` let them in.

    Raises:
        TypeError: Nobody was authenticated; a view of ours is open that should not be.
    """
    caller = request.auth
    if not isinstance(caller, KnownClient):
        raise TypeError("nobody was authenticated")
    return caller


def require_scope(caller: KnownClient, scope: Scope, *, why: str = "This call") -> None:
    """Return quietly where the client has the scope.

    Raises:
        ProblemError: It does not (`scope-missing`).
    """
    if scope not in caller.scopes:
        raise problem(
            "scope-missing",
            f"{why} asks for the scope {scope}, which the client does not have.",
            WWW_Authenticate=f'{REALM}, error="insufficient_scope", scope="{scope}"',
        )
