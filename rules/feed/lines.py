"""Every kind of line there is.

A line is a JSON object whose `kind` says what it is; its other members are exactly those that its
kind writes. To let the feed carry more, add a kind here: followers that do not know it refuse a
body that counts its lines, as they must, unless the header calls it ignorable.
"""

from collections.abc import Mapping

from rules.feed.arrangement_lines import ARRANGEMENTS
from rules.feed.kinds import Kind
from rules.feed.register_lines import CERTIFICATE, CERTIFICATE_GONE, USER_ID, USER_ID_GONE

PARTS = (CERTIFICATE, USER_ID)
"""Of these a change has those that are new or different."""
GONE = (CERTIFICATE_GONE, USER_ID_GONE)
"""Only in changes: what is in the snapshot no more."""
WHOLES = ARRANGEMENTS
"""Of these a change has all there are, or does not count them."""

SNAPSHOT_KINDS: Mapping[str, Kind] = {kind.name: kind for kind in (*PARTS, *WHOLES)}
CHANGE_KINDS: Mapping[str, Kind] = {kind.name: kind for kind in (*PARTS, *GONE, *WHOLES)}
