"""Pages of a large register, as an officer opens them, who sees every Party's."""

import json
from collections.abc import Callable
from functools import partial

from portal.demonstration.visitor import Visitor
from tests.benchmarks.figures import Figure
from tests.benchmarks.stage import Stage
from tests.benchmarks.timing import WALL_TIME, Pace, compare

PAGES = {
    "pages-100k/home": ("/", ""),
    "pages-100k/certificates": ("/certificates", "Certificates"),
    "pages-100k/requests": ("/requests", "Certificate signing requests"),
    "pages-100k/certificate": ("/certificates/1000001", "Certificate"),
}
"""By figure: the address, and what the heading has in it."""
OFFICER = "officer1@dcc.example"
PROBE = "/healthz"

_LONGER = 50
"""Times as long as the other turns: a page takes tens of milliseconds."""


def measure(stage: Stage, *, names: set[str]) -> list[Figure]:
    """Open each page in turns with the probe, which does nothing."""
    system = stage.portal
    visitor = Visitor(system.services["PORTAL_ADDRESS"])
    secrets = json.loads((system.data_dir / "demonstration.json").read_text("utf-8"))
    visitor.sign_in(OFFICER, secrets["password"], _code(stage))
    given = stage.extent.pace
    pace = Pace(turns=max(2, given.turns // 8), turn_seconds=given.turn_seconds * _LONGER)
    figures = []
    for name, (address, heading) in PAGES.items():
        if name not in names:
            continue
        page = visitor.open(address)
        if heading not in page.heading:
            raise AssertionError(f"{address} is headed {page.heading}")
        compared = compare(
            partial(visitor.fetch, address),
            partial(visitor.fetch, PROBE),
            pace=pace,
            clock=WALL_TIME,
        )
        figures.append(
            Figure(
                name=name,
                value=compared.seconds * 1000,
                unit="ms",
                ratio=compared.ratio,
                against=f"{PROBE}, with {stage.extent.certificates:,} certificates and requests",
            )
        )
    return figures


def _code(stage: Stage) -> Callable[[], str]:
    return lambda: stage.run(stage.portal, "manage.py", "demo_code", OFFICER).strip()
