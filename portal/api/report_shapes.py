"""The shapes of reports by clients, for the API's description alone (see `portal.api.shapes`)."""

from rest_framework import serializers

from portal.api.reports import MOST_COUNTED, MOST_ENTRIES
from registry.observations.acts.observations import GENERATIONS, KINDS, OUTCOMES

_EUI64_SAYS = "An EUI-64 such as 90-B3-D5-1F-30-01-00-00."
_REASON_SAYS = "A code of the catalogue."


class ObservedDecisions(serializers.Serializer[None]):
    """How many messages of one day were decided in one way."""

    day = serializers.DateField(help_text="The day in Great Britain on which they were received.")
    user_id = serializers.CharField(
        required=False,
        allow_null=True,
        help_text=f"The signer's, only where the signature verified. {_EUI64_SAYS}",
    )
    issuer = serializers.CharField(
        required=False,
        allow_null=True,
        help_text="The issuer of the certificate that the messages name, such as CN=Z1,OU=07.",
    )
    serial = serializers.CharField(
        required=False, allow_null=True, help_text="Its serial number in decimal."
    )
    generation = serializers.ChoiceField(choices=GENERATIONS)
    kind = serializers.ChoiceField(choices=KINDS, help_text="The kind of message.")
    srv = serializers.CharField(
        required=False,
        allow_null=True,
        help_text="The Service Reference Variant, where it is in the list.",
    )
    supplier_id = serializers.CharField(
        required=False, allow_null=True, help_text=f"The Supplier for whom. {_EUI64_SAYS}"
    )
    checkpoint = serializers.CharField(required=False, allow_null=True, default="dsp")
    outcome = serializers.ChoiceField(choices=OUTCOMES, help_text="What was done.")
    reason = serializers.CharField(
        required=False, allow_null=True, help_text=f"Why they ceased. {_REASON_SAYS}"
    )
    would_be = serializers.ChoiceField(
        choices=OUTCOMES,
        required=False,
        allow_null=True,
        help_text="What it would have been with everything enforced; as `outcome` unless said.",
    )
    would_be_reason = serializers.CharField(
        required=False, allow_null=True, help_text="Why they would have ceased."
    )
    count = serializers.IntegerField(min_value=1, max_value=MOST_COUNTED)


class ObservationsReport(serializers.Serializer[None]):
    """Counts of decisions that were made elsewhere."""

    observations = serializers.ListField(
        child=ObservedDecisions(), min_length=1, max_length=MOST_ENTRIES
    )


class ObservationsAnswer(serializers.Serializer[None]):
    """What was counted."""

    decisions = serializers.IntegerField(help_text="How many messages were counted.")
    unproven = serializers.IntegerField(
        help_text="How many of them were counted without a User ID: none was given, or the "
        "register does not have the certificate as its own, or does not know `supplier_id`."
    )


class CeasedElsewhere(serializers.Serializer[None]):
    """A message whose processing ceased."""

    request_id = serializers.CharField(help_text="The RequestID of its Header.")
    time = serializers.DateTimeField(help_text="The moment at which it was received.")
    user_id = serializers.CharField(
        required=False,
        allow_null=True,
        help_text="The signer's, only where the signature verified; else the Party of the "
        f"Business Originator ID is told that it is not proven to be theirs. {_EUI64_SAYS}",
    )
    reason = serializers.CharField(help_text=_REASON_SAYS)
    issuer = serializers.CharField(required=False, allow_null=True)
    serial = serializers.CharField(required=False, allow_null=True)
    generation = serializers.ChoiceField(choices=GENERATIONS, required=False, allow_null=True)
    checkpoint = serializers.CharField(required=False, allow_null=True)
    command_variant = serializers.IntegerField(
        required=False, allow_null=True, min_value=1, max_value=9
    )
    srv = serializers.CharField(required=False, allow_null=True)


class CeasedReport(serializers.Serializer[None]):
    """Refusals that were decided elsewhere."""

    ceased = serializers.ListField(child=CeasedElsewhere(), min_length=1, max_length=MOST_ENTRIES)


class CeasedAnswer(serializers.Serializer[None]):
    """What was recorded."""

    received = serializers.IntegerField(help_text="How many refusals were sent.")
    recorded = serializers.IntegerField(
        help_text="How many of them were new; the others were there already."
    )
