"""Loading what the register starts from: the published matrix and the safety-critical Alerts."""

from datetime import UTC, datetime

from registry.evidence import history
from registry.models import (
    SafetyCriticalAlert,
    ServiceReferenceVariant,
    ServiceRequestEligibility,
)
from rules.alerts.alert_codes import published_alerts
from rules.duties import Act
from rules.published_matrix import PublishedVariant, read_published_matrix

MATRIX_VALID_FROM = datetime(2015, 1, 1, tzinfo=UTC)
"""Before any Service Request was sent, so that the matrix answers for every past moment too."""


def load_reference_data(*, at: datetime) -> int:
    """Load what the register has not had yet; return how many variants came.

    A variant or an Alert that the register knows, or once had in its list, is left alone: from
    then on the lists are configuration.
    """
    _load_alerts(at=at)
    return _load_matrix(at=at)


def _load_matrix(*, at: datetime) -> int:
    known = set(ServiceReferenceVariant.objects.values_list("code", flat=True))
    missing = [variant for variant in read_published_matrix() if variant.code not in known]
    if not missing:
        return 0
    with history.acting(Act.LOAD_REFERENCE_DATA, actor=None, at=at) as act:
        ServiceReferenceVariant.objects.bulk_create(
            ServiceReferenceVariant(
                code=variant.code, name=variant.name, is_critical=variant.is_critical
            )
            for variant in missing
        )
        ServiceRequestEligibility.objects.bulk_create(
            eligibility for variant in missing for eligibility in _eligibilities(variant)
        )
        act.done("published-matrix", variants=[variant.code for variant in missing])
    return len(missing)


def _load_alerts(*, at: datetime) -> None:
    known = set(SafetyCriticalAlert.objects.values_list("alert_code", flat=True))
    missing = [alert for alert in published_alerts() if alert.code not in known]
    if not missing:
        return
    with history.acting(Act.LOAD_REFERENCE_DATA, actor=None, at=at) as act:
        SafetyCriticalAlert.objects.bulk_create(
            SafetyCriticalAlert(
                alert_code=alert.code, name=alert.name, valid_from=MATRIX_VALID_FROM
            )
            for alert in missing
        )
        act.done("safety-critical-alerts", alerts=[alert.code for alert in missing])


def _eligibilities(variant: PublishedVariant) -> list[ServiceRequestEligibility]:
    return [
        ServiceRequestEligibility(
            service_reference_variant=variant.code,
            user_role=role,
            valid_from=MATRIX_VALID_FROM,
        )
        for role in sorted(variant.user_roles)
    ]
