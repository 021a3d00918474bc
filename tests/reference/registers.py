"""Registers: one in which all is as it should be, with a few changes of every kind."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from typing import Any

from hypothesis import strategies as st

from rules.identifiers import Eui64
from rules.register.arrangements import (
    Inactivity,
    Instruction,
    NotActive,
    RegistrationSwitch,
    Threshold,
    ThresholdAuthor,
)
from rules.register.checkpoints import DSP, Checkpoint
from rules.register.snapshot import (
    Eligibility,
    Snapshot,
    SnapshotCertificate,
    SnapshotUserId,
)
from rules.roles import UserRole
from tests.reference.choosing import MOMENTS, PAST, may_end, moments, mostly
from tests.reference.tables import KIND
from tests.rules.messages.builders import ISSUER, KEY, OTHER_KEY, SERIAL, point
from tests.rules.messages.gbcs_builders import ANOTHER_KEY, SUPPLIER_KEY
from tests.rules.service_requests.contingency_world import (
    ANOTHER,
    ANOTHER_FAILED_KEY,
    FAILED,
    FAILED_KEY,
    FAILED_TOO,
    FALLEN,
    HARBOUR,
    OTHERS,
    instructed,
    instruction,
    threshold,
)
from tests.rules.service_requests.vectors_registration import ALPHA, OPERATORS_CERTIFICATES
from tests.rules.service_requests.world import (
    NORTHWIND,
    OTHER_PARTYS_USER_ID,
    OTHER_USER_ID,
    SOUTHGATE,
    SRP_USER_ID,
    USER_ID,
    certificate,
    eligible,
    notification,
    roles_held,
    snapshot,
    user,
)

PARTY_OF = {
    USER_ID: NORTHWIND,
    OTHER_USER_ID: NORTHWIND,
    OTHER_PARTYS_USER_ID: SOUTHGATE,
    SRP_USER_ID: HARBOUR,
    FAILED: FALLEN,
    FAILED_TOO: FALLEN,
    ANOTHER: OTHERS,
}
USER_IDS = tuple(PARTY_OF)
SERIALS = {USER_ID: SERIAL, SRP_USER_ID: SERIAL + 1}
"""Of the certificates with which the User and the Shared Resource Provider sign messages."""
DEVICE_KEYS = {
    USER_ID: SUPPLIER_KEY,
    OTHER_USER_ID: ANOTHER_KEY,
    OTHER_PARTYS_USER_ID: SUPPLIER_KEY,
    FAILED: FAILED_KEY,
    ANOTHER: ANOTHER_FAILED_KEY,
}
"""With which each signs towards Devices."""

_KEYS = tuple(
    map(point, (KEY, OTHER_KEY, SUPPLIER_KEY, ANOTHER_KEY, FAILED_KEY, ANOTHER_FAILED_KEY))
)
_NO_KEYS = (b"", b"\x04" + bytes(64), b"\x02" + b"\x01" * 32)
_ROLES = ("87", "02", "03", "89", "7F", "08", "XX")
_USAGES = ("digitalSignature", "keyAgreement", "")
_PARTIES = ("P-1", "P-2", "P-4", "P-5", "P-6")

SOLR, IS, GS, OU, ED, GT = (
    UserRole.SOLR_CONTINGENCY,
    UserRole.IMPORT_SUPPLIER,
    UserRole.GAS_SUPPLIER,
    UserRole.OTHER_USER,
    UserRole.ELECTRICITY_DISTRIBUTOR,
    UserRole.GAS_TRANSPORTER,
)
_ROLE_SETS: tuple[frozenset[UserRole], ...] = (
    *map(frozenset, ((IS, GS), (IS,), (GS,), (OU,), (ED, GT), (IS, OU), (IS, SOLR), (SOLR,))),
    *map(frozenset, ((IS, ED), (), (IS, GS, ED, GT, OU, SOLR))),
)
_LIST: dict[str, tuple[UserRole, ...]] = {
    **dict.fromkeys(KIND, (IS, GS, OU)),
    "1.6": (IS, GS, SOLR),
    "2.1": (IS, GS, SOLR),
    "4.1.1": (IS, GS, ED, GT, OU),
    "6.15.1": (IS, GS, ED, GT),
    "7.2": (IS, GS),
    "7.16": (),
    "8.2": (IS, GS, OU, ED),
    "8.7.1": (IS, GS),
    "8.7.2": (IS, OU),
    "8.12.2": (IS,),
    "99.1": (IS, GS, OU),
}
_FOR_BOTH = frozenset({"1.6", "2.1"})
"""Of SolrContingency."""
SRVS = ("1.6", "2.1", "4.1.1", "6.15.1", "7.2", "7.16", "8.2", "8.7.1", "8.7.2", "8.12.2", "99.1")
"""Those with something of their own; `99.1` is newer than what is published."""
_ELIGIBILITY = {srv: tuple(map(eligible, roles)) for srv, roles in _LIST.items()}


@dataclass
class Draft:
    """A register that is being made."""

    certificates: list[SnapshotCertificate]
    users: dict[Eui64, SnapshotUserId]
    eligibility: dict[str, tuple[Eligibility, ...]]
    instructions: list[Instruction]
    thresholds: dict[str, Threshold]
    """By Service Reference Variant, of the provider."""
    switches: dict[Checkpoint, RegistrationSwitch]
    inactive: dict[str, tuple[Inactivity, ...]] = field(default_factory=dict)
    """By the reference of a Party."""
    enforced_from: datetime | None = PAST
    waived_from: datetime | None = None

    def register(self) -> Snapshot:
        return snapshot(
            *self.certificates,
            users=tuple(self.users.values()),
            inactive_parties=self.inactive,
            eligibility=self.eligibility,
            enforced_from=self.enforced_from,
            notification_waived_from=self.waived_from,
            instructions=instructed(*self.instructions),
            thresholds={(SRP_USER_ID, srv): (each,) for srv, each in self.thresholds.items()},
            registration_switches=self.switches,
        )


def draft() -> Draft:
    """Return the register in which all is right."""
    return Draft(
        certificates=[
            certificate(**NORTHWIND),
            certificate(serial=SERIALS[SRP_USER_ID], eui64=SRP_USER_ID, key=OTHER_KEY, **HARBOUR),
            *(
                towards_devices(serial, eui64, key)
                for serial, (eui64, key) in enumerate(DEVICE_KEYS.items(), start=20)
            ),
            *OPERATORS_CERTIFICATES,
        ],
        users={
            eui64: user(
                eui64=eui64,
                user_roles=roles_held(*_ROLE_SETS[7 if eui64 == SRP_USER_ID else 0]),
                notifications=(notification(SERIALS.get(eui64, 2)),),
                **party,
            )
            for eui64, party in PARTY_OF.items()
        },
        eligibility=dict(_ELIGIBILITY),
        instructions=[instruction(service_reference_variants=_FOR_BOTH)],
        thresholds={"1.6": threshold(5), "2.1": threshold(5)},
        switches={},
    )


def towards_devices(serial: int, eui64: Eui64, key: Any) -> SnapshotCertificate:
    """A certificate for signing towards Devices; a failed Supplier's is revoked."""
    return certificate(
        serial=serial,
        eui64=eui64,
        key=key,
        remote_party_role="02",
        key_usage="digitalSignature",
        revoked_at=PAST if eui64 in {FAILED, ANOTHER} else None,
        **PARTY_OF[eui64],
    )


# --- what may be otherwise -------------------------------------------------------------------


@dataclass(frozen=True)
class Change:
    """One thing about a register that is otherwise."""

    make: Callable[..., None] = field(repr=False)
    what: tuple[Any, ...]


def _of_a_certificate(made: Draft, which: int, member: str, value: Any) -> None:
    which %= len(made.certificates)
    party = PARTY_OF[value] if member == "eui64" else {}
    made.certificates[which] = replace(made.certificates[which], **{member: value}, **party)


def _no_certificate(made: Draft, which: int) -> None:
    if len(made.certificates) > 1:
        del made.certificates[which % len(made.certificates)]


def _one_more_certificate(made: Draft, eui64: Eui64, role: str, key: bytes, usage: str) -> None:
    made.certificates.append(
        certificate(
            serial=40 + len(made.certificates),
            eui64=eui64,
            remote_party_role=role,
            public_key=key,
            key_usage=usage,
            **PARTY_OF[eui64],
        )
    )


def _expired(made: Draft, eui64: Eui64) -> None:
    """Let every certificate of somebody end without having been revoked."""
    made.certificates = [
        replace(each, not_after=PAST, revoked_at=None) if each.eui64 == eui64 else each
        for each in made.certificates
    ]


def _of_a_user(made: Draft, eui64: Eui64, roles: frozenset[UserRole]) -> None:
    if eui64 in made.users:
        made.users[eui64] = replace(made.users[eui64], user_roles=roles_held(*roles))


def _of_a_role(
    made: Draft, eui64: Eui64, which: int, start: datetime | None, end: datetime | None
) -> None:
    """Let one of the User Roles of somebody be held for a while alone."""
    if eui64 in made.users and made.users[eui64].user_roles:
        roles = list(made.users[eui64].user_roles)
        which %= len(roles)
        roles[which] = replace(roles[which], valid_from=start, valid_until=end)
        made.users[eui64] = replace(made.users[eui64], user_roles=tuple(roles))


def _with_a_term(made: Draft, eui64: Eui64, start: datetime | None, end: datetime | None) -> None:
    if eui64 in made.users:
        made.users[eui64] = replace(made.users[eui64], valid_from=start, valid_until=end)


def _inactive(
    made: Draft, party: str, standing: NotActive, start: datetime, end: datetime | None
) -> None:
    period = Inactivity(standing=standing, valid_from=start, valid_until=end)
    made.inactive[party] = (*made.inactive.get(party, ()), period)


def _no_user(made: Draft, eui64: Eui64) -> None:
    made.users.pop(eui64, None)


def _notified(
    made: Draft, eui64: Eui64, periods: tuple[tuple[datetime, datetime | None], ...]
) -> None:
    if eui64 in made.users:
        notifications = tuple(
            notification(SERIALS.get(eui64, 2), notified_at=start, withdrawn_at=end)
            for start, end in periods
        )
        made.users[eui64] = replace(made.users[eui64], notifications=notifications)


def _every_sender_notified(made: Draft, start: datetime, end: datetime | None) -> None:
    for eui64 in SERIALS:
        _notified(made, eui64, ((start, end),))


def _not_notified(made: Draft, eui64: Eui64, issuer: str, serial: int) -> None:
    if eui64 in made.users:
        named = notification(certificate=(issuer, serial))
        made.users[eui64] = replace(made.users[eui64], notifications=(named,))


def _in_the_list(
    made: Draft, srv: str, role: UserRole, start: datetime, end: datetime | None
) -> None:
    others = [each for each in made.eligibility.get(srv, ()) if each.user_role != role]
    entry = eligible(role, valid_from=start, valid_until=end)
    made.eligibility[srv] = (*others, entry)


def _every_role(made: Draft, srv: str, start: datetime, end: datetime | None) -> None:
    made.eligibility[srv] = tuple(
        replace(each, valid_from=start, valid_until=end) for each in made.eligibility.get(srv, ())
    )


def _not_in_the_list(made: Draft, srv: str) -> None:
    made.eligibility.pop(srv, None)


def _instructed(made: Draft, instructions: list[tuple[Any, ...]]) -> None:
    made.instructions = [
        instruction(
            supplier_reference=supplier,
            provider_reference=provider,
            service_reference_variants=srvs,
            last_resort_references=last_resorts,
            valid_from=start,
            valid_until=end,
        )
        for supplier, provider, srvs, last_resorts, start, end in instructions
    ]


def _threshold(
    made: Draft,
    value: int | None,
    srv: str,
    whose: tuple[str | None, ThresholdAuthor],
    start: datetime,
    end: datetime | None,
) -> None:
    made.thresholds[srv] = threshold(
        value,
        failed_supplier_reference=whose[0],
        author=whose[1],
        valid_from=start,
        valid_until=end,
    )


def _switched(made: Draft, checkpoint: Checkpoint, at: datetime | None) -> None:
    made.switches[checkpoint] = RegistrationSwitch(checkpoint=checkpoint, turned_on_at=at)


def _of_a_network_operator(made: Draft, at: datetime | None) -> None:
    """Let the User be a Network Operator, with exception (d) of SRPD 6.2 turned on at the DSP."""
    _of_a_user(made, USER_ID, frozenset({ED, GT}))
    _switched(made, DSP, at)


def _enforced(made: Draft, at: datetime | None) -> None:
    made.enforced_from = at


def _waived(
    made: Draft, signer: Eui64, at: datetime | None, withdrawn_at: datetime | None
) -> None:
    """Let a signer sign that is not notified, or whose notification was withdrawn."""
    made.waived_from = at
    _notified(made, signer, ((PAST, withdrawn_at),) if withdrawn_at else ())


_Change = st.SearchStrategy[Change]
_WHO = st.sampled_from(USER_IDS)
_START = st.sampled_from([PAST, *MOMENTS])
_NOTHING: frozenset[str] = frozenset()
_WHOSE = st.sampled_from(
    [
        *[("P-5", ThresholdAuthor.USER)] * 3,
        ("P-6", ThresholdAuthor.USER),
        (None, ThresholdAuthor.USER),
        ("P-5", ThresholdAuthor.DCC),
    ]
)
_MAY_START = st.one_of(st.none(), _START)
_PERIOD = st.tuples(_START, st.one_of(st.none(), may_end()))
_PERIODS = st.one_of(st.tuples(_PERIOD), st.tuples(_PERIOD, _PERIOD), st.just(()))
_AN_INSTRUCTION = st.tuples(
    st.sampled_from(["P-5", "P-5", "P-6", "P-4"]),
    st.sampled_from(["P-4", "P-4", "P-4", "P-1"]),
    st.sampled_from([_FOR_BOTH, _FOR_BOTH, frozenset({"1.6"}), frozenset({"99.1"}), _NOTHING]),
    st.sampled_from([_NOTHING, frozenset({"P-1"}), frozenset({"P-2", "P-6"})]),
    _START,
    may_end(),
)


def _changes(make: Callable[..., None], *what: st.SearchStrategy[Any]) -> _Change:
    return st.tuples(*what).map(lambda chosen: Change(make, chosen))


NOTIFICATIONS = _changes(_every_sender_notified, _START, may_end())
"""Changes of when every certificate is notified, and until when."""


@cache
def changes(signer: Eui64, supplier: Eui64, srv: str) -> st.SearchStrategy[list[Change]]:
    """Changes that mostly concern a message: who signed it, in whose name, and as what."""
    kinds = (
        _certificate_changes(signer, supplier),
        _user_changes(signer),
        _list_changes(srv),
        _arrangement_changes(srv),
    )
    # Each kind as often, which `one_of` would not choose: it takes them for one list of all.
    change = st.sampled_from(kinds).flatmap(lambda kind: kind)
    return mostly(0, 1, 2, 3, of=1).flatmap(
        lambda least: st.lists(change, min_size=least, max_size=4)
    )


def _certificate_changes(signer: Eui64, supplier: Eui64) -> _Change:
    holders = [USER_ID, SRP_USER_ID, *DEVICE_KEYS]
    own = holders.index(signer)
    towards = holders.index(supplier, 2) if supplier in DEVICE_KEYS else own
    which = st.sampled_from([own, own, own, towards, towards, *range(len(holders) + 1)])

    def members(member: str, values: st.SearchStrategy[Any]) -> _Change:
        return _changes(_of_a_certificate, which, st.just(member), values)

    return st.one_of(
        members("not_before", moments()),
        members("not_after", moments()),
        members("revoked_at", may_end()),
        members("revoked_at", may_end()),
        members("remote_party_role", st.sampled_from(_ROLES)),
        members("eui64", _WHO),
        members("public_key", st.sampled_from([*_KEYS, *_NO_KEYS])),
        members("key_usage", st.sampled_from(_USAGES)),
        _changes(_no_certificate, which),
        _changes(_expired, st.just(supplier)),
        _changes(
            _one_more_certificate,
            st.sampled_from([signer, supplier, *USER_IDS]),
            st.sampled_from(_ROLES),
            st.sampled_from(_KEYS),
            st.sampled_from(_USAGES),
        ),
        # Another certificate with the key with which the signer signs messages.
        _changes(
            _one_more_certificate,
            st.sampled_from([signer, OTHER_USER_ID, OTHER_PARTYS_USER_ID]),
            st.sampled_from(["87", "02"]),
            st.just(_KEYS[own]),
            st.just("digitalSignature"),
        ),
    )


def _user_changes(signer: Eui64) -> _Change:
    who = st.sampled_from([signer, signer, *USER_IDS])
    return st.one_of(
        _changes(_of_a_user, who, st.sampled_from(_ROLE_SETS)),
        _changes(_of_a_user, who, st.sampled_from(_ROLE_SETS)),
        _changes(_of_a_role, who, st.integers(0, 5), _MAY_START, may_end()),
        _changes(_with_a_term, who, _MAY_START, may_end()),
        _changes(
            _inactive,
            st.sampled_from([PARTY_OF[signer]["party_reference"], *_PARTIES]),
            st.sampled_from(NotActive),
            _START,
            may_end(),
        ),
        _changes(_no_user, who),
        _changes(_notified, st.just(signer), _PERIODS),
        _changes(_waived, st.just(signer), _START, st.one_of(st.none(), may_end())),
        _changes(
            _not_notified, st.just(signer), st.sampled_from([ISSUER, "CN=X"]), st.just(SERIAL)
        ),
    )


def _list_changes(srv: str) -> _Change:
    roles = _LIST.get(srv) or (IS,)
    return st.one_of(
        _changes(_in_the_list, st.just(srv), st.sampled_from([*roles, SOLR]), _START, may_end()),
        _changes(_every_role, st.just(srv), _START, may_end()),
        _changes(_not_in_the_list, st.sampled_from([srv, "4.1.1"])),
    )


def _arrangement_changes(srv: str) -> _Change:
    values = st.sampled_from([0, 1, None])
    if srv == "6.15.1":
        return st.one_of(
            _changes(_switched, st.sampled_from([DSP, ALPHA]), may_end()),
            _changes(_of_a_network_operator, may_end()),
        )
    return st.one_of(
        _changes(_instructed, st.lists(_AN_INSTRUCTION, max_size=2)),
        _changes(_threshold, values, st.sampled_from([srv, "1.6"]), _WHOSE, _START, may_end()),
        _changes(_switched, st.sampled_from([DSP, ALPHA]), may_end()),
        _changes(_enforced, may_end()),
    )


def changed(changes_: list[Change]) -> Snapshot:
    """Return the right register with changes made to it."""
    made = draft()
    for change in changes_:
        change.make(made, *change.what)
    return made.register()
