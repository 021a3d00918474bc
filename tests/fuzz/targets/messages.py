"""Service Requests: both ways of reading one, and a reader of another make, say the same of it.

Each input is taken as it is and with a signature of its own (`tests.attacks.messages`).
"""

from xml.parsers.expat import ExpatError

from tests.attacks.messages.attacks_reading import READING_ATTACKS
from tests.attacks.messages.attacks_signed_info import SIGNED_INFO_ATTACKS
from tests.attacks.messages.attacks_wrapping import WRAPPING_ATTACKS
from tests.attacks.messages.harmless import HARMLESS
from tests.attacks.messages.test_two_ways import hold_to_the_oracle
from tests.fuzz.signing import signed_anew
from tests.fuzz.target import Target
from tests.fuzz.xml_mutation import mutate_xml
from tests.rules.messages.builders import MESSAGE
from tests.rules.messages.mutations import FRAGMENTS
from tests.rules.messages.test_express import UNUSUAL, USUAL

_LONGEST = 4_096


def hold(data: bytes) -> None:
    _hold(data)
    message = signed_anew(data)
    if message is not None:
        _hold(message)


def _hold(message: bytes) -> None:
    try:
        hold_to_the_oracle(message)
    except ExpatError:
        # Expat has the names of the fourth edition of XML, in which fewer letters are allowed.
        if message.isascii():
            raise


TARGET = Target(
    hold=hold,
    seeds=(
        MESSAGE,
        *(text.encode() for text in (*USUAL.values(), *UNUSUAL.values())),
        *HARMLESS.values(),
        *(
            message
            for attacks in (READING_ATTACKS, WRAPPING_ATTACKS, SIGNED_INFO_ATTACKS)
            for message, _ in attacks.values()
            if len(message) < _LONGEST
        ),
    ),
    words=FRAGMENTS,
    longest=_LONGEST,
    mutate=mutate_xml,
)
