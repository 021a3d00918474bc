"""A message that is not valid by a schema is told by its element and its line."""

import unicodedata
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, strategies as st
from lxml import etree

from rules.messages.reading import DUIS, parse_xml
from rules.messages.schema import MessageSchema, SchemaFault

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


def message(content: str, *, version: str = "5.4") -> bytes:
    text = f'<sr:Request xmlns:sr="{DUIS}" schemaVersion="{version}">\n{content}\n</sr:Request>'
    return text.encode()


def fault_of(octets: bytes) -> SchemaFault | None:
    return SCHEMA.fault(parse_xml(octets), octets)


def test_a_valid_message_has_no_fault() -> None:
    assert fault_of(message("<sr:CommandVariant>1</sr:CommandVariant>")) is None


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
    fault = fault_of(message(content))
    assert fault is not None
    assert (fault.element, fault.line) == (element, line)
    assert says in fault.says
    assert DUIS not in fault.says


def test_a_fault_names_the_attribute() -> None:
    fault = fault_of(message("<sr:CommandVariant>1</sr:CommandVariant>", version="five"))
    assert fault is not None
    assert (fault.element, fault.line) == ("Request", 1)
    assert fault.says.startswith("its attribute `schemaVersion`:")


def test_the_first_fault_of_several_is_told() -> None:
    fault = fault_of(
        message("<sr:CommandVariant>x</sr:CommandVariant>\n<sr:Body/>\n<sr:More/>", version="y")
    )
    assert fault is not None
    assert fault.line == 1


def test_threads_are_told_of_their_own_message_alone() -> None:
    def ask(number: int) -> bool:
        fault = fault_of(message("\n" * number + f"<sr:E{number}/>"))
        good = fault_of(message("<sr:CommandVariant>1</sr:CommandVariant>"))
        assert fault is not None
        return good is None and (fault.element, fault.line) == (f"E{number}", number + 2)

    with ThreadPoolExecutor(4) as threads:
        assert all(threads.map(ask, range(200)))


def test_the_line_is_that_of_the_octets_however_far_down_it_is() -> None:
    # libxml2 has no line above 65,534 of its own.
    for above in (65_530, 70_000, 200_000):
        value = "<sr:CommandVariant>\n\n300</sr:CommandVariant>"
        fault = fault_of(message("\n" * above + value + "\n" * 9))
        assert fault is not None
        assert (fault.element, fault.line) == ("CommandVariant", above + 2)


def test_the_first_fault_far_down_is_not_hidden_by_another() -> None:
    body = "<sr:CommandVariant>x</sr:CommandVariant>\n<sr:Other/>\n<sr:More/>"
    fault = fault_of(message("\n" * 70_000 + body))
    assert fault is not None
    assert (fault.element, fault.line) == ("CommandVariant", 70_002)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=400))
def test_whatever_a_value_is_its_words_are_short_and_can_be_shown(value) -> None:
    root = etree.fromstring(message("<sr:CommandVariant>0</sr:CommandVariant>"))
    root[0].text = f"x{value}"
    fault = fault_of(etree.tostring(root, encoding="UTF-8"))
    assert fault is not None
    assert fault.element == "CommandVariant"
    assert len(fault.says) <= 201
    assert not any(unicodedata.category(each) in {"Cc", "Zl", "Zp"} for each in fault.says)


@pytest.mark.parametrize("length", [59, 60, 61, 90])
def test_names_are_cut_where_they_are_long(length) -> None:
    name = "n" * length
    cut = name if length <= 60 else f"{name[:60]}…"
    element = fault_of(message(f"<sr:{name}/>"))
    attribute = fault_of(message(f'<sr:CommandVariant {name}="">1</sr:CommandVariant>'))
    assert element is not None
    assert attribute is not None
    assert element.element == cut
    assert attribute.says.startswith(f"its attribute `{cut}`: ")
    assert len(attribute.says) < 300


@pytest.mark.parametrize("name", ["n" * 5_000, "\u1e9e" * 5_000, "a" + "\u1e9e" * 5_000])
def test_a_name_that_libxml2_cuts_off_is_a_fault_of_what_it_is_in(name) -> None:
    fault = fault_of(message(f"\n\n<sr:{name}/>"))
    assert fault is not None
    assert (fault.element, fault.line) == ("Request", 1)
    assert fault.says.startswith("This element is not expected")
