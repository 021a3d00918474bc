"""The register as far as the rules rest on it about a few EUI-64s, read from the database.

Not from the register in memory, which is behind by a moment: whoever has just notified a
certificate must not be told what was so before.
"""

from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import Q

from registry.feed.reads import snapshot_rows
from registry.models import OrganisationCertificate
from rules.register.snapshot import Snapshot


def snapshot_concerning(eui64s: Collection[str], arranged: Mapping[str, Any]) -> Snapshot:
    """Read these EUI-64s' certificates and User IDs, and every other certificate with their keys.

    Args:
        eui64s: Of whom.
        arranged: The snapshot's other members, as far as the rules that will be asked need them.
    """
    own = OrganisationCertificate.objects.filter(eui64__in=eui64s)
    return Snapshot(
        version="",
        certificates=dict(
            # Their own are among those with a key of theirs; asked for both, nothing is indexed.
            snapshot_rows.certificates(Q(key_x__in=own.values("key_x")))
        ),
        user_ids=dict(snapshot_rows.user_ids(Q(eui64__in=eui64s))),
        **arranged,
    )
