"""The shapes of what the API takes and answers, for its description alone.

Requests are read by `rules.service_requests.questions` and answers are written by the rules; a
test holds real requests and answers to these shapes.
"""

from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema_field
from rest_framework import serializers

from portal.api.problems import PROBLEMS
from registry.certificates.reads.certificates import CertificateStatus
from rules.alerts.deciding import AlertAction
from rules.findings import Verdict
from rules.service_requests.decision import Action, Mode
from rules.service_requests.question import Generation, Purpose

_REASON_SAYS = "A code of the catalogue; more come with more rules, none is ever reused."
_EUI64_SAYS = "An EUI-64 such as 90-B3-D5-1F-30-01-00-00."


class Device(serializers.Serializer[None]):
    """What only the caller knows of the Device. A fact that no rule needs may be left out."""

    registered_user_ids = serializers.ListField(
        child=serializers.CharField(),
        required=False,
        allow_null=True,
        help_text="The User IDs that are registered for the Device at that moment.",
    )
    hub_import_supplier_ids = serializers.ListField(
        child=serializers.CharField(),
        required=False,
        allow_null=True,
        help_text="The Import Suppliers of a Communications Hub that the Device shares.",
    )
    s1sp = serializers.CharField(
        required=False, allow_null=True, help_text="The name of the Device's S1SP."
    )
    certificate_owner = serializers.CharField(
        required=False,
        allow_null=True,
        help_text="The User ID whose certificate the Device holds.",
    )
    notified_critical_supplier_id = serializers.CharField(
        required=False, allow_null=True, help_text="The Notified Critical Supplier ID."
    )


class CheckQuestion(serializers.Serializer[None]):
    """A message to decide, and what the decision depends on beside it."""

    message = serializers.CharField(
        help_text="The XML as it was received, to the last octet, in base64 (RFC 4648, section 4)."
    )
    generation = serializers.ChoiceField(
        choices=[g.value for g in Generation], help_text="The generation of the Device."
    )
    checkpoint = serializers.CharField(
        required=False,
        allow_null=True,
        default="dsp",
        help_text="Where the message is checked: dsp or s1sp:NAME.",
    )
    purpose = serializers.ChoiceField(
        choices=[p.value for p in Purpose],
        required=False,
        allow_null=True,
        default=Purpose.ENFORCEMENT.value,
        help_text="Why it is asked. The answer is the same; a diagnosis is counted nowhere.",
    )
    received_at = serializers.DateTimeField(
        required=False,
        allow_null=True,
        help_text="The moment for which to decide; now where it is left out. More than five "
        "minutes from now only with the scope checks:as-of.",
    )
    device = Device(required=False, allow_null=True)


class RuleFinding(serializers.Serializer[None]):
    """What one rule said."""

    rule = serializers.CharField(help_text="The rule's id, kept for ever.")
    verdict = serializers.ChoiceField(choices=[v.value for v in Verdict])
    reason = serializers.CharField(
        allow_null=True,
        help_text=f"Null where the rule passed, was not applicable or not checked. {_REASON_SAYS}",
    )
    cites = serializers.CharField(help_text="The clause that the rule follows.")
    says = serializers.CharField(help_text="One sentence for people.")


class CheckedMessage(serializers.Serializer[None]):
    """What the message says of itself."""

    request_id = serializers.CharField()
    srv = serializers.CharField(help_text="The Service Reference Variant.")
    command_variant = serializers.IntegerField()
    user_id = serializers.CharField(help_text="The Business Originator ID. " + _EUI64_SAYS)


class MessageSigner(serializers.Serializer[None]):
    """Who signed. Of an unproven signature only what the message claims: issuer and serial."""

    issuer = serializers.CharField()
    serial = serializers.CharField(help_text="In decimal.")
    user_id = serializers.CharField(allow_null=True, help_text=_EUI64_SAYS)
    party = serializers.CharField(
        allow_null=True, help_text="Null where it is not for the client to know."
    )
    mpids = serializers.ListField(
        child=serializers.CharField(),
        help_text="The MPIDs in the signing certificate; of a Supplier Party only, and none where "
        "the Party is not for the client to know.",
    )


class S1spWouldRefuse(serializers.Serializer[None]):
    """What the Device's S1SP would refuse although the DSP lets it pass (SECMP0107, 3.2)."""

    s1sp = serializers.CharField()
    reason = serializers.CharField(help_text="As the answer would have it at that checkpoint.")
    alert_code = serializers.CharField(
        allow_null=True,
        help_text="The S1SPAlertCode, where it is known: for a refusal for want of registration.",
    )
    cites = serializers.CharField(help_text="The clause that the S1SP follows.")
    says = serializers.CharField(help_text="One sentence for people.")


class CheckAnswer(serializers.Serializer[None]):
    """The decision on one message."""

    decision = serializers.ChoiceField(
        choices=[a.value for a in Action], help_text="What to do now."
    )
    would_be = serializers.ChoiceField(
        choices=[a.value for a in Action],
        help_text="What it would be with everything enforced.",
    )
    mode = serializers.ChoiceField(
        choices=[m.value for m in Mode],
        help_text="Whether MP104 was enforced at the moment of the question.",
    )
    reason = serializers.CharField(
        allow_null=True, help_text=f"Why it ceases; null where it is processed. {_REASON_SAYS}"
    )
    would_be_reason = serializers.CharField(
        allow_null=True, help_text="Why it would cease with everything enforced."
    )
    duis_code = serializers.CharField(
        allow_null=True, help_text="The nearest DUIS response code, a suggestion."
    )
    findings = RuleFinding(many=True, help_text="Every rule in order, passes too.")
    message = CheckedMessage(
        allow_null=True, help_text="Null where the message could not be read."
    )
    signer = MessageSigner(
        allow_null=True, help_text="Null where no certificate is named as DUIS 3.3 has it."
    )
    s1sp_would_refuse = S1spWouldRefuse(
        allow_null=True,
        help_text="At the DSP: what the Device's S1SP would answer with an S1SP Alert. Null where "
        "it would not, or where a fact that tells was not given.",
    )
    snapshot = serializers.CharField(help_text="The version of the register it rests on.")
    snapshot_age = serializers.FloatField(
        help_text="Seconds since the database last confirmed that version."
    )
    checked_at = serializers.DateTimeField()


class BatchQuestions(serializers.Serializer[None]):
    """Up to 1,000 messages to decide."""

    messages = CheckQuestion(many=True)


class AlertQuestion(serializers.Serializer[None]):
    """An Alert to decide."""

    alert_code = serializers.CharField(
        help_text="Four hexadecimal digits, such as 8F1F, with or without 0x."
    )
    supplier_id = serializers.CharField(help_text=f"For whom the Alert is. {_EUI64_SAYS}")


class AlertRecipient(serializers.Serializer[None]):
    """To whom an Alert is sent."""

    user_id = serializers.CharField(help_text=_EUI64_SAYS)
    party = serializers.CharField(allow_null=True, help_text="Null for a client of another Party.")
    is_resource_provider = serializers.BooleanField(
        help_text="Whether it is the failed Supplier's Shared Resource Provider."
    )


class AlertCertificate(serializers.Serializer[None]):
    """A certificate with which an Alert is sent."""

    issuer = serializers.CharField()
    serial = serializers.CharField(help_text="In decimal.")
    key_usage = serializers.CharField(allow_blank=True)
    revoked = serializers.BooleanField()


class AlertAnswer(serializers.Serializer[None]):
    """The decision on one Alert."""

    decision = serializers.ChoiceField(choices=[a.value for a in AlertAction])
    reason = serializers.CharField(
        allow_null=True, help_text=f"Why it is held; null where it is sent. {_REASON_SAYS}"
    )
    to = AlertRecipient(allow_null=True, help_text="Null where it is held.")
    certificates = AlertCertificate(
        many=True,
        help_text="Those of the Supplier with which it is sent, newest first: its live ones, or "
        "for a failed Supplier its revoked ones. None where it is held, and none for "
        "a client of another Party.",
    )
    tell_staff = serializers.BooleanField(
        help_text="Whether the DCC's staff are to be told that it is held."
    )
    findings = RuleFinding(many=True, help_text="Every rule in order, passes too.")
    snapshot = serializers.CharField(help_text="The version of the register it rests on.")
    snapshot_age = serializers.FloatField(
        help_text="Seconds since the database last confirmed that version."
    )
    checked_at = serializers.DateTimeField()


class CertificateNotification(serializers.Serializer[None]):
    """For which User ID, and between which moments, a certificate is notified."""

    user_id = serializers.CharField(help_text=_EUI64_SAYS)
    notified_at = serializers.DateTimeField()
    withdrawn_at = serializers.DateTimeField(allow_null=True)


class RegisteredCertificate(serializers.Serializer[None]):
    """A certificate of the register, as it stood at the moment that was asked for."""

    id = serializers.IntegerField()
    issuer = serializers.CharField()
    serial = serializers.CharField(help_text="In decimal.")
    eui64 = serializers.CharField(help_text=_EUI64_SAYS)
    remote_party_role = serializers.CharField(help_text="87 is xmlSign.")
    key_usage = serializers.CharField(allow_blank=True)
    common_name = serializers.CharField(allow_blank=True)
    mpids = serializers.ListField(child=serializers.CharField())
    not_before = serializers.DateTimeField()
    not_after = serializers.DateTimeField(help_text="Inclusive (RFC 5280, 4.1.2.5).")
    spki_sha256 = serializers.CharField(help_text="Names the key.")
    party = serializers.CharField(help_text="The Party's reference.")
    party_name = serializers.CharField()
    recorded_at = serializers.DateTimeField()
    status = serializers.ChoiceField(
        choices=[s.value for s in CertificateStatus],
        help_text="Withheld: it came back unlike its request, so nobody may use it.",
    )
    revoked_at = serializers.DateTimeField(allow_null=True)
    revocation_reason = serializers.CharField(allow_null=True)
    notifications = CertificateNotification(many=True)


class RegisterPage(serializers.Serializer[None]):
    """Some certificates, and where the following ones are."""

    certificates = RegisteredCertificate(many=True)
    as_of = serializers.DateTimeField()
    next = serializers.CharField(
        allow_null=True, help_text="The address of what follows; null at the end."
    )


class FieldError(serializers.Serializer[None]):
    """What is wrong with one field."""

    field = serializers.CharField()
    code = serializers.ChoiceField(
        choices=["field-malformed", "field-missing", "field-repeated", "field-unknown"]
    )
    detail = serializers.CharField()


class ProblemDocument(serializers.Serializer[None]):
    """What is wrong with a request (RFC 9457). Act on `code`, never on the words."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.ChoiceField(choices=sorted(PROBLEMS))
    detail = serializers.CharField()
    errors = FieldError(many=True, required=False)  # type: ignore[assignment]  # a field, as any


def answer_or_problem(*, many: bool = False) -> PolymorphicProxySerializer:
    """Return the shape of what a batch has for a question, or of a list of these."""
    return PolymorphicProxySerializer(
        component_name="CheckAnswerOrProblem",
        serializers=[CheckAnswer, ProblemDocument],
        resource_type_field_name=None,
        many=many,
    )


@extend_schema_field(answer_or_problem(many=True))
class _AnswersOrProblems(serializers.ListField):
    """The answers of a batch."""


class BatchAnswers(serializers.Serializer[None]):
    """The answers, in the order of the questions."""

    answers = _AnswersOrProblems(
        help_text="In place of an answer there is a problem document where a question could not "
        "be answered."
    )
