"""One spelling for each issuer, whatever a KeyInfo makes of its name."""

import re

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID
from hypothesis import given, strategies as st

from rules.messages.names import MAX_LENGTH, IssuerNameError, normalise_issuer

Z1 = "CN=Z1,OU=07"


@pytest.mark.parametrize(
    "spelling",
    [
        "CN=Z1,OU=07",
        "OU=07,CN=Z1",
        "OU=07, CN=Z1",
        "CN=Z1 , OU=07",
        " cn = Z1 ,\n ou = 07 ",
        "CN=Z1;OU=07",
        'CN="Z1",OU="07"',
        'CN="Z1" , OU=07',
        r"CN=Z\31,OU=07",
        r"CN=\5A\31,OU=07",
        "2.5.4.3=Z1,2.5.4.11=07",
        "OID.2.5.4.3=Z1,oid.2.5.4.11=07",
        "CN=#0c025a31,OU=#0C023037",
        "2.5.4.3=#13025a31,OU=07",
        r"CN=Z1\ ,OU=07",
        r"OU=07,CN=Z1\ ",
        "OU=07,CN=Z1 \n",
    ],
)
def test_every_spelling_of_a_name_is_one_name(spelling):
    assert normalise_issuer(spelling) == Z1


@pytest.mark.parametrize(
    "other",
    [
        "CN=z1,OU=07",
        "CN=Z1,OU=7",
        "CN=Z1,OU=07,OU=07",
        "CN=Z1+OU=07",
        "CN=Z 1,OU=07",
        "CN=Z1",
        "CN=Z1,O=07",
        r"CN=Z1\,OU=07",
        "CN=#0c035a31,OU=07",
        "CN=#04025a31,OU=07",
        "CN=#0c01ff,OU=07",
        "CN=#0c,OU=07",
        "CN=#0c7f" + "5a31" * 100 + ",OU=07",
        r"CN=\#0c025a31,OU=07",
    ],
)
def test_what_is_another_name_stays_another_name(other):
    assert normalise_issuer(other) != Z1


def test_spaces_within_a_value_count_as_one_and_around_it_as_none():
    assert normalise_issuer("CN=  My   Own  CA ,OU=07") == "CN=My Own CA,OU=07"


def test_the_values_of_one_rdn_stay_together():
    assert normalise_issuer("OU=07+CN=Z1,O=DCC") == normalise_issuer("O=DCC,CN=Z1+OU=07")
    assert normalise_issuer("OU=07+CN=Z1,O=DCC") != normalise_issuer("OU=07,CN=Z1,O=DCC")


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "CN",
        "CN=",
        "CN= ,OU=07",
        "=Z1",
        "Z1",
        "CN=Z1,",
        ",CN=Z1",
        "CN=Z1,,OU=07",
        'CN=Z"1',
        'CN="Z1',
        'CN="Z1"x',
        "CN=Z1\\",
        r"CN=\zz",
        r"CN=\ff",
        "CN=a\x00b",
        "CN=a\x7fb",
        r"CN=a\00b",
        "/OU=07/CN=Z1",
        "CN=" + "x" * MAX_LENGTH,
    ],
)
def test_what_is_no_name_is_refused(text):
    with pytest.raises(IssuerNameError):
        normalise_issuer(text)


def test_the_longest_name_is_read():
    name = "CN=" + "x" * (MAX_LENGTH - 3)

    assert normalise_issuer(name) == name


@given(st.text(max_size=60))
def test_any_text_is_a_name_or_refused_and_what_comes_out_is_its_own_spelling(text):
    try:
        name = normalise_issuer(text)
    except IssuerNameError:
        return
    assert normalise_issuer(name) == name


_QUOTE = re.compile(r'["\\]')
_ESCAPED = r"\\\g<0>"
_VALUES = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=12
).filter(lambda value: value.strip(" "))


@given(st.lists(st.tuples(st.sampled_from(["CN", "OU", "O"]), _VALUES), min_size=1, max_size=4))
def test_a_certificates_own_name_comes_out_as_a_key_info_writes_it(pairs):
    oids = {
        "CN": NameOID.COMMON_NAME,
        "OU": NameOID.ORGANIZATIONAL_UNIT_NAME,
        "O": NameOID.ORGANIZATION_NAME,
    }
    name = x509.Name([x509.NameAttribute(oids[kind], value) for kind, value in pairs])
    quoted = [f'{kind.lower()} = "{_QUOTE.sub(_ESCAPED, value)}"' for kind, value in pairs]

    assert (
        normalise_issuer(name.rfc4514_string())
        == normalise_issuer(" , ".join(quoted))
        == normalise_issuer(";".join(reversed(quoted)))
    )
