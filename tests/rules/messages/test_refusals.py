"""Every reason for which a message is not read, or its signature has not the form of DUIS."""

import pytest

from rules.messages.express import read_express
from rules.messages.reading import DEFAULT_SIZE_LIMIT, read_message
from rules.messages.refusals import MessageReason, MessageRefusedError
from rules.messages.signature_form import SignatureForm, read_signature
from tests.rules.messages.builders import MESSAGE
from tests.rules.messages.vectors import READING, SIGNATURE


def read(message: bytes) -> SignatureForm:
    read = read_message(message)
    if read.signature is None:
        assert read.signature_fault is not None
        raise MessageRefusedError(read.signature_fault)
    return read_signature(read.root, read.signature)


def test_the_message_of_which_every_vector_is_a_change_is_read():
    form = read(MESSAGE)

    assert form.document_digest == form.digest_value


@pytest.mark.parametrize(
    ("reason", "message"),
    [
        pytest.param(reason, message, id=f"{reason}-{number}")
        for reason, messages in (READING | SIGNATURE).items()
        for number, message in enumerate(messages)
    ],
)
def test_a_message_is_refused_for_its_own_reason_and_never_by_the_express_way(reason, message):
    with pytest.raises(MessageRefusedError) as refused:
        read(message)

    assert refused.value.reason == reason
    assert read_express(message, size_limit=DEFAULT_SIZE_LIMIT) is None


def test_every_reason_has_a_vector():
    assert {*READING, *SIGNATURE} == set(MessageReason)
