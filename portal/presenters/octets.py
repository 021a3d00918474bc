"""The bytes that a signature is about, as a page shows them."""

from dataclasses import dataclass

from portal.presenters.cells import Row, Tag, identifier, row, tags
from rules.messages.examining import SignatureOctets


@dataclass(frozen=True, slots=True, kw_only=True)
class OctetsView:
    """What was digested and signed."""

    digest_rows: tuple[Row, ...]
    signed_info: str
    """The canonical SignedInfo, as text, cut where it is long."""
    signature_rows: tuple[Row, ...]


_MAX_SHOWN = 4_000
"""Characters of a SignedInfo. One of the form of DUIS 3.3 has about seven hundred."""


def octets_view(octets: SignatureOctets) -> OctetsView:
    """Return the octets of a signature for a page, in hexadecimal."""
    compared = (
        Tag(words="Equal", colour="green")
        if octets.digest_matches
        else Tag(words="Different", colour="red")
    )
    signed_info = octets.signed_info.decode("utf-8", "replace")
    return OctetsView(
        digest_rows=(
            row("DigestValue in the message", identifier(octets.digest_value.hex())),
            row("SHA-256 of the document", identifier(octets.digest_found.hex())),
            row("The two are", tags(compared)),
        ),
        signed_info=signed_info[:_MAX_SHOWN],
        signature_rows=(
            row("SHA-256 of SignedInfo", identifier(octets.signed_info_digest.hex())),
            row("SignatureValue, r", identifier(octets.r.hex())),
            row("SignatureValue, s", identifier(octets.s.hex())),
        ),
    )
