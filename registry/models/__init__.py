"""What is stored. Only the registry touches its models; the edge asks selectors and services."""

from registry.models.alerts import AllAlertsMoment, SafetyCriticalAlert
from registry.models.api_clients import ApiClient
from registry.models.appointments import Appointment
from registry.models.certificate_requests import CertificateRequest, RequestCheck
from registry.models.certificates import OrganisationCertificate
from registry.models.dcc_certificates import DccSigningCertificate
from registry.models.documents import Document, DocumentContent
from registry.models.enforcement import (
    EnforcementMoment,
    NotificationWaiverMoment,
    ServiceReferenceVariant,
    ServiceRequestEligibility,
)
from registry.models.events import Event, EventChainHead
from registry.models.jobs import Job
from registry.models.keys import KeyUse
from registry.models.mail import MailMessage, MailTry
from registry.models.mpid_transfer_holds import MpidTransferHold
from registry.models.mpids import Mpid, MpidUse, WordInName
from registry.models.notifications import SigningNotification
from registry.models.observations import (
    CeasedMessage,
    IdempotentCall,
    Observation,
    SpoolSegment,
)
from registry.models.outbox import OutboxMessage
from registry.models.parties import Party, PartyMpid, PartyStanding, UserId
from registry.models.passing import PassingThing
from registry.models.people import NaturalPerson, Person
from registry.models.proposals import Proposal, ProposalSubject
from registry.models.registration import RegistrationSwitchMoment
from registry.models.sign_in import KnownDevice, PasswordTries
from registry.models.snapshots import SnapshotChange, SnapshotVersion
from registry.models.working_days import DayOff

__all__ = [
    "AllAlertsMoment",
    "ApiClient",
    "Appointment",
    "CeasedMessage",
    "CertificateRequest",
    "DayOff",
    "DccSigningCertificate",
    "Document",
    "DocumentContent",
    "EnforcementMoment",
    "Event",
    "EventChainHead",
    "IdempotentCall",
    "Job",
    "KeyUse",
    "KnownDevice",
    "MailMessage",
    "MailTry",
    "Mpid",
    "MpidTransferHold",
    "MpidUse",
    "NaturalPerson",
    "NotificationWaiverMoment",
    "Observation",
    "OrganisationCertificate",
    "OutboxMessage",
    "Party",
    "PartyMpid",
    "PartyStanding",
    "PassingThing",
    "PasswordTries",
    "Person",
    "Proposal",
    "ProposalSubject",
    "RegistrationSwitchMoment",
    "RequestCheck",
    "SafetyCriticalAlert",
    "ServiceReferenceVariant",
    "ServiceRequestEligibility",
    "SigningNotification",
    "SnapshotChange",
    "SnapshotVersion",
    "SpoolSegment",
    "UserId",
    "WordInName",
]
