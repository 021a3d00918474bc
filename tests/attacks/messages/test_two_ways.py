"""Both ways of reading, and a reader of another make, say the same of every spelling.

`express` matches a Signature in the octets; `reading` and `signature_form` parse all. Whatever the
first takes, the second must take and read alike; and what either holds for proven must be proven,
and say the same, to the oracle, which shares no code with them.
"""

import pytest
from hypothesis import assume, given, settings, strategies as st
from lxml import etree

from rules.messages.express import read_express
from rules.messages.reading import DEFAULT_SIZE_LIMIT, Header, read_message
from rules.messages.refusals import MessageReason, MessageRefusedError
from rules.messages.signature_form import SignatureForm, read_signature
from rules.messages.xmldsig import holds
from tests.attacks.messages.harmless import HARMLESS
from tests.attacks.messages.oracle import tell
from tests.attacks.messages.spellings import spelled
from tests.rules.messages.builders import KEY, MESSAGE, Parts, sign
from tests.rules.messages.mutations import mutated

Read = tuple[Header, bool, SignatureForm]
PUBLIC = KEY.public_key()

quick = settings(max_examples=150)
thorough = settings(max_examples=1_000)


def express_way(message: bytes) -> Read | None:
    read = read_express(message, size_limit=DEFAULT_SIZE_LIMIT)
    return None if read is None else (read[0].header, read[0].is_signed_pre_command, read[1])


def full_way(message: bytes) -> Read | MessageReason | None:
    try:
        read = read_message(message)
        if read.signature is None:
            return read.signature_fault
        return read.header, read.is_signed_pre_command, read_signature(read.root, read.signature)
    except MessageRefusedError as refused:
        return refused.reason


def is_proven(form: SignatureForm) -> bool:
    return form.document_digest == form.digest_value and holds(
        form.signed_info, form.r, form.s, PUBLIC
    )


def hold_to_the_oracle(message: bytes) -> None:
    """Hold both ways to each other, and what they say to the oracle."""
    express, full = express_way(message), full_way(message)
    if express is not None:
        assert express == full
    if isinstance(full, MessageReason) or not is_proven(full[2]):
        return
    header, is_signed_pre_command, form = full
    told = tell(message, PUBLIC)
    assert told.holds
    assert told.serial == form.serial
    assert told.fields["RequestID"].strip(" \t\r\n") == header.request_id_text
    assert told.fields["CommandVariant"].strip(" \t\r\n") == str(header.command_variant)
    assert told.fields["ServiceReference"] == header.service_reference
    assert told.fields["ServiceReferenceVariant"] == header.service_reference_variant
    assert (told.body == "SignedPreCommand") == is_signed_pre_command


@st.composite
def signed_messages(draw: st.DrawFn) -> bytes:
    text = draw(spelled())
    try:
        return sign(text)
    except (etree.XMLSyntaxError, etree.C14NError):
        assume(condition=False)
        raise


def test_the_oracle_proves_what_is_signed_and_nothing_else() -> None:
    assert tell(MESSAGE, PUBLIC).holds
    assert tell(MESSAGE, PUBLIC).fields["ServiceReferenceVariant"] == "4.1.1"
    for old, new in ((b"1010", b"1011"), (b"4.1.1", b"4.1.2"), (b"</sr:Body>", b"</sr:Body> ")):
        assert not tell(MESSAGE.replace(old, new), PUBLIC).holds
    assert not tell(sign(Parts().text(), key=KEY).replace(b'="5.4"', b'="5.5"'), PUBLIC).holds


@pytest.mark.parametrize("message", HARMLESS.values(), ids=HARMLESS)
def test_the_oracle_proves_every_harmless_change_too(message) -> None:
    assert tell(message, PUBLIC).holds
    hold_to_the_oracle(message)


@pytest.mark.slow
@quick
@given(signed_messages())
def test_every_spelling_is_read_alike(message) -> None:
    hold_to_the_oracle(message)


@quick
@given(st.data())
def test_every_change_to_a_spelling_is_read_alike(data) -> None:
    hold_to_the_oracle(data.draw(mutated(data.draw(signed_messages()))))


@pytest.mark.long
@pytest.mark.slow
@thorough
@given(signed_messages())
def test_a_thousand_spellings_are_read_alike(message) -> None:
    hold_to_the_oracle(message)


@pytest.mark.long
@pytest.mark.slow
@thorough
@given(st.data())
def test_a_thousand_changes_to_a_spelling_are_read_alike(data) -> None:
    hold_to_the_oracle(data.draw(mutated(data.draw(signed_messages()))))


def test_white_space_is_never_shared_out_between_two_gaps() -> None:
    gap = " " * 400_000
    text = Parts(command_variant=f"{gap}x").text()
    message = text.replace("<sr:CommandVariant>", f"{gap}<sr:CommandVariant>").encode()
    # Were it tried in every way, this would take a quarter of an hour.
    assert express_way(message) is None
    assert full_way(message) is MessageReason.COMMAND_VARIANT_MALFORMED
