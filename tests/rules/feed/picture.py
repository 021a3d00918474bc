"""A snapshot in which every kind of line has something, and ways to change it."""

from datetime import UTC, datetime, timedelta
from types import MappingProxyType

from rules.identifiers import Eui64
from rules.register.arrangements import (
    HeldRole,
    Inactivity,
    Instruction,
    NotActive,
    Period,
    RegistrationSwitch,
    ResourceProvider,
    Threshold,
    ThresholdAuthor,
    Window,
)
from rules.register.checkpoints import DSP
from rules.register.snapshot import (
    Eligibility,
    Notification,
    Snapshot,
    SnapshotCertificate,
    SnapshotUserId,
)
from rules.roles import UserRole

AT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
LATER = AT + timedelta(days=1, microseconds=7)
SUPPLIER = Eui64("90-B3-D5-1F-30-01-00-00")
PROVIDER = Eui64("90-B3-D5-1F-30-04-00-00")


def a_certificate(number=1, **differing) -> SnapshotCertificate:
    return SnapshotCertificate(
        **{
            "issuer": "CN=DEVOCA,OU=07",
            "serial": (1 << 126) + number,
            "eui64": SUPPLIER,
            "remote_party_role": "87",
            "not_before": AT,
            "not_after": LATER,
            "revoked_at": None,
            "public_key": b"\x04" + number.to_bytes(64, "big"),
            "party": "Northwind Energy (Zürich) & Co",
            "party_reference": "northwind",
            "mpids": ("ABCD", "EFGH"),
            "key_usage": "digitalSignature",
            **differing,
        }
    )


def by_id(*certificates):
    return MappingProxyType({(c.issuer, c.serial): c for c in certificates})


def a_user_id(*certificates, eui64=SUPPLIER, **differing) -> SnapshotUserId:
    return SnapshotUserId(
        **{
            "eui64": eui64,
            "party": "Northwind Energy",
            "party_reference": "northwind",
            "user_roles": (
                HeldRole(user_role=UserRole.GAS_SUPPLIER),
                HeldRole(user_role=UserRole.IMPORT_SUPPLIER),
            ),
            "notifications": tuple(
                Notification(certificate=(c.issuer, c.serial), notified_at=AT, withdrawn_at=LATER)
                for c in certificates
            ),
            **differing,
        }
    )


def a_threshold(quarantine, warning=None, **differing) -> Threshold:
    return Threshold(
        **{
            "failed_supplier_reference": "s",
            "author": ThresholdAuthor.USER,
            "window": Window.DAY,
            "warning": warning,
            "quarantine": quarantine,
            "valid_from": AT,
            "valid_until": None,
            **differing,
        }
    )


def a_snapshot(**differing) -> Snapshot:
    first, second = a_certificate(1), a_certificate(2, revoked_at=LATER, mpids=())
    period = {"valid_from": AT, "valid_until": None}
    return Snapshot(
        **{
            "version": "418",
            "mark": "6f1c1f3a-0000-4000-8000-000000000418",
            "certificates": by_id(first, second),
            "user_ids": MappingProxyType({SUPPLIER: a_user_id(first, second)}),
            "inactive_parties": {
                "northwind": (
                    Inactivity(standing=NotActive.SUSPENDED, valid_from=AT, valid_until=LATER),
                    Inactivity(standing=NotActive.CEASED, valid_from=LATER, valid_until=None),
                )
            },
            "eligibility": MappingProxyType(
                {
                    "1.6": (
                        Eligibility(user_role=UserRole.SOLR_CONTINGENCY, **period),
                        Eligibility(
                            user_role=UserRole.IMPORT_SUPPLIER, valid_from=AT, valid_until=LATER
                        ),
                    ),
                    "99.9": (),
                }
            ),
            "enforced_from": LATER,
            "instructions": {
                reference: Instruction(
                    reference=reference,
                    supplier_reference="s",
                    provider_reference="p",
                    service_reference_variants=frozenset({"1.6", "2.1"}),
                    last_resort_references=frozenset({"t"}),
                    **period,
                )
                for reference in ("1", "2")
            },
            "thresholds": {
                (PROVIDER, "1.6"): (a_threshold(0), a_threshold(7, 5)),
                (PROVIDER, "1.5"): (a_threshold(None, failed_supplier_reference=None),),
            },
            "resource_providers": {
                "s": (
                    ResourceProvider(
                        provider="Harbour", provider_reference="p", user_id=PROVIDER, **period
                    ),
                )
            },
            "safety_critical_alerts": {"8F1D": (Period(**period),)},
            "notification_waived_from": AT,
            "all_alerts_from": AT,
            "registration_switches": {
                DSP: RegistrationSwitch(checkpoint=DSP, turned_on_at=AT, alert_code="A1")
            },
            **differing,
        }
    )
