"""Signing in with a wrong password: by a name that somebody has, and by one that nobody has.

Who can tell the two by the time learns who signs in here. Runs by itself on a register.

python -m tests.benchmarks.sign_in_names TURNS
    Writes its figure to standard output, as JSON.
"""

import json
import sys
from dataclasses import asdict
from functools import partial
from ipaddress import IPv4Address
from itertools import count

import django

django.setup()

from django.test import Client  # noqa: E402 -- Django comes first

from registry.models import Person  # noqa: E402
from tests.benchmarks.figures import Figure  # noqa: E402
from tests.benchmarks.timing import WALL_TIME, Pace, compare  # noqa: E402

NAME = "sign-in/names"
KNOWN = "officer1@dcc.example"
UNKNOWN = "officer7@dcc.example"

_ADDRESSES = map(IPv4Address, count(int(IPv4Address("10.0.0.1"))))
"""Each try is from another, so that none is locked and each leaves its event."""


def main(turns: int) -> None:
    """Try both names in turns."""
    names = Person.objects.filter(email__in=[KNOWN, UNKNOWN]).values_list("email", flat=True)
    if list(names) != [KNOWN]:
        raise AssertionError(f"{KNOWN} alone of the two is to be somebody's, not {list(names)}")
    compared = compare(
        partial(_try, KNOWN),
        partial(_try, UNKNOWN),
        pace=Pace(turns=turns, turn_seconds=0),
        clock=WALL_TIME,
    )
    figure = Figure(
        name=NAME,
        value=compared.seconds * 1000,
        unit="ms",
        ratio=compared.ratio,
        against="a wrong password for a name that nobody has",
    )
    sys.stdout.write(json.dumps([asdict(figure)]))


def _try(email: str) -> None:
    answer = Client().post(
        "/sign-in",
        {"email": email, "password": "not the password of anybody"},
        headers={"Host": "localhost"},
        REMOTE_ADDR=str(next(_ADDRESSES)),
    )
    if answer.status_code != 422:
        raise AssertionError(f"a wrong password is answered with {answer.status_code}")


if __name__ == "__main__":
    main(int(sys.argv[1]))
