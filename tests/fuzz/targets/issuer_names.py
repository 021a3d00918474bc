"""Names of issuers as a KeyInfo spells them: one spelling comes out, which is its own spelling."""

from rules.messages.names import MAX_LENGTH, IssuerNameError, normalise_issuer
from tests.fuzz.target import Target


def hold(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    try:
        name = normalise_issuer(text)
    except IssuerNameError:
        return
    assert "\n" not in name
    if len(name) <= MAX_LENGTH:
        assert normalise_issuer(name) == name
    # Turned around, spaced out and with the other separator it is the same name.
    if "\\" not in name and "+" not in name and len(name) < MAX_LENGTH // 2:
        assert normalise_issuer(" ; ".join(reversed(name.split(",")))) == name


TARGET = Target(
    hold=hold,
    seeds=(
        b"CN=Z1,OU=07",
        b"OU=07, CN = Z1",
        b"ou=07;cn=Z1",
        b"2.5.4.3=Z1,OID.2.5.4.11=07",
        b"CN=#0C025A31,OU=#13023037",
        b"CN=#04025a31",
        b'CN="Z1, of \\"them\\"",OU=07',
        b"CN=a\\,b\\+c\\ ,OU=\\#07",
        b"CN=\\C3\\9F+OU=07,DC=x",
        "CN=\u00d6,OU=07".encode(),
    ),
    words=(b"CN=", b"OU=", b"OID.", b"\\", b'"', b"#0C", b"2.5.4.3=", b"\\C3\\9F", b" ", b"+"),
    longest=1_200,
)
