"""`GET /reasons`: every reason code, with its meaning, its clause and what to do."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api.describing import problems
from portal.api.views import PublicView
from portal.reason_list import areas, found_reasons
from rules.catalogue import CATALOGUE_VERSION
from rules.service_requests.questions import FieldFault, UnreadableQuestionError

_FIELDS = ("area", "text")
_SHOWN = 60


class ReasonCode(serializers.Serializer[None]):
    """One reason code. Act on `code`, never on the words."""

    code = serializers.CharField(help_text="Stable, kept for ever, never reused.")
    area = serializers.CharField(help_text="What it is about: a message, a request and so on.")
    means = serializers.CharField(help_text="One sentence for people.")
    do = serializers.CharField(help_text="What to do, in one sentence.")
    rule = serializers.CharField(allow_null=True, help_text="Null where any rule may give it.")
    cites = serializers.CharField(allow_null=True, help_text="The clause that the rule follows.")
    duis_code = serializers.CharField(
        allow_null=True, help_text="The nearest DUIS response code, a suggestion."
    )
    noted_in_monitor = serializers.BooleanField(
        help_text="A message does not cease for it while MP104 is only monitored, unless it is "
        "sent as SolrContingency."
    )


class ReasonCodes(serializers.Serializer[None]):
    """The list of reason codes."""

    catalogue = serializers.CharField(help_text="The version of the rule books.")
    reasons = ReasonCode(many=True)


class ReasonsView(PublicView):
    """Lists reason codes. They are documentation, so that they are open to everybody."""

    http_method_names = ["get", "head"]

    @extend_schema(
        operation_id="list_reasons",
        tags=["reasons"],
        summary="List every reason code",
        auth=[],
        parameters=[
            OpenApiParameter(
                name="area",
                description="Only those about this: " + ", ".join(a for a, _ in areas()) + ".",
                required=False,
                type=str,
            ),
            OpenApiParameter(
                name="text",
                description="Only those in which each of these words occurs.",
                required=False,
                type=str,
            ),
        ],
        responses={
            200: ReasonCodes,
            **problems("request-malformed", "question-malformed", "fault"),
        },
    )
    def get(self, request: Request) -> Response:
        """List the reason codes, in the order in which the rules are asked."""
        wanted = _read(request)
        return Response(
            {
                "catalogue": CATALOGUE_VERSION,
                "reasons": [
                    {
                        "code": one.code,
                        "area": one.area,
                        "means": one.means,
                        "do": one.do,
                        "rule": one.rule or None,
                        "cites": one.cites or None,
                        "duis_code": one.duis_code or None,
                        "noted_in_monitor": one.is_noted_in_monitor,
                    }
                    for one in found_reasons(**wanted)
                ],
            }
        )


def _read(request: Request) -> dict[str, str]:
    """Read the query.

    Raises:
        UnreadableQuestionError: A field is unknown or repeated, or there is no such area.
    """
    faults: list[FieldFault] = []
    read: dict[str, str] = {}
    for name, values in request.query_params.lists():
        shown = name[:_SHOWN]
        if name not in _FIELDS:
            says = f"`{shown}` is not a field of this query; leave it out."
            faults.append(FieldFault(field=shown, code="field-unknown", says=says))
        elif len(values) > 1:
            says = f"`{shown}` is given {len(values)} times; give it once."
            faults.append(FieldFault(field=shown, code="field-repeated", says=says))
        elif name == "area" and values[0] not in dict(areas()):
            says = f"`area` is `{values[0][:_SHOWN]}`; it is one of {', '.join(dict(areas()))}."
            faults.append(FieldFault(field=shown, code="field-malformed", says=says))
        else:
            read[name] = values[0]
    if faults:
        raise UnreadableQuestionError(tuple(faults))
    return read
