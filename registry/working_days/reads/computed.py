"""The days off of England and Wales as a well-kept library has them (docs/decisions/0083)."""

from collections.abc import Iterable, Mapping
from datetime import date
from importlib.metadata import version

import holidays

LIBRARY = f"holidays {version('holidays')}"
"""What computes them, with its version."""

FIRST_YEAR = 2015
"""Before any SMKI Organisation Certificate was issued, so that whatever is recorded is in it."""
YEARS_AHEAD = 2
"""After the present one. GOV.UK publishes about as many; of later ones more will be proclaimed."""


def computed_days(years: Iterable[int]) -> Mapping[date, str]:
    """Return each day off of some years with its name.

    `ENG` is what a Working Day goes by; plain `GB` lacks Easter Monday and the August holiday.
    """
    found = holidays.country_holidays(
        "GB", subdiv="ENG", years=sorted(years), expand=False, language="en_GB"
    )
    return dict(sorted(found.items()))
