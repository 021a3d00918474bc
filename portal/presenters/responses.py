"""A verified Response for a person: whether it is good, step by step, and what was read."""

from dataclasses import dataclass
from datetime import datetime

from portal.presenters.cells import (
    NOTHING,
    Cell,
    Row,
    Tag,
    certificate_link,
    identifier,
    moment,
    row,
    text,
)
from portal.presenters.certificate_names import CertificateName
from portal.presenters.findings import (
    FindingLine,
    finding_lines,
    finding_words,
    findings_view,
)
from portal.presenters.octets import OctetsView, octets_view
from portal.presenters.words import NO_CERTIFICATE_NAMED
from rules.messages.examining import octets_of
from rules.responses.facts import DccCertificate, Publication, ResponseFacts
from rules.responses.kinds import PURPOSE_CLAUSES, PURPOSE_NAMES
from rules.responses.verifying import Verification


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseView:
    """A verified Response as a page shows it."""

    is_good: bool
    tag: Tag
    says: str
    steps: tuple[FindingLine, ...]
    """In the order in which the rules are asked."""
    summary: str
    rows: tuple[Row, ...]
    certificate_rows: tuple[Row, ...]
    octets: OctetsView | None


def response_view(
    verification: Verification,
    *,
    name: CertificateName | None,
    size: int,
    digest: str,
    received_at: datetime,
) -> ResponseView:
    """Return a verified Response for a page. The DCC's certificates are no secret to anybody.

    `name` is that of the certificate that signed it, where the reader sees it in the register.
    """
    facts, report = verification
    return ResponseView(
        is_good=verification.is_good,
        tag=Tag(words="Good", colour="green")
        if verification.is_good
        else Tag(words="Not good", colour="red"),
        says=_says(verification),
        steps=finding_lines(report.findings),
        summary=findings_view(report.findings).summary,
        rows=(
            *_response_rows(facts),
            row("Bytes received", text(f"{size:,}"), identifier(digest, hint="their SHA-256")),
            row("Verified as of", moment(received_at)),
        ),
        certificate_rows=_certificate_rows(facts, name),
        octets=None if facts.form is None else octets_view(octets_of(facts.form)),
    )


def _says(verification: Verification) -> str:
    response = verification.facts.response
    if verification.is_good and response is not None:
        return (
            f"The DCC signed this Response with its {PURPOSE_NAMES[response.kind.purpose]} key, "
            "and it is as it was signed."
        )
    return f"Do not rely on this Response. {finding_words(verification.report.blocking[0])}"


def _response_rows(facts: ResponseFacts) -> tuple[Row, ...]:
    response = facts.response
    if response is None:
        return (row("Response", text("It could not be read")),)
    header, kind = response.header, response.kind
    must = "must be signed" if kind.must_be_signed else "need not be signed, and only"
    return (
        row("Kind", text(f"{kind.words[0].upper()}{kind.words[1:]}", hint=kind.name)),
        row(
            "Key for this kind",
            text(
                PURPOSE_NAMES[kind.purpose],
                hint=f"{PURPOSE_CLAUSES[kind.purpose]}: {must} by this key",
            ),
        ),
        row("ResponseID", _identified(header.response_id)),
        row("RequestID", _identified(header.request_id)),
        row("ResponseCode", text(header.response_code)),
        row("ResponseDateTime", moment(header.at)),
        row("Service Reference Variant", text(response.service_reference_variant or NOTHING)),
    )


def _certificate_rows(facts: ResponseFacts, name: CertificateName | None) -> tuple[Row, ...]:
    form = facts.form
    if form is None:
        return (
            row(
                "Signed with",
                text(NO_CERTIFICATE_NAMED),
            ),
        )
    named = row(
        "Certificate named",
        identifier(form.issuer, hint="issuer"),
        identifier(str(form.serial), hint="serial number"),
    )
    certificate = facts.certificate
    if certificate is None:
        return named, row("In the register", text("Not as a certificate of the DCC"))
    return (
        named,
        *(() if name is None else (row("In the register", certificate_link(name)),)),
        row("User ID of the DCC", identifier(certificate.eui64)),
        row("Remote Party Role", text(certificate.remote_party_role)),
        row(
            "Valid", moment(certificate.not_before), moment(certificate.not_after, hint="the end")
        ),
        row("Revoked", moment(certificate.revoked_at, otherwise="No")),
        row("Published as", *_published(certificate)),
        row("Public key", identifier(certificate.public_key.hex(), hint="uncompressed, P-256")),
    )


def _published(certificate: DccCertificate) -> tuple[Cell, ...]:
    if not certificate.publications:
        return (text("For nothing"),)
    return tuple(
        cell for publication in certificate.publications for cell in _publication(publication)
    )


def _publication(publication: Publication) -> tuple[Cell, ...]:
    begins = (
        text(PURPOSE_NAMES[publication.purpose]),
        moment(publication.valid_from, hint="from"),
    )
    if publication.valid_until is None:
        return begins
    return (*begins, moment(publication.valid_until, hint="until before"))


def _identified(value: str) -> Cell:
    return identifier(value) if value else text(NOTHING)
