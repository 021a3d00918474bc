"""A schema that an operator supplies is used only once it has proved itself on known messages."""

import os
from pathlib import Path

import pytest
from django.core.checks import run_checks
from django.core.management import CommandError, call_command

from registry.gateways.duis_schema import SchemaUnusableError, duis_schema, load_duis_schema
from rules.messages.reading import read_message
from tests.duis_schema import MAIN, SIGNATURE, write_schema
from tests.rules.messages.builders import Parts, sign


@pytest.fixture
def schema(tmp_path) -> Path:
    return write_schema(tmp_path)


def test_a_schema_that_is_right_about_known_messages_is_loaded_and_used(schema) -> None:
    loaded = load_duis_schema(schema)
    good = sign(Parts().text())
    inventory = Parts(body="<sr:ReadInventory/>", srv="8.2", service_reference="8.2")
    other = sign(inventory.text())
    assert loaded.fault(read_message(good).root, good) is None
    fault = loaded.fault(read_message(other).root, other)
    assert fault is not None
    assert (fault.element, fault.line) == ("ReadInventory", 10)


UNUSABLE = {
    "is missing": (lambda path: path.unlink(), "cannot be read"),
    "is no XML": (lambda path: path.write_text("no"), "is no XML"),
    "is no schema": (lambda path: path.write_text("<a/>"), "is no XML schema"),
    "is another schema": (lambda path: path.write_text(SIGNATURE), "refuses a message"),
    "misses an import": (lambda path: (path.parent / "signature.xsd").unlink(), "cannot be read"),
    "imports a name with a space": (
        lambda path: path.write_text(MAIN.replace("signature.xsd", "DUIS Signature.xsd")),
        "a name with a space, which libxml2 leaves out silently",
    ),
    "imports from the network": (
        lambda path: path.write_text(MAIN.replace("signature.xsd", "http://h.test/a.xsd")),
        "not a file of its folder",
    ),
    "imports from elsewhere": (
        lambda path: path.write_text(MAIN.replace("signature.xsd", "../signature.xsd")),
        "not a file of its folder",
    ),
    "has no location for its import": (
        lambda path: path.write_text(MAIN.replace(' schemaLocation="signature.xsd"', "")),
        "is no XML schema",
    ),
    "lets any Body pass": (
        lambda path: path.write_text(
            MAIN.replace(
                '<xs:element name="ReadInstantaneousImportRegisters">',
                '<xs:any processContents="skip"/><xs:element name="Never" minOccurs="0">',
            )
        ),
        "lets a message pass",
    ),
    "wants the signature there": (
        lambda path: path.write_text(MAIN.replace(' minOccurs="0"', "")),
        "refuses a message",
    ),
    "lets any signature pass": (
        lambda path: path.write_text(
            MAIN.replace(
                '<xs:element ref="ds:Signature" minOccurs="0"/>',
                '<xs:any namespace="##other" processContents="skip" minOccurs="0"/>',
            )
        ),
        "lets a message pass",
    ),
}


@pytest.mark.parametrize(("spoil", "says"), UNUSABLE.values(), ids=UNUSABLE)
def test_a_schema_that_cannot_be_trusted_is_refused_in_one_line(schema, spoil, says) -> None:
    spoil(schema)
    with pytest.raises(SchemaUnusableError, match=says) as raised:
        load_duis_schema(schema)
    assert "\n" not in str(raised.value)
    assert str(schema.parent) in str(raised.value)


def test_without_the_setting_there_is_none(settings) -> None:
    settings.DUIS_SCHEMA = ""
    assert duis_schema() is None


def test_the_setting_names_it_and_it_is_loaded_once(settings, schema) -> None:
    settings.DUIS_SCHEMA = str(schema)
    assert duis_schema() is duis_schema() is not None


def test_a_schema_that_cannot_be_used_is_a_fault_at_the_start(settings, schema) -> None:
    settings.DUIS_SCHEMA = str(schema)
    assert [found for found in run_checks() if found.id == "portal.E003"] == []
    settings.DUIS_SCHEMA = str(schema.parent / "nothing.xsd")
    (found,) = [found for found in run_checks() if found.id == "portal.E003"]
    assert "nothing.xsd: it cannot be read" in found.msg
    with pytest.raises(CommandError, match=r"nothing\.xsd"):
        call_command("check")


@pytest.mark.skipif(
    not os.environ.get("DUIS_SCHEMA"), reason="DUIS_SCHEMA does not name the DCC's schema"
)
def test_the_dccs_own_schema_proves_itself() -> None:
    loaded = load_duis_schema(Path(os.environ["DUIS_SCHEMA"]))
    good = sign(Parts().text())
    assert loaded.fault(read_message(good).root, good) is None
    bad = sign(Parts(body="<sr:NoSuchService/>").text())
    fault = loaded.fault(read_message(bad).root, bad)
    assert fault is not None
    assert (fault.element, fault.line) == ("NoSuchService", 10)
