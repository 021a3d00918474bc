"""`POST /alerts`: decides one Alert to a Supplier. Nothing on this path asks the database."""

from collections.abc import Callable
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api.authentication import caller_of
from portal.api.bodies import JSON, media_type, read_body, read_json_object
from portal.api.checks import reader_of, stray
from portal.api.describing import OF_A_BODY, OF_ACCESS, problems
from portal.api.shapes import AlertAnswer, AlertQuestion
from portal.api.views import ApiView
from registry.clients.reads.scopes import Scope
from registry.feed.reads.snapshot_holder import age_of, held_register
from rules.alerts.alert_codes import AlertCode, parse_alert_code
from rules.alerts.deciding import decide_alert
from rules.identifiers import Eui64, IdentifierError
from rules.service_requests.questions import (
    FieldFault,
    UnreadableQuestionError,
    missing,
    read_eui64,
)

_ALERT_CODE, _SUPPLIER_ID = "alert_code", "supplier_id"
_SHOWN = 60


class AlertsView(ApiView):
    """Decides one Alert."""

    scopes = {"POST": Scope.CHECKS_ASK}

    @extend_schema(
        operation_id="check_alert",
        tags=["checks"],
        summary="Decide one Alert to a Supplier",
        request={JSON: AlertQuestion},
        responses={
            200: AlertAnswer,
            **problems(*OF_ACCESS, *OF_A_BODY),
        },
    )
    def post(self, request: Request) -> Response:
        """Decide whether an Alert is sent, to whom and with which certificates.

        To a Supplier with a live certificate it is sent. To one that has failed a safety-critical
        Alert is sent, with its revoked certificates and to its Shared Resource Provider; others
        are held unless every one is to be sent.
        """
        at = timezone.now()
        http = request._request  # noqa: SLF001 -- DRF's own public way to it reads the body
        media_type(http, JSON)
        members = read_json_object(read_body(http))
        alert_code, supplier_id = _read(members, strays=tuple(map(stray, http.GET)))
        held = held_register()
        decision = decide_alert(alert_code, supplier_id, held.snapshot, at=at, is_about_now=True)
        return Response(
            decision.as_dict(
                checked_at=at,
                snapshot_age=age_of(held),
                reader=reader_of(caller_of(request)),
            )
        )


def _read(members: dict[str, Any], *, strays: tuple[FieldFault, ...]) -> tuple[AlertCode, Eui64]:
    """Read the fields of a question.

    Raises:
        UnreadableQuestionError: A field is missing, unknown or malformed; names each.
    """
    faults = [*strays, *(_unknown(name) for name in members if name not in _READERS)]
    read: dict[str, Any] = {}
    for name, reader in _READERS.items():
        value = members.get(name)
        if value is None:
            faults.append(missing(name))
            continue
        try:
            if not isinstance(value, str):
                raise ValueError("must be text")  # noqa: TRY004,TRY301 -- the asker's fault
            read[name] = reader(value)
        except ValueError as fault:
            faults.append(
                FieldFault(field=name, code="field-malformed", says=f"`{name}` {fault}.")
            )
    if faults:
        raise UnreadableQuestionError(tuple(faults))
    return read[_ALERT_CODE], read[_SUPPLIER_ID]


def _unknown(name: str) -> FieldFault:
    return FieldFault(
        field=name[:_SHOWN],
        code="field-unknown",
        says=f"`{name[:_SHOWN]}` is not a field of a question about an Alert; leave it out.",
    )


def _alert_code(text: str) -> AlertCode:
    try:
        return parse_alert_code(text)
    except IdentifierError:
        raise ValueError(f"is `{text[:_SHOWN]}`; write an Alert code such as 8F1F") from None


_READERS: dict[str, Callable[[str], Any]] = {_ALERT_CODE: _alert_code, _SUPPLIER_ID: read_eui64}
