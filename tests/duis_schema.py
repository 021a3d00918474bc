"""A schema of the tests' own, in the manner of DUIS: the DCC's own is not ours to ship.

It is so small that of Service Requests only SRV 4.1.1 is valid by it, and that only in the form
that the messages of `tests.signing` and `tests.rules.messages.builders` have; of Responses only
those with a ResponseMessage.
"""

from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from lxml import etree

from rules.messages.reading import DS, DUIS
from rules.messages.schema import MessageSchema

HEADER = """<xs:element name="Header">
          <xs:complexType><xs:sequence>
            <xs:any maxOccurs="9" processContents="skip"/>
          </xs:sequence></xs:complexType>
        </xs:element>"""

MAIN = f"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:sr="{DUIS}"
    xmlns:ds="{DS}" targetNamespace="{DUIS}" elementFormDefault="qualified">
  <xs:import namespace="{DS}" schemaLocation="signature.xsd"/>
  <xs:element name="Request">
    <xs:complexType>
      <xs:sequence>
        {HEADER}
        <xs:element name="Body">
          <xs:complexType><xs:sequence>
            <xs:element name="ReadInstantaneousImportRegisters">
              <xs:complexType/>
            </xs:element>
          </xs:sequence></xs:complexType>
        </xs:element>
        <xs:element ref="ds:Signature" minOccurs="0"/>
      </xs:sequence>
      <xs:attribute name="schemaVersion" type="xs:decimal" use="required"/>
    </xs:complexType>
  </xs:element>
  <xs:element name="Response">
    <xs:complexType>
      <xs:sequence>
        {HEADER}
        <xs:element name="Body">
          <xs:complexType><xs:sequence>
            <xs:element name="ResponseMessage">
              <xs:complexType><xs:sequence>
                <xs:any maxOccurs="9" processContents="skip"/>
              </xs:sequence></xs:complexType>
            </xs:element>
          </xs:sequence></xs:complexType>
        </xs:element>
        <xs:element ref="ds:Signature" minOccurs="0"/>
      </xs:sequence>
      <xs:attribute name="schemaVersion" type="xs:decimal" use="required"/>
    </xs:complexType>
  </xs:element>
</xs:schema>"""

SIGNATURE = f"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:ds="{DS}"
    targetNamespace="{DS}" elementFormDefault="qualified">
  <xs:element name="Signature">
    <xs:complexType><xs:sequence>
      <xs:element name="SignedInfo">
        <xs:complexType><xs:sequence>
          <xs:element name="CanonicalizationMethod"/>
          <xs:element name="SignatureMethod"/>
          <xs:element name="Reference">
            <xs:complexType>
              <xs:sequence>
                <xs:element name="Transforms"/>
                <xs:element name="DigestMethod"/>
                <xs:element name="DigestValue" type="xs:base64Binary"/>
              </xs:sequence>
              <xs:attribute name="URI"/>
            </xs:complexType>
          </xs:element>
        </xs:sequence></xs:complexType>
      </xs:element>
      <xs:element name="SignatureValue"/>
      <xs:element name="KeyInfo"/>
    </xs:sequence></xs:complexType>
  </xs:element>
</xs:schema>"""


def write_schema(folder: Path) -> Path:
    """Write the schema into a folder and return its main file."""
    (folder / "signature.xsd").write_text(SIGNATURE)
    path = folder / "main.xsd"
    path.write_text(MAIN)
    return path


@lru_cache(maxsize=1)
def small_schema() -> MessageSchema:
    with TemporaryDirectory() as folder:
        path = write_schema(Path(folder))
        return MessageSchema(etree.XMLSchema(etree.parse(str(path))), name="the tests' own")
