"""Every act that two persons do together, and how each is done."""

from typing import Final

from registry.arrangements.acts.enforcement import PostponingEnforcement, SettingEnforcement
from registry.pairs.kinds import Kinds, PairedAct

_ACTS: Final[tuple[PairedAct, ...]] = (SettingEnforcement(), PostponingEnforcement())

PAIRED_ACTS: Final[Kinds] = {each.act: each for each in _ACTS}
"""By the act. A test holds it to `rules.pairs.acts.PAIR_ACTS`."""
