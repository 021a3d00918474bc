"""A message that is not valid by a schema is told by its element and its line."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, strategies as st
from lxml import etree

from rules.messages.reading import DUIS, parse_xml
from rules.messages.schema import MessageSchema

_XSD = f"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"
    xmlns:sr="{DUIS}" targetNamespace="{DUIS}" elementFormDefault="qualified">
  <xs:element name="Request">
    <xs:complexType>
      <xs:sequence>
        <xs:element name="CommandVariant" type="xs:unsignedByte"/>
        <xs:element name="Body" minOccurs="0"/>
      </xs:sequence>
      <xs:attribute name="schemaVersion" type="xs:decimal" use="required"/>
    </xs:complexType>
  </xs:element>
</xs:schema>"""
"""Ours, in the manner of DUIS: the DCC's own is not ours to ship."""

SCHEMA = MessageSchema(etree.XMLSchema(etree.fromstring(_XSD)), name="test")


def message(content: str, *, version: str = "5.4") -> etree._Element:
    text = f'<sr:Request xmlns:sr="{DUIS}" schemaVersion="{version}">\n{content}\n</sr:Request>'
    return parse_xml(text.encode())


def test_a_valid_message_has_no_fault() -> None:
    assert SCHEMA.fault(message("<sr:CommandVariant>1</sr:CommandVariant>")) is None


@pytest.mark.parametrize(
    ("content", "element", "line", "says"),
    [
        ("<sr:CommandVariant>300</sr:CommandVariant>", "CommandVariant", 2, "'300'"),
        ("\n\n<sr:Other/>", "Other", 4, "not expected"),
        ("<sr:CommandVariant>1</sr:CommandVariant>\n<sr:Other/>", "Other", 3, "not expected"),
        ("", "Request", 1, "Missing child element"),
    ],
)
def test_a_fault_names_the_element_and_the_line(content, element, line, says) -> None:
    fault = SCHEMA.fault(message(content))
    assert fault is not None
    assert (fault.element, fault.line) == (element, line)
    assert says in fault.says
    assert DUIS not in fault.says


def test_a_fault_names_the_attribute() -> None:
    fault = SCHEMA.fault(message("<sr:CommandVariant>1</sr:CommandVariant>", version="five"))
    assert fault is not None
    assert (fault.element, fault.line) == ("Request", 1)
    assert fault.says.startswith("its attribute `schemaVersion`:")


def test_the_first_fault_of_several_is_told() -> None:
    fault = SCHEMA.fault(
        message("<sr:CommandVariant>x</sr:CommandVariant>\n<sr:Body/>\n<sr:More/>", version="y")
    )
    assert fault is not None
    assert fault.line == 1


def test_threads_are_told_of_their_own_message_alone() -> None:
    def ask(number: int) -> bool:
        fault = SCHEMA.fault(message("\n" * number + f"<sr:E{number}/>"))
        good = SCHEMA.fault(message("<sr:CommandVariant>1</sr:CommandVariant>"))
        assert fault is not None
        return good is None and (fault.element, fault.line) == (f"E{number}", number + 2)

    with ThreadPoolExecutor(4) as threads:
        assert all(threads.map(ask, range(200)))


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=400))
def test_whatever_a_value_is_its_words_are_short_and_can_be_shown(value) -> None:
    root = message("<sr:CommandVariant>0</sr:CommandVariant>")
    root[0].text = f"x{value}"
    fault = SCHEMA.fault(root)
    assert fault is not None
    assert fault.element == "CommandVariant"
    assert len(fault.says) <= 201
    assert "\n" not in fault.says
