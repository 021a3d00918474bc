"""Filing the SMKI PMA's paper with the hold on an MPID that it asked for (MP185)."""

from datetime import datetime

from registry.documents.acts.filing import Filed, file_document, keep_until
from registry.errors import ConflictError, NotFoundError
from registry.models import Document, MpidTransferHold, Person
from rules.periods import years_after

KEPT_YEARS = 7
"""After the end of the hold; our choice, as long as records of identity are kept."""
_KIND = "mpidtransferhold"


def file_with_hold(
    hold_id: int, octets: bytes, *, name: str, title: str, actor: Person, at: datetime
) -> Document:
    """Keep a file with a hold that has not ended, for the DCC's staff alone.

    Raises:
        NotFoundError: There is no such hold.
        ConflictError: It has ended or was lifted (`hold-ended`).
        RegistryError: As `file_document`.
    """

    def of_the_hold() -> Filed:
        hold = MpidTransferHold.objects.select_for_update(no_key=True).filter(pk=hold_id).first()
        if hold is None:
            raise NotFoundError("hold on an MPID's transfer")
        ends = hold.valid_until
        if hold.lifted_at is not None or (ends is not None and ends <= at):
            raise ConflictError("hold-ended", "This hold was lifted or has ended.")
        kept_until = years_after(ends, KEPT_YEARS) if ends is not None else None
        return Filed(kind=_KIND, key=str(hold.pk), kept_until=kept_until)

    return file_document(octets, name=name, title=title, subject=of_the_hold, actor=actor, at=at)


def keep_after_lifting(hold: MpidTransferHold, *, at: datetime) -> None:
    """Keep what is filed with a hold for its years from the lifting on."""
    keep_until(_KIND, str(hold.pk), years_after(at, KEPT_YEARS))
