"""What a certificate is called on a page, worked out by another way than the product's."""

import re

from registry.models import OrganisationCertificate


def serial_end(certificate: OrganisationCertificate) -> str:
    """Return `…0E:9F:3C`."""
    digits = f"{int(certificate.serial_number):06X}"[-6:]
    return "\N{HORIZONTAL ELLIPSIS}" + ":".join(re.findall("..", digits))


def text_of(page: str) -> str:
    """Return a page's words, without its markup and with single spaces."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def is_named(page: str, certificate: OrganisationCertificate) -> bool:
    """Tell whether a part of a page names a certificate, and leads to it."""
    is_linked = f'href="/certificates/{certificate.pk}"' in page
    return is_linked and serial_end(certificate) in page
