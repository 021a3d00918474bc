"""Makes a DUIS schema prove itself on messages of ours, before any other is held to it.

libxml2 leaves an import out silently when it cannot resolve it, as with a file name that has a
space in it, which the DCC's have as published. A schema is used only once it has found a message
valid that is so, and two that are not.
"""

from typing import Final

from rules.messages.reading import DS, DUIS, parse_xml
from rules.messages.schema import MessageSchema

_SIGNATURE: Final = """
  <ds:Signature>
    <ds:SignedInfo>
      <ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>
      <ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"/>
      <ds:Reference URI="">
        <ds:Transforms>
          <ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/>
        </ds:Transforms>
        <ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>
        <ds:DigestValue>AAAA</ds:DigestValue>
      </ds:Reference>
    </ds:SignedInfo>
    <ds:SignatureValue>AAAA</ds:SignatureValue>
    <ds:KeyInfo>
      <ds:X509Data>
        <ds:X509IssuerSerial>
          <ds:X509IssuerName>CN=Z1,OU=07</ds:X509IssuerName>
          <ds:X509SerialNumber>1</ds:X509SerialNumber>
        </ds:X509IssuerSerial>
      </ds:X509Data>
    </ds:KeyInfo>
  </ds:Signature>"""

_SIGNED: Final = f"""<?xml version="1.0" encoding="UTF-8"?>
<sr:Request xmlns:sr="{DUIS}" xmlns:ds="{DS}" schemaVersion="5.4">
  <sr:Header>
    <sr:RequestID>90-B3-D5-1F-30-01-00-00:00-DB-12-34-56-78-90-A0:1010</sr:RequestID>
    <sr:CommandVariant>1</sr:CommandVariant>
    <sr:ServiceReference>4.1</sr:ServiceReference>
    <sr:ServiceReferenceVariant>4.1.1</sr:ServiceReferenceVariant>
  </sr:Header>
  <sr:Body>
    <sr:ReadInstantaneousImportRegisters/>
  </sr:Body>{_SIGNATURE}
</sr:Request>
"""

_GOOD: Final = (_SIGNED, _SIGNED.replace(_SIGNATURE, ""))
"""Valid by the DUIS schema, and by what it imports: the one for XML signatures.

Without its Signature too, which is how most messages are held to it."""

_BAD: Final = (
    _SIGNED.replace("sr:ReadInstantaneousImportRegisters", "sr:NoServiceRequestAtAll"),
    _SIGNED.replace("<ds:DigestValue>AAAA</ds:DigestValue>", ""),
)
"""Not valid: by the schema itself, and by what it imports."""

_GIVE_ALL = "give the whole DUIS schema with all that it imports"


class SchemaUnprovenError(ValueError):
    """A schema is wrong about a known message; the text is a line that begins with a verb."""


def require_proven(schema: MessageSchema) -> None:
    """Return quietly when a schema is right about messages that are known.

    Raises:
        SchemaUnprovenError: It is wrong about one.
    """
    for good in _GOOD:
        octets = good.encode()
        fault = schema.fault(parse_xml(octets), octets)
        if fault is not None:
            raise SchemaUnprovenError(
                f"refuses a message that is known to be valid, at {fault.element}, line "
                f"{fault.line} ({fault.says}); {_GIVE_ALL}"
            )
    for bad in _BAD:
        octets = bad.encode()
        if schema.fault(parse_xml(octets), octets) is None:
            raise SchemaUnprovenError(
                f"lets a message pass that is known not to be valid; {_GIVE_ALL}"
            )
