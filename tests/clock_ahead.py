"""Runs the tests with the clock of their process so many days ahead: `--clock-ahead DAYS`.

What is right today and wrong in a year is found before it is a year old: a date that somebody
wrote into a test or a default, a certificate that runs out, a list of years that ends. It reaches
what runs in the process of the tests, which is the product's code, its pages and its API; the
database and the programs that a test starts have the machine's clock.
"""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine


def add_option(parser: pytest.Parser) -> None:
    """Let a run have another clock."""
    parser.addoption(
        "--clock-ahead", type=int, default=0, metavar="DAYS", help="set the clock so far ahead"
    )


def set_clock(config: pytest.Config) -> None:
    """Give the process its clock, before a test's module is read, until its end."""
    days = config.getoption("--clock-ahead")
    if days:
        traveller = time_machine.travel(datetime.now(UTC) + timedelta(days=days), tick=True)
        traveller.start()
        config.add_cleanup(traveller.stop)
