"""The words of the reasons for which a message of the User Role SolrContingency ceases."""

from typing import Final

from rules.service_requests.duis_codes import DEVICE, ROLE
from rules.service_requests.reason_codes import CheckReason as C, reason

CONTINGENCY: Final = (
    reason(
        C.SOLR_INSTRUCTION_NOT_LIVE,
        ROLE,
        "Only SolrContingency would allow it, and no instruction of the Authority is live.",
        "The User ID {user_id} may send {srv} only as SolrContingency, and no instruction of the "
        "Authority for it is live.",
        do="Have the instruction of the Authority recorded, and send only while it is live.",
    ),
    reason(
        C.PAYMENT_MODE_NOT_CREDIT,
        None,
        "It does not set the Payment Mode to Credit, and SolrContingency may do nothing else.",
        "SolrContingency may only set the Payment Mode to Credit, and this has {payment_mode}; "
        "ask for Credit.",
        do="Ask for the Payment Mode Credit, the only one that SolrContingency may set.",
    ),
    reason(
        C.NOTIFIED_CRITICAL_SUPPLIER_NOT_SUPPLIED,
        DEVICE,
        "Nothing names the failed Supplier: neither the message nor the caller.",
        "The message does not name the failed Supplier and the Notified Critical Supplier ID of "
        "the Device was not supplied; give it.",
        do="Give the failed Supplier of the Device as `device.notified_critical_supplier_id`.",
    ),
    reason(
        C.FAILED_SUPPLIERS_DIFFER,
        DEVICE,
        "The message and the caller name different Suppliers as the failed one.",
        "The failed Supplier is {named} at once; send it for one Supplier.",
        do="Name one and the same Supplier as the failed one in the message and beside it.",
    ),
    reason(
        C.FAILED_SUPPLIER_UNKNOWN,
        DEVICE,
        "The one named as the failed Supplier never had a certificate in the Supplier role.",
        "The register holds no certificate in the Supplier role for {not_failed}, so that it is "
        "no failed Supplier; name one that had such certificates.",
        do="Name a failed Supplier that has had certificates in the Supplier role.",
    ),
    reason(
        C.FAILED_SUPPLIER_LIVE,
        DEVICE,
        "The one named as the failed Supplier has a live certificate in the Supplier role.",
        "{not_failed} has a certificate in the Supplier role that was in force at {at}, so that "
        "it has not failed.",
        do=(
            "Send for a Supplier only once every live certificate of its Supplier role has "
            "been revoked."
        ),
    ),
    reason(
        C.FAILED_SUPPLIER_NOT_REVOKED,
        DEVICE,
        "None of the certificates in the Supplier role of the one named was revoked.",
        "No certificate in the Supplier role of {not_failed} was revoked by {at}; "
        "that none is in force is no failure.",
        do="Send only for a Supplier whose certificates were revoked, not merely left to end.",
    ),
    reason(
        C.SOLR_INSTRUCTION_NOT_FOR_SUPPLIER,
        DEVICE,
        "No live instruction of the Authority to this provider covers that Supplier.",
        "The instructions of the Authority to {party} that are live do not cover {supplier}.",
        do=(
            "Have an instruction of the Authority recorded that covers this Supplier before "
            "sending."
        ),
    ),
    reason(
        C.SOLR_THRESHOLD_ZERO,
        None,
        "The threshold of the User ID for the Service Reference Variant is zero, as it is unless "
        "it was set.",
        "The threshold of {user_id} for {srv} as SolrContingency is not above zero; "
        "set it before sending.",
        do=(
            "Set a threshold above zero for the User ID and the Service Reference Variant "
            "before sending."
        ),
    ),
)
