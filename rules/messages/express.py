r"""Reads the messages that are spelled as usual, and only these, much faster.

`reading` and `signature_form` are what decides what a message says: they parse all of it, walk
through the Signature and canonicalise twice. Most of that is spent on the Signature, which looks
the same in nearly every message: as the DCC's own tool writes it, or with white space between.
So the Signature is matched here in the octets themselves, against one expression that leaves
nothing in it open but white space and its four values. Then only the rest is parsed,
canonicalised and digested, and the Header is read from the very text that was digested.

That this is the same document without its Signature, and the Signature the last child of its
root, follows from what is left when the octets of the match are taken out: it is well-formed,
and ends in white space and the root's own end tag, spelled out. So the place of the match is in
the content of the root, not in a comment, a processing instruction, a CDATA section, a tag or
another element: each would have to be closed after it, and nothing there closes anything but the
root. What was matched is an element with nothing in it that depends on its place but the prefix,
which is looked at. Only a line break of two characters could be put together by it, which is
looked at too.

Whatever is not as usual gives None here, and is read the other way. Nothing is refused here.
"""

import binascii
import hashlib
import re
from functools import lru_cache

from lxml import etree

from rules.identifiers import EUI64_IN_MESSAGES, Eui64
from rules.messages.canonical_text import canonical_text
from rules.messages.complexity import SIMPLE_SIZE, require_little_work
from rules.messages.reading import (
    DS,
    DUIS,
    MAX_COUNTER,
    SIGNATURE_TAG,
    Header,
    Message,
    is_huge,
    parse_octets,
    plain_start,
    service_reference_of,
)
from rules.messages.refusals import MessageRefusedError
from rules.messages.signature_form import (
    SignatureForm,
    parse_issuer,
    parse_signature_value,
)
from rules.messages.xmldsig import (
    ECDSA_SHA256,
    ENVELOPED_SIGNATURE,
    EXCLUSIVE_C14N,
    SHA256,
    canonical,
)

_REQUEST_TAG = f"{{{DUIS}}}Request"
_SIGNED_PRE_COMMAND_TAG = f"{{{DUIS}}}SignedPreCommand"

_LONGEST_HEAD = 4_096
"""Octets up to the text of a DigestValue, in which white space may be without end. Longer ones are
read the other way, so that nothing remembers them."""

_PARTS_BESIDE_THE_SIGNATURE = 2
"""A Header and a Body."""

# In the expressions `_` at the end of a line is white space that may be there, and `P` the prefix.
# A carriage return is none of it: what line breaks become is the parser's affair. None of it is
# ever given back: two of them in a row would try every way to share a megabyte of spaces.
_SIGNATURE = r"""
(?P<signature>(?P<head><PSignature(?P<declared>[ ]xmlns(?::ds)?="{ds}")?>_
<PSignedInfo>_
<PCanonicalizationMethod[ ]Algorithm="{c14n}"(?:[ ]?/>|></PCanonicalizationMethod>)_
<PSignatureMethod[ ]Algorithm="{ecdsa}"(?:[ ]?/>|></PSignatureMethod>)_
<PReference[ ]URI="">_
<PTransforms>_
<PTransform[ ]Algorithm="{enveloped}"(?:[ ]?/>|></PTransform>)_
</PTransforms>_
<PDigestMethod[ ]Algorithm="{sha256}"(?:[ ]?/>|></PDigestMethod>)_
<PDigestValue>)(?P<digest>[A-Za-z0-9+/=]*)
(?P<foot></PDigestValue>_
</PReference>_
</PSignedInfo>)_
<PSignatureValue>(?P<value>[A-Za-z0-9+/=&\#;\x20\t\n]*)</PSignatureValue>_
<PKeyInfo>_
<PX509Data>_
<PX509IssuerSerial>_
<PX509IssuerName>(?P<issuer>[\x20-%'-;=?-~]*)</PX509IssuerName>_
<PX509SerialNumber>(?P<serial>[1-9][0-9]{{0,48}})</PX509SerialNumber>_
</PX509IssuerSerial>_
</PX509Data>_
</PKeyInfo>_
</PSignature>)[ \t\r\n]*+</(?:sr:)?Request[ \t\r\n]*+>[ \t\r\n]*+
"""

# The canonical text of a document up to the content of its Body. The attributes of an element
# are in it in a fixed order, the namespaces that it declares first.
_FRAME_FORM = r"""
(<PRequest(?:[ ]xmlns[^=<>"\s]*="[^"<]*")*)
[ ]schemaVersion="[0-9]{{1,3}}(?:\.[0-9]{{1,3}})?"(?:[ ][^=<>"\s]+="[^"<]*")*>_
<PHeader>_
<PRequestID>_
(({eui64}):{eui64}:(0|[1-9][0-9]{{0,19}}))_
</PRequestID>_
(?:<PFirstInSequence>(?:true|false|0|1)</PFirstInSequence>)?_
<PCommandVariant>_
([1-9])_
</PCommandVariant>_
<PServiceReference>([0-9]{{1,2}}\.[0-9]{{1,2}})</PServiceReference>_
<PServiceReferenceVariant>([0-9.]{{3,8}})</PServiceReferenceVariant>_
</PHeader>_
<PBody>
"""


def _compiled(expression: str, prefix: str) -> re.Pattern[bytes]:
    text = expression.replace("_\n", r"[ \t\n]*+" + "\n").format(
        ds=re.escape(DS),
        c14n=re.escape(EXCLUSIVE_C14N),
        ecdsa=re.escape(ECDSA_SHA256),
        enveloped=re.escape(ENVELOPED_SIGNATURE),
        sha256=re.escape(SHA256),
        eui64=EUI64_IN_MESSAGES,
    )
    prefixed = re.sub(r"(</?)P(?=[A-Z])", rf"\g<1>{prefix}", text)
    return re.compile(prefixed.encode(), re.VERBOSE)


_DS_SIGNATURE = _compiled(_SIGNATURE, "ds:")
_BARE_SIGNATURE = _compiled(_SIGNATURE, "")
_SR_FRAME = _compiled(_FRAME_FORM, "sr:")
_BARE_FRAME = _compiled(_FRAME_FORM, "")
_DS_DECLARATION = f' xmlns:ds="{DS}"'.encode()
_BARE_DECLARATION = f' xmlns="{DS}"'.encode()


def read_express(message: bytes, *, size_limit: int) -> tuple[Message, SignatureForm] | None:
    """Read a message that is spelled as usual, or return None; that says nothing against it."""
    signature = _find_signature(message) if len(message) <= size_limit else None
    if signature is None:
        return None
    rest = _without(message, signature.start(), signature.end("signature"))
    start = plain_start(rest)
    if start is None:
        return None
    try:
        return _read_rest(rest, start, signature)
    except (etree.XMLSyntaxError, MessageRefusedError):
        return None


def _find_signature(message: bytes) -> re.Match[bytes] | None:
    """Match the Signature where it is if it is as usual: right before the end of the root."""
    position = message.rfind(b"CanonicalizationMethod")
    position = message.rfind(b"Signature", 0, max(position, 0))
    if message.startswith(b"<ds:", max(position - 4, 0)):
        return _DS_SIGNATURE.fullmatch(message, position - 4)
    return _BARE_SIGNATURE.fullmatch(message, max(position - 1, 0))


def _without(message: bytes, start: int, end: int) -> bytes:
    """Return a message without the octets from `start` to `end`; none where that joins others."""
    if message[start - 1 : start] + message[end : end + 1] == b"\r\n":
        return b""
    return message[:start] + message[end:]


def _read_rest(
    rest: bytes, start: int, signature: re.Match[bytes]
) -> tuple[Message, SignatureForm] | None:
    """Read a message without its Signature, which was `signature`; its root is at `start`."""
    root = parse_octets(rest)
    if (
        root.tag != _REQUEST_TAG
        or len(root) != _PARTS_BESIDE_THE_SIGNATURE
        or len(body := root[1]) != 1
        # A processing instruction, or another signature.
        or next(root.iter(etree.PI, SIGNATURE_TAG), None) is not None
    ):
        return None
    text = canonical_text(rest, start)
    if text is None or len(rest) > SIMPLE_SIZE:
        require_little_work(rest, root, huge=is_huge(rest))
    if text is None:
        text = canonical(root)
    frame = _SR_FRAME.match(text) or _BARE_FRAME.match(text)
    if frame is None:
        return None
    header = _read_header(frame)
    form = _read_form(signature, frame[1], hashlib.sha256(text).digest())
    if header is None or form is None:
        return None
    content = body[0]
    is_signed_pre_command = content.tag == _SIGNED_PRE_COMMAND_TAG
    message = Message(
        root=root,
        header=header,
        body=content,
        is_signed_pre_command=is_signed_pre_command,
        signature=None,
        signature_fault=None,
    )
    return message, form


def _read_header(frame: re.Match[bytes]) -> Header | None:
    _, request_id, originator, counter, command_variant, reference, variant = frame.groups()
    if len(counter) == len(MAX_COUNTER) and counter.decode() > MAX_COUNTER:
        return None
    service_reference = reference.decode()
    service_reference_variant = variant.decode()
    if service_reference_of(service_reference_variant) != service_reference:
        return None
    return Header(
        request_id_text=request_id.decode(),
        business_originator_id=Eui64(originator.decode().upper()),
        command_variant=int(command_variant),
        service_reference=service_reference,
        service_reference_variant=service_reference_variant,
    )


def _read_form(
    signature: re.Match[bytes], opening: bytes, document_digest: bytes
) -> SignatureForm | None:
    """Read a Signature in a root of which the tag starts with `opening`, in canonical form."""
    _, head, declared, digest, foot, value, issuer, serial = signature.groups()
    declaration = _DS_DECLARATION if head.startswith(b"<ds:") else _BARE_DECLARATION
    if declared != declaration and declaration not in opening:
        return None
    if len(head) > _LONGEST_HEAD:
        return None
    if binascii.b2a_base64(document_digest, newline=False) != digest:
        return None
    r, s = parse_signature_value(value.replace(b"&#13;", b""))
    return SignatureForm(
        document_digest=document_digest,
        digest_value=document_digest,
        signed_info=b"%b%b%b" % (_canonical_head(head), digest, foot),
        r=r,
        s=s,
        issuer=parse_issuer(issuer.decode()),
        serial=int(serial),
    )


@lru_cache(maxsize=1024)
def _canonical_head(head: bytes) -> bytes:
    """Return a canonical SignedInfo up to the text of its DigestValue.

    There are hardly ever more than two or three of them, so that they are remembered.
    """
    is_prefixed = head.startswith(b"<ds:")
    inner = head[head.index(b"SignedInfo>") + len(b"SignedInfo>") :]
    opened = re.sub(rb'<((?:ds:)?[A-Za-z]+)( Algorithm="[^"]*") ?/>', rb"<\1\2></\1>", inner)
    # By itself, and exclusively, SignedInfo declares the one namespace that it uses.
    if is_prefixed:
        return b"<ds:SignedInfo" + _DS_DECLARATION + b">" + opened
    return b"<SignedInfo" + _BARE_DECLARATION + b">" + opened
