"""`GET /dcc-signing-certificates`: with which keys the DCC signs for Users (DUIS 3.3.2, 3.3.3)."""

from datetime import UTC, datetime
from ssl import DER_cert_to_PEM_cert
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api.describing import OF_A_QUERY, OF_ACCESS, problems
from portal.api.views import ApiView
from registry.certificates.reads.certificates import CertificateStatus, status_of
from registry.certificates.reads.dcc_certificates import dcc_signing_certificates
from registry.clients.reads.scopes import Scope
from rules.periods import counts, is_within, known_by
from rules.responses.kinds import PURPOSE_CLAUSES, SigningPurpose
from rules.service_requests.questions import FieldFault, UnreadableQuestionError, read_moment

if TYPE_CHECKING:
    from registry.models import DccSigningCertificate

_SHOWN = 60


class DccSigningCertificateShape(serializers.Serializer[None]):
    """A certificate with which the DCC signs communications to Users."""

    purpose = serializers.ChoiceField(
        choices=[purpose.value for purpose in SigningPurpose],
        help_text="Transform signs Pre-Commands (DUIS 3.3.2), the Access Control Broker what "
        "3.3.3 lists.",
    )
    cites = serializers.CharField()
    valid_from = serializers.DateTimeField(help_text="From when the DCC signs with it.")
    valid_until = serializers.DateTimeField(
        allow_null=True, help_text="Until before when; null while no end has been set."
    )
    published_at = serializers.DateTimeField()
    is_current = serializers.BooleanField(
        help_text="Whether a Response received at that moment may be signed with it: the "
        "publication is in force and the certificate is live."
    )
    issuer = serializers.CharField()
    serial = serializers.CharField(help_text="In decimal.")
    eui64 = serializers.CharField()
    remote_party_role = serializers.CharField(help_text="89 is dSPXmlSign.")
    not_before = serializers.DateTimeField()
    not_after = serializers.DateTimeField(help_text="Inclusive (RFC 5280, 4.1.2.5).")
    spki_sha256 = serializers.CharField(help_text="Names the key.")
    status = serializers.ChoiceField(choices=[status.value for status in CertificateStatus])
    revoked_at = serializers.DateTimeField(allow_null=True)
    pem = serializers.CharField(help_text="The certificate itself.")


class DccSigningCertificates(serializers.Serializer[None]):
    """The certificates that the DCC has published, of all time."""

    certificates = DccSigningCertificateShape(many=True)
    as_of = serializers.DateTimeField()


class DccSigningCertificatesView(ApiView):
    """Lists the DCC's signing certificates; every client of the register may see them."""

    scopes = {"GET": Scope.REGISTER_READ}

    @extend_schema(
        operation_id="list_dcc_signing_certificates",
        tags=["register"],
        summary="List the certificates with which the DCC signs for Users",
        parameters=[
            OpenApiParameter(
                name="as_of",
                description="The moment asked about, RFC 3339; now if left out.",
                required=False,
                type=str,
            )
        ],
        responses={
            200: DccSigningCertificates,
            **problems(*OF_ACCESS, *OF_A_QUERY, "database-unavailable"),
        },
    )
    def get(self, request: Request) -> Response:
        """List them by purpose, the earliest first; those that have ended too."""
        as_of = _as_of(request)
        at = timezone.now() if as_of is None else as_of
        known = known_by(at, is_about_now=as_of is None)
        return Response(
            {
                "certificates": [
                    _document(row, at=at, known=known)
                    for row in dcc_signing_certificates(at=known)
                ],
                "as_of": _written(at),
            }
        )


def _as_of(request: Request) -> datetime | None:
    """Read the query; None where no moment is given.

    Raises:
        UnreadableQuestionError: It has another field, one more than once, or no moment.
    """
    faults: list[FieldFault] = []
    at = None
    for name, values in request.query_params.lists():
        shown = name[:_SHOWN]
        if name != "as_of":
            says = f"`{shown}` is not a field of this query; leave it out."
            faults.append(FieldFault(field=shown, code="field-unknown", says=says))
        elif len(values) > 1:
            says = f"`as_of` is given {len(values)} times; give it once."
            faults.append(FieldFault(field=shown, code="field-repeated", says=says))
        else:
            try:
                at = read_moment(values[0])
            except ValueError as fault:
                says = f"`as_of` {fault}."
                faults.append(FieldFault(field=shown, code="field-malformed", says=says))
    if faults:
        raise UnreadableQuestionError(tuple(faults))
    return at


def _document(row: "DccSigningCertificate", *, at: datetime, known: datetime) -> dict[str, Any]:
    certificate = row.certificate
    purpose = SigningPurpose(row.purpose)
    # As it was known at that moment: an end that was recorded later is not known yet.
    until = row.valid_until if counts(row.ended_at, by=known) else None
    status = status_of(certificate, at=at, known_by=known)
    return {
        "purpose": purpose.value,
        "cites": PURPOSE_CLAUSES[purpose],
        "valid_from": _written(row.valid_from),
        "valid_until": None if until is None else _written(until),
        "published_at": _written(row.published_at),
        "is_current": status is CertificateStatus.LIVE
        and is_within(at, start=row.valid_from, end=until),
        "issuer": certificate.issuer,
        "serial": certificate.serial_number,
        "eui64": certificate.eui64,
        "remote_party_role": certificate.remote_party_role,
        "not_before": _written(certificate.not_before),
        "not_after": _written(certificate.not_after),
        "spki_sha256": certificate.spki_sha256,
        "status": status.value,
        "revoked_at": _written(certificate.revoked_at)
        if counts(certificate.revoked_at, by=known)
        else None,
        "pem": DER_cert_to_PEM_cert(bytes(certificate.der)),
    }


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
