"""What is refused is forgotten: nothing that remembers keeps what a stranger sent.

A cache keeps its keys, so a key of any length would hold a message's content long after it was
refused.
"""

import gc
import tracemalloc
from collections.abc import Callable

import pytest

from rules.certificates.der_values import dotted
from rules.service_requests.questions import read_eui64
from tests.attacks.messages.making import decided
from tests.rules.messages.builders import OTHER_KEY, Parts, Sig, sign

OCTETS = 200_000
TIMES = 40


def different(number: int) -> str:
    """Return a text that is long, and another for each number."""
    return f"{number:06}".ljust(OCTETS, "A")


def white_space(number: int) -> str:
    return f"{number:b}".replace("0", " ").replace("1", "\t") + " " * OCTETS


def decide(text: str) -> None:
    assert decided(sign(text, key=OTHER_KEY)).reason is not None


SENT: dict[str, Callable[[int], object]] = {
    "the end of an empty element in a text": lambda number: decide(
        Parts(body=f"<sr:A>{different(number)}/></sr:A>").text()
    ),
    "an empty element of a long name": lambda number: decide(
        Parts(body=f"<sr:A{different(number)[:40_000]}/>").text()
    ),
    "a start tag of the root": lambda number: decide(
        Parts(root=f'{Parts().root} z="{different(number)}"').text()
    ),
    "white space within SignedInfo": lambda number: decide(
        Parts(signature=Sig(c14n=white_space(number) + Sig().c14n).text()).text()
    ),
    "an issuer": lambda number: decide(
        Parts(signature=Sig(issuer=f"CN={different(number)}").text()).text()
    ),
    "a Service Reference Variant": lambda number: decide(Parts(srv=different(number)).text()),
    "white space around an EUI-64": lambda number: read_eui64(
        white_space(number) + "90-B3-D5-1F-30-01-00-00"
    ),
    "an OBJECT IDENTIFIER": lambda number: dotted(different(number).encode()),
}


@pytest.mark.parametrize("send", SENT.values(), ids=SENT)
def test_nothing_of_what_was_sent_stays(send: Callable[[int], object]) -> None:
    send(TIMES)  # what is made once and kept
    gc.collect()
    tracemalloc.start()
    try:
        for number in range(TIMES):
            send(number)
        gc.collect()
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept < 3 * OCTETS, f"{kept:,} octets of {TIMES * OCTETS:,} are kept"
