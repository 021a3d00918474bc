"""Loading what the register starts from: the published Service Request matrix."""

from datetime import UTC, datetime

from registry import history
from registry.models import ServiceReferenceVariant, ServiceRequestEligibility
from rules.duties import Act
from rules.published_matrix import PublishedVariant, read_published_matrix

MATRIX_VALID_FROM = datetime(2015, 1, 1, tzinfo=UTC)
"""Before any Service Request was sent, so that the matrix answers for every past moment too."""


def load_reference_data(*, at: datetime) -> int:
    """Load the published matrix where the register has none yet; return how many variants came.

    A variant that the register knows is left alone: from then on the list is configuration.
    """
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


def _eligibilities(variant: PublishedVariant) -> list[ServiceRequestEligibility]:
    return [
        ServiceRequestEligibility(
            service_reference_variant=variant.code,
            user_role=role,
            valid_from=MATRIX_VALID_FROM,
        )
        for role in sorted(variant.user_roles)
    ]
