"""The certificates that events are about, named for whoever asks."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from django.http import HttpRequest

from portal.asker import person_of
from portal.presenters.certificate_names import CertificateName, name_of
from portal.presenters.events import certificates_in
from registry.certificates.reads.certificates import certificates_called

if TYPE_CHECKING:
    from registry.models import Event


def names_in(events: "Iterable[Event]", request: HttpRequest) -> Mapping[int, CertificateName]:
    """Return by its id the name of each certificate that events are about, where there is one."""
    found = certificates_called(person_of(request), certificates_in(events))
    return {number: name_of(row, reader=person_of(request)) for number, row in found.items()}
