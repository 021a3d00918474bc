"""What the views of the API say of themselves for its description."""

from typing import Final

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse

from portal.api.problems import MEDIA_TYPE, PROBLEMS
from portal.api.shapes import ProblemDocument
from rules.service_requests.questions import FIELDS

OF_ACCESS: Final = ("token-missing", "token-unknown", "scope-missing", "snapshot-stale", "fault")
"""The codes with which every call that needs a token may be refused."""

OF_A_QUERY: Final = ("request-malformed", "question-malformed")
"""Those with which a call that asks by its query may be, besides."""

OF_A_BODY: Final = (
    "request-malformed",
    "length-required",
    "body-too-large",
    "body-incomplete",
    "media-type-unsupported",
    "body-not-json",
    "question-malformed",
)
"""Those with which a call that asks by its body may be, besides."""


def problems(*codes: str) -> dict[tuple[int, str], OpenApiResponse]:
    """Return the descriptions of the answers that have these codes, by status."""
    by_status: dict[int, list[str]] = {}
    for code in codes:
        by_status.setdefault(PROBLEMS[code][0].value, []).append(code)
    return {
        (status, MEDIA_TYPE): OpenApiResponse(
            response=ProblemDocument,
            description="\n".join(f"`{code}`: {PROBLEMS[code][1]}" for code in sorted(of)),
        )
        for status, of in sorted(by_status.items())
    }


def question_parameters() -> list[OpenApiParameter]:
    """Return the fields of a question as a raw XML request has them: in the query."""
    return [
        OpenApiParameter(
            name=field.name,
            description=f"Only with application/xml or text/xml. {field.says}",
            required=False,
            many=field.is_list,
            type=str,
        )
        for field in FIELDS.values()
    ]
