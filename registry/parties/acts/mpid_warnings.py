"""What an officer lets stand about MPIDs: whose they are, and which tokens in names are words."""

from collections.abc import Mapping
from datetime import datetime

from registry.models import CertificateRequest, Party, PartyMpid, Person, WordInName
from registry.parties.reads.mpid_uses import name_matches

NOT_RECORDED = "mpid-not-recorded"
MAY_BE_A_WORD = "mpid-may-be-a-word"


def record_let_stand(
    request: CertificateRequest, reasons: Mapping[str, str], *, actor: Person, at: datetime
) -> dict[str, list[object]]:
    """Record what an officer has let stand, in the approval's transaction, under its locks.

    `reasons` has the officer's reason by the code of each warning. Returns what was recorded, for
    the evidence.
    """
    return {
        "recorded_mpids": _record(request, at=at) if NOT_RECORDED in reasons else [],
        "words": _decide(request, reasons.get(MAY_BE_A_WORD, ""), actor=actor, at=at),
    }


def _record(request: CertificateRequest, *, at: datetime) -> list[object]:
    party = request.party
    known = party.recorded_mpids.filter(withdrawn_at__isnull=True)
    missing = sorted(set(request.mpids) - set(known.values_list("mpid", flat=True)))
    PartyMpid.objects.bulk_create(
        PartyMpid(mpid=mpid, party=party, recorded_at=at) for mpid in missing
    )
    return list(missing)


def _decide(
    request: CertificateRequest, reason: str, *, actor: Person, at: datetime
) -> list[object]:
    """Decide that each token that may be a word in a name is one, in that name."""
    if not reason:
        return []
    matches = name_matches(request, party=request.party, at=at)
    # A word in the name that is asked for, or in each name of another that has the MPID in it.
    words = {
        (match.mpid, request.party.reference, match.common_name)
        if match.mpid in request.name_tokens
        else (match.mpid, match.party_reference, match.common_name)
        for match in matches
    }
    references = {reference for _, reference, _ in words}
    parties = dict(Party.objects.filter(reference__in=references).values_list("reference", "pk"))
    decided: list[object] = []
    for mpid, reference, common_name in sorted(words):
        WordInName.objects.create(
            mpid=mpid,
            party_id=parties[reference],
            common_name=common_name,
            reason=reason,
            request=request,
            decided_by=actor,
            decided_at=at,
        )
        decided.append({"mpid": mpid, "party": reference, "common_name": common_name})
    return decided
