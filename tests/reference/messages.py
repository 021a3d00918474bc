"""Messages of every kind: Service Requests and Signed Pre-Commands, right ones and wrong ones."""

import re
from dataclasses import dataclass

from hypothesis import strategies as st

from rules.identifiers import Eui64
from rules.messages.gbcs import GbcsReason
from tests.reference.choosing import mostly
from tests.reference.registers import DEVICE_KEYS, SERIALS, SRVS, USER_IDS
from tests.reference.tables import ELEMENT, KIND, SRVS_OF_CODE
from tests.rules.messages.builders import (
    DS,
    DUIS,
    KEY,
    OTHER_KEY,
    SERIAL,
    TARGET,
    Parts,
    Sig,
    sign,
)
from tests.rules.messages.credentials_builders import (
    NOT_OF_ONE_ALONE,
    credential,
    update_credentials,
)
from tests.rules.messages.gbcs_builders import SUPPLIER_KEY, payload, pre_command
from tests.rules.messages.mutations import mutated
from tests.rules.messages.vectors_gbcs import IN_XML, MALFORMED
from tests.rules.service_requests.contingency_world import (
    CREDIT,
    FAILED,
    NOT_CREDIT_ALONE,
    PREPAYMENT,
    cancelled,
)
from tests.rules.service_requests.world import SRP_USER_ID, USER_ID

_ISSUERS = (
    "OU=07, CN=TESTOCA",
    "cn=TESTOCA;ou=07",
    '2.5.4.3="TESTOCA" , OID.2.5.4.11=07',
    "CN=TEST\\OCA,OU=07",
    "CN=testoca,OU=07",
    "CN=TESTOCA+OU=07",
    "CN=ANOTHER,OU=07",
)
_CREDIT_AND_MORE = (
    PREPAYMENT,
    cancelled(CREDIT),
    cancelled(PREPAYMENT),
    "<sr:UpdatePaymentMode/>",
    CREDIT.replace("<sr:Credit/>", "<sr:Credit/><sr:Credit/>"),
    CREDIT.replace("<sr:Credit/>", "<sr:Credit><sr:Prepayment/></sr:Credit>"),
    CREDIT.replace("<sr:Credit/>", "<sr:Credit> <!-- x --> </sr:Credit>"),
    CREDIT.replace("<sr:Credit/>", "\n<!-- x -->\n<sr:Credit></sr:Credit>\n"),
    CREDIT.replace("<sr:Credit/>", "Credit"),
    CREDIT.replace("<sr:Credit/>", "<sr:Credit/><sr:ExecutionDateTime/>"),
    *NOT_CREDIT_ALONE,
)
_UPDATES = (
    update_credentials(credential("03"), credential("03", usage="keyAgreement")),
    update_credentials(credential("02"), role="Supplier"),
    update_credentials(credential("02")),
    update_credentials(credential("03"), role="Supplier"),
    update_credentials(credential("03"), credential("02")),
    update_credentials("QUJD"),
    update_credentials(),
    *NOT_OF_ONE_ALONE,
)


@dataclass(frozen=True)
class Sent:
    """A message, and by whom and for which Supplier it was made."""

    message: bytes
    is_changed: bool
    """Whether it was changed after it was signed, into whatever came of that."""
    signer: Eui64
    originator: Eui64
    supplier: Eui64
    """In whose name: of SolrContingency the failed Supplier, else the originator."""
    srv: str
    is_smets1: bool


@dataclass(frozen=True)
class Plan:
    """What is to be sent: by whom, as what, to which generation of Device."""

    is_providers: bool
    srv: str
    command_variant: str
    is_smets1: bool = False
    has_readable_payload: bool = True


@st.composite
def _anything(draw: st.DrawFn) -> Plan:
    srv = draw(st.one_of(st.sampled_from(SRVS), st.sampled_from([*KIND, "98.7", "4.1.9"])))
    is_smets1 = draw(st.booleans())
    variant = draw(_command_variant(srv, is_smets1=is_smets1))
    return Plan(draw(mostly(False, True)), srv, variant, is_smets1)  # noqa: FBT003


def _plans(
    srvs: st.SearchStrategy[str],
    variants: str,
    *,
    is_providers: bool = False,
    generations: tuple[bool, ...] = (False,),
    has_readable_payload: bool = True,
) -> st.SearchStrategy[Plan]:
    return st.builds(
        Plan,
        st.just(is_providers),
        srvs,
        st.sampled_from(variants),
        st.sampled_from(generations),
        st.just(has_readable_payload),
    )


_OF_PROVIDERS = mostly("1.6", "2.1", of=4)
PATHS: dict[str, st.SearchStrategy[Plan]] = {
    "anything": _anything(),
    "a Signed Pre-Command": _plans(
        st.sampled_from(["1.6", "2.1", "7.2", "8.7.1"]), "567", generations=(False,) * 9 + (True,)
    ),
    "one by a Shared Resource Provider": _plans(_OF_PROVIDERS, "567", is_providers=True),
    "one that cannot be read": _plans(
        st.just("1.6"), "5", is_providers=False, has_readable_payload=False
    ),
    "one by a provider that cannot be read": _plans(
        st.just("1.6"), "5", is_providers=True, has_readable_payload=False
    ),
    "a provider's request, to be transformed": _plans(_OF_PROVIDERS, "4", is_providers=True),
    "a provider's request, SMETS1": _plans(
        mostly("1.6", *SRVS, of=3), "14", is_providers=True, generations=(True,)
    ),
    "from a shared Communications Hub": _plans(
        st.sampled_from(["8.7.2", "8.12.2"]), "123", generations=(False, True)
    ),
    "Critical, SMETS1": _plans(
        st.sampled_from(["6.15.1", "6.15.1", "8.7.1", "1.6"]), "14", generations=(True,)
    ),
}
"""The ways that a message can go through the checks, each chosen as often."""


@st.composite
def messages(draw: st.DrawFn, paths: tuple[str, ...] = tuple(PATHS)) -> Sent:
    """A message that is signed as it is, and now and then changed afterwards."""
    plan = draw(PATHS[draw(st.sampled_from(paths))])
    signer = SRP_USER_ID if plan.is_providers else USER_ID
    supplier = draw(mostly(FAILED, *USER_IDS, of=2)) if plan.is_providers else signer
    originator = draw(mostly(supplier, signer, *USER_IDS, of=3))
    body = draw(_body(plan, maker=supplier if plan.is_providers else originator))
    text = Parts(
        request_id=f"{originator}:{TARGET}:{draw(st.integers(0, 2**64 - 1))}",
        command_variant=plan.command_variant,
        srv=plan.srv,
        service_reference=".".join(plan.srv.split(".")[:2]),
        body=body,
        signature=draw(_signature(SERIALS[signer])),
    ).text()
    key = draw(mostly(OTHER_KEY if plan.is_providers else KEY, SUPPLIER_KEY, of=40))
    signed = sign(draw(_spelled(text)), key=key)
    message = draw(_maybe_changed(signed))
    return Sent(message, message != signed, signer, originator, supplier, plan.srv, plan.is_smets1)


def _command_variant(srv: str, *, is_smets1: bool) -> st.SearchStrategy[str]:
    usual = {
        "critical": ["1", "4"] if is_smets1 else ["4", "5", "6", "7"],
        "non-critical": ["1", "2", "3"],
        "non-device": ["8"],
    }[KIND.get(srv, "non-critical")]
    return st.sampled_from(usual * 6 + list("123456789"))


@st.composite
def _body(draw: st.DrawFn, plan: Plan, maker: str) -> str:
    if not plan.has_readable_payload:
        return draw(st.sampled_from(_UNREADABLE).flatmap(st.sampled_from))
    is_pre_command = plan.command_variant in "567"
    if draw(mostly(is_pre_command, not is_pre_command, of=30)):
        return draw(_signed_pre_command(plan.srv, maker))
    return draw(_service_request(plan.srv))


def _service_request(srv: str) -> st.SearchStrategy[str]:
    right = f"<sr:{ELEMENT.get(srv, 'SomethingNew')}/>"
    if srv == "1.6":
        return st.sampled_from([CREDIT] * 6 + ["<sr:EnableSupply/>", *_CREDIT_AND_MORE])
    if srv == "6.15.1":
        return mostly(_UPDATES[0], *_UPDATES[1:], of=1)
    return mostly(
        right,
        CREDIT,
        f"<sr:{ELEMENT['4.1.1']}/>",
        "<sr:Anything/>",
        right.replace("sr:", "ds:"),
        f"<x:{right[4:-2]} xmlns:x='urn:x'/>",
        of=8,
    )


@st.composite
def _signed_pre_command(draw: st.DrawFn, srv: str, originator: str) -> str:
    fitting = sorted(code for code, srvs in SRVS_OF_CODE.items() if srv in srvs) or ["0FFF"]
    maker = draw(mostly(originator, *USER_IDS, of=4))
    octets = payload(
        originator=maker,
        recipient=draw(mostly(TARGET, f"{TARGET[:-2]}A1", of=20)),
        code=draw(st.sampled_from(fitting * 12 + ["001A", "001B", "006D", "0050", "0FFF"])),
        key=draw(mostly(DEVICE_KEYS.get(maker, SUPPLIER_KEY), *DEVICE_KEYS.values(), of=4)),
        content=bytes(draw(st.sampled_from([1, 20, 127, 128, 255, 256, 70]))),
    )
    date = "<sr:ExecutionDateTime>3000-12-31T00:00:00Z</sr:ExecutionDateTime>"
    return pre_command(octets, before=draw(mostly("", date, of=4)))


_UNREADABLE = [
    [
        *map(pre_command, MALFORMED.get(reason, ())),
        *IN_XML.get(reason, ()),
    ]
    for reason in GbcsReason
]
"""By the reason for which each must not be read."""


@st.composite
def _signature(draw: st.DrawFn, serial: int) -> str:
    return Sig(
        issuer=draw(mostly(Sig().issuer, *_ISSUERS, of=6)),
        serial=draw(mostly(str(serial), "2", str(SERIAL), of=30)),
    ).text()


@st.composite
def _spelled(draw: st.DrawFn, text: str) -> str:
    """Write some of it otherwise, which makes no difference once it is signed."""
    for old, new in draw(st.lists(st.sampled_from(_SPELLINGS), max_size=2, unique=True)):
        text = text.replace(old, new, 1)
    return text


_SPELLINGS = (
    ("<sr:CommandVariant>", "<sr:CommandVariant> \n"),
    ("</sr:RequestID>", " </sr:RequestID>"),
    ("<sr:RequestID>", "<sr:RequestID><!-- x -->"),
    ("<sr:ServiceReferenceVariant>", "<sr:ServiceReferenceVariant><![CDATA[]]>"),
    (
        "  <sr:CommandVariant>",
        "<sr:FirstInSequence>true</sr:FirstInSequence><sr:CommandVariant>",
    ),
    ("<sr:Body>", '<sr:Body xmlns:y="urn:y" y:z="1">'),
    ("<ds:X509SerialNumber>", "<ds:X509SerialNumber>\n"),
    ("VALUE", "\nVALUE\n"),
    (' xmlns="http://www.w3.org/2000/09/xmldsig#"', ""),
    ('<?xml version="1.0" encoding="UTF-8"?>\n', "\ufeff"),
)


@st.composite
def _maybe_changed(draw: st.DrawFn, message: bytes) -> bytes:
    """Now and then change a message after it was signed."""
    chosen = draw(st.integers(0, 29))
    if chosen < 27:
        return message
    if chosen == 27:
        return message.replace(b"</sr:Body>", b" </sr:Body>")
    changed = draw(mutated(message))
    # Of what is not a URI parsers think differently, and a namespace must be one.
    declared = set(_DECLARED.findall(changed))
    return changed if declared <= _NAMESPACES else message


_DECLARED = re.compile(rb"""xmlns(?::[^=]*)?=["']([^"']*)""")
_NAMESPACES = {DUIS.encode(), DS.encode(), b"urn:x", b"urn:y", b"relative", b""}
