"""`GET /certificates`: the register, as it is or as it was at any moment."""

from datetime import UTC, datetime
from ssl import DER_cert_to_PEM_cert
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api.authentication import caller_of
from portal.api.describing import OF_A_QUERY, OF_ACCESS, problems
from portal.api.queries import SHOWN, Readers, matching, number, read_query
from portal.api.shapes import RegisteredCertificate, RegisterPage
from portal.api.views import ApiView
from registry.certificates.reads.certificates import CertificateStatus, status_of
from registry.certificates.reads.register import RegisterQuery, registered, registered_certificate
from registry.clients.reads.scopes import Scope
from registry.errors import NotFoundError
from rules.certificates.mpids import MPID_SYNTAX
from rules.periods import ALL_TIME, counts
from rules.roles import REMOTE_PARTY_ROLES
from rules.service_requests.questions import read_eui64, read_moment

if TYPE_CHECKING:
    from registry.models import OrganisationCertificate

USUAL_LIMIT = 100
MOST = 1_000
PEM = "application/x-pem-file"


class CertificatesView(ApiView):
    """Lists certificates."""

    scopes = {"GET": Scope.REGISTER_READ}

    @extend_schema(
        operation_id="list_certificates",
        tags=["register"],
        summary="List certificates of the register",
        parameters=[
            OpenApiParameter(name=name, description=says, required=False, type=str)
            for name, says in {
                "party": "Only of the Party with this reference.",
                "eui64": "Only with this EUI-64.",
                "role": "Only of this Remote Party Role, `87` for xmlSign.",
                "mpid": "Only with this MPID.",
                "serial": "Only with this serial number, in decimal.",
                "status": f"Only those that are {', '.join(CertificateStatus)} at that moment.",
                "as_of": "The moment whose register is asked for, RFC 3339; now if left out.",
                "after": "Only those recorded after the one with this id; `next` has it.",
                "limit": f"How many at most: {USUAL_LIMIT} if left out, {MOST} at most.",
            }.items()
        ],
        responses={200: RegisterPage, **problems(*OF_ACCESS, *OF_A_QUERY, "database-unavailable")},
    )
    def get(self, request: Request) -> Response:
        """List the certificates that the client may see, in the order of their recording."""
        fields = read_query(request.query_params, _READERS)
        limit = fields.pop("limit", USUAL_LIMIT)
        at = fields.pop("as_of", None) or timezone.now()
        wanted = RegisterQuery(at=at, **fields)
        found = list(registered(caller_of(request), wanted)[: limit + 1])
        page = found[:limit]
        following = None
        if len(found) > limit:
            kept = {n: v for n, v in request.query_params.items() if n != "as_of"}
            pairs = {**kept, "as_of": _written(at), "after": page[-1].pk}
            following = f"{request.path}?{urlencode(pairs)}"
        return Response(
            {
                "certificates": [certificate_document(row, at=at, known_by=at) for row in page],
                "as_of": _written(at),
                "next": following,
            }
        )


class CertificateView(ApiView):
    """Shows one certificate."""

    scopes = {"GET": Scope.REGISTER_READ}

    @extend_schema(
        operation_id="show_certificate",
        tags=["register"],
        summary="Show one certificate",
        responses={
            200: RegisteredCertificate,
            **problems("not-found", "database-unavailable", *OF_ACCESS),
        },
    )
    def get(self, request: Request, certificate_id: int) -> Response:
        """Show one certificate of the register as it is now."""
        found = registered_certificate(caller_of(request), certificate_id)
        return Response(certificate_document(found, at=timezone.now(), known_by=ALL_TIME))


class CertificatePemView(ApiView):
    """Gives one certificate itself."""

    scopes = {"GET": Scope.REGISTER_READ}

    @extend_schema(
        operation_id="download_certificate",
        tags=["register"],
        summary="Download one certificate",
        responses={
            (200, PEM): OpenApiTypes.STR,
            **problems("not-found", "database-unavailable", *OF_ACCESS),
        },
    )
    def get(self, request: Request, certificate_id: int) -> HttpResponse:
        """Give one certificate as PEM; one that is withheld is not there.

        Raises:
            NotFoundError: There is none, it is not the client's to see, or it is withheld.
        """
        found = registered_certificate(caller_of(request), certificate_id)
        if found.is_withheld:
            raise NotFoundError("certificate")
        # Armour alone: what is not as a library reads it is given out as it is, too.
        return HttpResponse(DER_cert_to_PEM_cert(bytes(found.der)), content_type=PEM)


def certificate_document(
    row: "OrganisationCertificate", *, at: datetime, known_by: datetime
) -> dict[str, Any]:
    """Return a certificate as the API shows it, as it stood at a moment.

    Args:
        row: Which.
        at: The moment.
        known_by: Revocations and withdrawals up to this moment count (`rules.periods.known_by`).
    """
    is_revoked = counts(row.revoked_at, by=known_by)
    return {
        "id": row.pk,
        "issuer": row.issuer,
        "serial": row.serial_number,
        "eui64": row.eui64,
        "remote_party_role": row.remote_party_role,
        "key_usage": row.key_usage,
        "common_name": row.common_name,
        "mpids": row.mpids,
        "not_before": _written(row.not_before),
        "not_after": _written(row.not_after),
        "spki_sha256": row.spki_sha256,
        "party": row.party.reference,
        "party_name": row.party.name,
        "recorded_at": _written(row.recorded_at),
        "status": status_of(row, at=at, known_by=known_by).value,
        "revoked_at": _written(row.revoked_at) if is_revoked else None,
        "revocation_reason": row.revocation_reason if is_revoked else None,
        "notifications": [
            {
                "user_id": notification.eui64,
                "notified_at": _written(notification.notified_at),
                "withdrawn_at": _written(notification.withdrawn_at)
                if counts(notification.withdrawn_at, by=known_by)
                else None,
            }
            for notification in row.notifications_then  # type: ignore[attr-defined]  # prefetched
        ],
    }


def _written(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _role(text: str) -> str:
    if text.upper() not in REMOTE_PARTY_ROLES:
        raise ValueError(f"is `{text[:SHOWN]}`; write a Remote Party Role code such as 87")
    return text.upper()


def _status(text: str) -> CertificateStatus:
    try:
        return CertificateStatus(text)
    except ValueError:
        raise ValueError(f"is `{text[:SHOWN]}`; it is {', '.join(CertificateStatus)}") from None


_READERS: Readers = {
    "party": matching(r"[a-z0-9_-]{1,60}", "write a Party's reference"),
    "eui64": read_eui64,
    "role": _role,
    "mpid": matching(
        MPID_SYNTAX.one, f"write {MPID_SYNTAX.lengths} upper-case letters and digits"
    ),
    "serial": matching(r"[1-9][0-9]{0,48}", "write it in decimal"),
    "status": _status,
    "as_of": read_moment,
    "after": number(least=0, most=10**18 - 1),
    "limit": number(least=1, most=MOST),
}
"""How each field of a query is read."""
