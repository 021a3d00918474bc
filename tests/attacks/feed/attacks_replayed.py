"""Attacks with what the register signed, at another time, for another question or as another."""

from rules.feed.bundles import Answer, write_change_lines, write_changes
from rules.feed.certificates import write_certificate_list
from rules.feed.refusals import FeedReason as R
from rules.register.snapshot import SnapshotChange
from tests.attacks.feed.making import (
    ATTACKERS,
    JWS,
    KID,
    LINES,
    REGISTERS,
    Attack,
    on_the_wire,
    packed,
    signed,
    wrapped,
    written,
)
from tests.attacks.feed.taking import HELD, NONCE
from tests.rules.feed.picture import (
    AT,
    SUPPLIER,
    a_snapshot,
)


def _changes(
    *,
    after: tuple[str, str] = (HELD.version, HELD.mark),
    until: tuple[str, str] = ("419", "m-419"),
    nonce: str | None = NONCE,
    change: SnapshotChange | None = None,
) -> bytes:
    change = change or SnapshotChange(version=until[0], mark=until[1])
    answer = Answer(made_at=AT, nonce=nonce, confirmed_after=0.0, certificates=(KID,))
    return write_changes(write_change_lines(change), after=after, until=until, answer=answer)


CHANGES = _changes()
_CERTIFICATES = write_certificate_list([("signing", REGISTERS.certificate)])

REPLAYED: dict[str, Attack] = {
    "an older snapshot": Attack(signed(packed(written(a_snapshot(version="417")))), R.WENT_BACK),
    "the first snapshot of all": Attack(
        signed(packed(written(a_snapshot(version="0")))), R.WENT_BACK
    ),
    "the same version of another history": Attack(
        signed(packed(written(a_snapshot(mark="m-x")))), R.HISTORY_DIFFERS
    ),
    "changes for a snapshot": Attack(signed(CHANGES), R.NOT_GZIP),
    "changes for a snapshot, compressed": Attack(signed(packed(CHANGES)), R.FORMAT_UNKNOWN),
    "the list of certificates for a snapshot": Attack(signed(_CERTIFICATES), R.NOT_GZIP),
    "the list of certificates for a snapshot, compressed": Attack(
        signed(packed(_CERTIFICATES)), R.LINE_NOT_JSON
    ),
    "a snapshot in the clear": Attack(signed(LINES), R.NOT_GZIP),
}

FOLLOWED: dict[str, Attack] = {
    "the answer to another's question": Attack(signed(_changes(nonce="n-2")), R.NOT_THE_ANSWER),
    "an answer to nobody": Attack(signed(_changes(nonce=None)), R.NOT_THE_ANSWER),
    "an answer from an earlier version": Attack(
        signed(_changes(after=("417", "m-417"))), R.NOT_THE_ANSWER
    ),
    "an answer from a later version": Attack(
        signed(_changes(after=("419", "m-419"))), R.NOT_THE_ANSWER
    ),
    "an answer from the same version of another history": Attack(
        signed(_changes(after=(HELD.version, "m-x"))), R.HISTORY_DIFFERS
    ),
    "changes that lead back": Attack(signed(_changes(until=("417", "m-417"))), R.WENT_BACK),
    "changes that lead to the same version of another history": Attack(
        signed(_changes(until=(HELD.version, "m-x"))), R.HISTORY_DIFFERS
    ),
    "a change without another version": Attack(
        signed(
            _changes(
                until=(HELD.version, HELD.mark),
                change=SnapshotChange(
                    version=HELD.version, mark=HELD.mark, user_ids={SUPPLIER: None}
                ),
            )
        ),
        R.HISTORY_DIFFERS,
    ),
    "a snapshot for changes": Attack(signed(LINES), R.FORMAT_UNKNOWN),
    "a compressed snapshot for changes": Attack(signed(wrapped(LINES)), R.LINE_NOT_JSON),
    "compressed changes": Attack(signed(wrapped(CHANGES)), R.LINE_NOT_JSON),
    "changes signed by the attacker": Attack(
        on_the_wire(ATTACKERS.sign(CHANGES), CHANGES), R.CERTIFICATE_UNTRUSTED
    ),
    "changes under the signature of a snapshot": Attack(
        on_the_wire(JWS, CHANGES), R.SIGNATURE_INVALID
    ),
    "changes with another nonce put in": Attack(
        on_the_wire(REGISTERS.sign(CHANGES), CHANGES.replace(b'"nonce":"n-1"', b'"nonce":"n-2"')),
        R.SIGNATURE_INVALID,
    ),
}
