"""Signature wrapping in all its known shapes, and the Signature where it does not belong.

The classic ones (McIntosh and Austel 2005; Somorovsky et al. 2012, XSW1 to XSW8) keep the signed
document somewhere so that a verifier finds it, and put another where the reader looks. `EVIL` is
what the attacker wants to be read.
"""

from rules.messages.refusals import MessageReason as M
from rules.service_requests.reasons import CheckReason as C
from tests.attacks.messages.making import (
    DECLARATION,
    DOCUMENT,
    SIGNATURE,
    TEXT,
    UNSIGNED,
    Attack,
    attackers,
    changed,
    signed,
)
from tests.rules.messages.builders import DS, DUIS, MESSAGE, OTHER_KEY, Parts, sign

_EVIL_HEADER = (
    Parts(srv="8.1.1", service_reference="8.1").text().partition("<sr:Header>")[2]
).partition("</sr:Header>")[0]
_EVIL_HEADER = f"<sr:Header>{_EVIL_HEADER}</sr:Header>"
_EVIL_BODY = "<sr:Body><sr:UpdateFirmware/></sr:Body>"
_ROOT = f'<sr:Request xmlns:ds="{DS}" xmlns:sr="{DUIS}" schemaVersion="5.4">'
_OBJECT = "<ds:Object>{}</ds:Object></ds:Signature>".format


def _evil(*parts: str) -> bytes:
    """Return a root with the evil Header and Body, and what else is given."""
    return f"{DECLARATION}{_ROOT}{_EVIL_HEADER}{_EVIL_BODY}{''.join(parts)}</sr:Request>".encode()


def _around(inside: str, *after: str) -> bytes:
    """Return an evil root with something inside its Body."""
    body = f"<sr:Body>{inside}</sr:Body>"
    return f"{DECLARATION}{_ROOT}{_EVIL_HEADER}{body}{''.join(after)}</sr:Request>".encode()


def _with(signature: str) -> bytes:
    """Return the victim's document with another Signature in place of its own."""
    return TEXT.replace(SIGNATURE, signature).encode()


def _in_object(content: str) -> str:
    return SIGNATURE.replace("</ds:Signature>", _OBJECT(content))


WRAPPED: dict[str, Attack] = {
    "the signed document in an Object, under an evil root (XSW1)": (
        _evil(_in_object(DOCUMENT)),
        M.SIGNATURE_NOT_SINGLE,
    ),
    "the document without its signature in an Object (XSW1)": (
        _evil(_in_object(UNSIGNED)),
        M.SIGNATURE_STRUCTURE,
    ),
    "the document before its signature, under an evil root (XSW2)": (
        _evil(UNSIGNED, SIGNATURE),
        M.REQUEST_MALFORMED,
    ),
    "an evil part before the signed ones (XSW3)": (
        TEXT.replace("<sr:Header>", f"{_EVIL_HEADER}<sr:Header>", 1).encode(),
        M.REQUEST_MALFORMED,
    ),
    "an evil Body before the signed one": (
        TEXT.replace("<sr:Body>", f"{_EVIL_BODY}<sr:Body>", 1).encode(),
        M.REQUEST_MALFORMED,
    ),
    "an evil Body after the signed one": (
        TEXT.replace("</sr:Body>", f"</sr:Body>{_EVIL_BODY}", 1).encode(),
        M.REQUEST_MALFORMED,
    ),
    "an evil Body after the signature": (
        TEXT.replace("</ds:Signature>", f"</ds:Signature>{_EVIL_BODY}", 1).encode(),
        M.REQUEST_MALFORMED,
    ),
    "the signed document inside the Body, its signature outside (XSW4)": (
        _around(UNSIGNED, SIGNATURE),
        C.DIGEST_MISMATCH,
    ),
    "the signed document inside the Body, with its signature": (
        _around(DOCUMENT),
        M.SIGNATURE_MISPLACED,
    ),
    "the signed document inside the Body, and its signature again (XSW5)": (
        _around(DOCUMENT, SIGNATURE),
        M.SIGNATURE_NOT_SINGLE,
    ),
    "the signed document behind the evil parts (XSW5)": (
        _evil(SIGNATURE, UNSIGNED),
        M.REQUEST_MALFORMED,
    ),
    "the signed document in an Object of its signature (XSW6)": (
        _with(_in_object(UNSIGNED)),
        M.SIGNATURE_STRUCTURE,
    ),
    "the signed document in an extension of the evil one (XSW7)": (
        _around(f"<sr:Extensions>{UNSIGNED}</sr:Extensions>", SIGNATURE),
        C.DIGEST_MISMATCH,
    ),
    "the evil parts in an Object (XSW8)": (
        _with(_in_object(f"{_EVIL_HEADER}{_EVIL_BODY}")),
        M.SIGNATURE_STRUCTURE,
    ),
    "an envelope around the signed document": (
        f'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body>{DOCUMENT}'
        "</s:Body></s:Envelope>".encode(),
        M.UNKNOWN_ROOT,
    ),
    "a root of another kind around the signed parts": (
        TEXT.replace("sr:Request", "sr:Response").encode(),
        M.UNKNOWN_ROOT,
    ),
    "a root of another namespace around the signed parts": (
        changed(DUIS, f"{DUIS}/"),
        M.UNKNOWN_ROOT,
    ),
    "the signed document as the content of an entity-like text": (
        _around(DOCUMENT.replace("<", "&lt;"), SIGNATURE),
        M.BODY_MALFORMED,
    ),
    "the signed document in a comment of an evil one": (
        _evil(f"<!--{DOCUMENT}-->", SIGNATURE),
        C.DIGEST_MISMATCH,
    ),
    "the signed document in a CDATA section of an evil one": (
        _around(f"<sr:X><![CDATA[{DOCUMENT}]]></sr:X>", SIGNATURE),
        C.DIGEST_MISMATCH,
    ),
}

MOVED: dict[str, Attack] = {
    "the signature before the Header": (
        TEXT.replace(SIGNATURE, "").replace("<sr:Header>", f"{SIGNATURE}<sr:Header>").encode(),
        M.SIGNATURE_MISPLACED,
    ),
    "the signature between the parts": (
        TEXT.replace(SIGNATURE, "").replace("<sr:Body>", f"{SIGNATURE}<sr:Body>").encode(),
        M.SIGNATURE_MISPLACED,
    ),
    "the signature in the Header": (
        TEXT.replace(SIGNATURE, "").replace("</sr:Header>", f"{SIGNATURE}</sr:Header>").encode(),
        M.HEADER_MALFORMED,
    ),
    "the signature in a value of the Header": (
        TEXT.replace(SIGNATURE, "").replace(">4.1.1<", f">4.1.1{SIGNATURE}<").encode(),
        M.HEADER_MALFORMED,
    ),
    "the signature in the Body": (
        TEXT.replace(SIGNATURE, "").replace("</sr:Body>", f"{SIGNATURE}</sr:Body>").encode(),
        M.BODY_MALFORMED,
    ),
    "the signature deep in the Body": (
        Parts(signature=" ", body=f"<sr:X><sr:Y>{SIGNATURE}</sr:Y></sr:X>").text().encode(),
        M.SIGNATURE_MISPLACED,
    ),
    "the signature within another element": (
        _with(f"<sr:Security>{SIGNATURE}</sr:Security>"),
        M.REQUEST_MALFORMED,
    ),
    "the signature as the root": (
        f"{DECLARATION}{_in_object(UNSIGNED)}".replace(
            "<ds:Signature", f'<ds:Signature xmlns:ds="{DS}"', 1
        ).encode(),
        M.UNKNOWN_ROOT,
    ),
    "the signature in a comment": (_with(f"<!--{SIGNATURE}-->"), M.SIGNATURE_MISSING),
    "the signature in a CDATA section": (_with(f"<![CDATA[{SIGNATURE}]]>"), M.SIGNATURE_MISSING),
    "the signature in an instruction": (_with(f"<?x {SIGNATURE}?>"), M.PROCESSING_INSTRUCTION),
    "the signature behind the root": (
        (TEXT.replace(SIGNATURE, "") + SIGNATURE).encode(),
        M.NOT_WELL_FORMED,
    ),
    "the signature behind the root, in a comment that ends as a root": (
        (TEXT.replace(SIGNATURE, "") + f"<!--{SIGNATURE}</sr:Request>-->").encode(),
        M.SIGNATURE_MISSING,
    ),
    "the signature behind the root, in an instruction that ends as a root": (
        (TEXT.replace(SIGNATURE, "") + f"<?x {SIGNATURE}</sr:Request>\n?>").encode(),
        M.PROCESSING_INSTRUCTION,
    ),
    "the signature in an attribute of the root": (
        TEXT.replace(SIGNATURE, "")
        .replace("schemaVersion", f"a='{SIGNATURE.replace('<', '&lt;')}' schemaVersion")
        .encode(),
        M.SIGNATURE_MISSING,
    ),
    "the signature in an inner Request that ends the message": (
        _around(DOCUMENT).replace(b"</sr:Body></sr:Request>", b""),
        M.NOT_WELL_FORMED,
    ),
    "no signature": (TEXT.replace(SIGNATURE, "").encode(), M.SIGNATURE_MISSING),
    "an empty signature": (_with("<ds:Signature/>"), M.SIGNATURE_STRUCTURE),
    "a signature of another namespace": (
        _with(SIGNATURE.replace("<ds:Signature ", '<ds:Signature xmlns:ds="urn:x" ')),
        M.REQUEST_MALFORMED,
    ),
    "a signature of another name": (
        _with(
            SIGNATURE.replace("<ds:Signature ", "<ds:Signature2 ").replace(
                "</ds:Signature>", "</ds:Signature2>"
            )
        ),
        M.REQUEST_MALFORMED,
    ),
}

_ATTACKERS_MESSAGE = sign(Parts(signature=attackers()).text(), key=OTHER_KEY).decode()
_ATTACKERS_SIGNATURE = _ATTACKERS_MESSAGE[
    _ATTACKERS_MESSAGE.index("<ds:Signature ") : _ATTACKERS_MESSAGE.index("</ds:Signature>") + 15
]

SEVERAL: dict[str, Attack] = {
    "the victim's signature twice": (_with(SIGNATURE * 2), M.SIGNATURE_NOT_SINGLE),
    "the attacker's signature beside the victim's": (
        _with(f"{SIGNATURE}{_ATTACKERS_SIGNATURE}"),
        M.SIGNATURE_NOT_SINGLE,
    ),
    "the victim's signature beside the attacker's": (
        _with(f"{_ATTACKERS_SIGNATURE}{SIGNATURE}"),
        M.SIGNATURE_NOT_SINGLE,
    ),
    "an empty signature in front": (_with(f"<ds:Signature/>{SIGNATURE}"), M.SIGNATURE_NOT_SINGLE),
    "a signature within the signature": (
        _with(_in_object(_ATTACKERS_SIGNATURE)),
        M.SIGNATURE_NOT_SINGLE,
    ),
    "a signature within SignedInfo": (
        changed("<ds:SignedInfo>", "<ds:SignedInfo><ds:Signature/>"),
        M.SIGNATURE_NOT_SINGLE,
    ),
    "a signature within KeyInfo": (
        changed("<ds:KeyInfo>", f"<ds:KeyInfo>{_ATTACKERS_SIGNATURE}"),
        M.SIGNATURE_NOT_SINGLE,
    ),
    "a signature within the Header": (
        changed("<sr:Header>", "<sr:Header><ds:Signature/>"),
        M.HEADER_MALFORMED,
    ),
    "a signature within the Body that the victim signed too": (
        signed(body="<sr:X><ds:Signature/></sr:X>"),
        M.SIGNATURE_NOT_SINGLE,
    ),
    "a signature counter-signed": (
        changed("</ds:SignatureValue>", f"{_ATTACKERS_SIGNATURE}</ds:SignatureValue>"),
        M.SIGNATURE_NOT_SINGLE,
    ),
    "SignedInfo twice": (
        changed(
            "</ds:SignedInfo>",
            "</ds:SignedInfo><ds:SignedInfo/>",
        ),
        M.SIGNATURE_STRUCTURE,
    ),
    "SignatureValue twice": (
        changed("<ds:KeyInfo>", "<ds:SignatureValue>AAAA</ds:SignatureValue><ds:KeyInfo>"),
        M.SIGNATURE_STRUCTURE,
    ),
    "KeyInfo twice": (
        changed("<ds:KeyInfo>", "<ds:KeyInfo/><ds:KeyInfo>"),
        M.SIGNATURE_STRUCTURE,
    ),
    "text in the signature": (
        changed("<ds:KeyInfo>", "x<ds:KeyInfo>"),
        M.SIGNATURE_STRUCTURE,
    ),
    "the victim's signature on another document": (
        Parts(srv="8.1.1", service_reference="8.1", signature=SIGNATURE).text().encode(),
        C.DIGEST_MISMATCH,
    ),
    "another counter in the RequestID": (changed(":1010<", ":1011<"), C.DIGEST_MISMATCH),
    "an attribute added to the root": (
        MESSAGE.replace(b'schemaVersion="5.4"', b'a="" schemaVersion="5.4"'),
        C.DIGEST_MISMATCH,
    ),
    "an element added to the Body": (
        changed("<sr:ReadInstantaneousImportRegisters/>", "<sr:UpdateFirmware/>"),
        C.DIGEST_MISMATCH,
    ),
    "text added to the root": (changed("</sr:Body>", "</sr:Body>x"), C.DIGEST_MISMATCH),
    "text added behind the signature": (
        changed("</ds:Signature>", "</ds:Signature>x"),
        C.DIGEST_MISMATCH,
    ),
}

WRAPPING_ATTACKS = WRAPPED | MOVED | SEVERAL
