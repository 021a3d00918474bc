"""Every address and what answers there."""

from django.urls import include, path, re_path, register_converter

from portal.api.views import NothingHere
from portal.views import (
    certificates,
    decisions,
    documents,
    effects,
    enforcement,
    evidence,
    health,
    home,
    jobs,
    mail,
    messages,
    proposals,
    reasons,
    requests,
    sign_in,
    submissions,
    user_ids,
    working_days,
)


class TokenConverter:
    """What an address has of something that one person has kept (registry.passing)."""

    regex = "[A-Za-z0-9_-]{43}"

    def to_python(self, value: str) -> str:
        """Return the token."""
        return value

    def to_url(self, value: str) -> str:
        """Return the token."""
        return value


register_converter(TokenConverter, "token")

urlpatterns = [
    # First, since it is asked for every message.
    path("api/v1/", include("portal.api.urls")),
    re_path(r"^api(?:/|$)", NothingHere.as_view(), name="api-nothing-here"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("readyz/checks", health.readyz_checks, name="readyz-checks"),
    path("sign-in", sign_in.sign_in, name="sign-in"),
    path("sign-in/code", sign_in.second_factor, name="second-factor"),
    path("sign-in/set-up", sign_in.set_up_second_factor, name="set-up-second-factor"),
    path("sign-out", sign_in.sign_out, name="sign-out"),
    path("", home.home, name="home"),
    path("cannot-send", home.cannot_send, name="cannot-send"),
    path("requests", requests.index, name="requests"),
    path("requests/new", submissions.new, name="request-new"),
    path("requests/check", submissions.check, name="request-check"),
    path("requests/checked/<token:token>", submissions.checked, name="request-checked"),
    path("requests/submit", submissions.submit, name="request-submit"),
    path("requests/<str:reference>", requests.page, name="request"),
    path("requests/<str:reference>/withdraw", requests.withdraw, name="request-withdraw"),
    path("requests/<str:reference>/decision", decisions.page, name="request-decision"),
    path("requests/<str:reference>/approve", decisions.approve, name="request-approve"),
    path("requests/<str:reference>/reject", decisions.reject, name="request-reject"),
    path("certificates", certificates.index, name="certificates"),
    path("certificates/<int:certificate_id>", certificates.page, name="certificate"),
    path(
        "certificates/<int:certificate_id>.pem",
        certificates.download,
        {"form": "pem"},
        name="certificate-pem",
    ),
    path(
        "certificates/<int:certificate_id>.der",
        certificates.download,
        {"form": "der"},
        name="certificate-der",
    ),
    path(
        "certificates/<int:certificate_id>/revoke", certificates.revoke, name="certificate-revoke"
    ),
    path("user-ids", user_ids.index, name="user-ids"),
    path("user-ids/<str:eui64>", user_ids.page, name="user-id"),
    path("user-ids/<str:eui64>/notify", user_ids.notify, name="user-id-notify"),
    path(
        "notifications/<int:notification_id>/withdraw",
        user_ids.withdraw,
        name="notification-withdraw",
    ),
    path("messages/check", messages.check, name="message-check"),
    path("messages/checked/<token:token>", messages.checked, name="message-checked"),
    path("reasons", reasons.index, name="reasons"),
    path("documents", documents.index, name="documents"),
    path("documents/add", documents.add, name="document-add"),
    path("documents/<int:document_id>", documents.page, name="document"),
    path("documents/<int:document_id>/file", documents.download, name="document-file"),
    path("working-days", working_days.index, name="working-days"),
    path("working-days/add", working_days.add, name="day-off-add"),
    path(
        "working-days/<int:day_off_id>/take-back", working_days.take_back, name="day-off-take-back"
    ),
    path("proposals", proposals.index, name="proposals"),
    path("proposals/<int:proposal_id>", proposals.page, name="proposal"),
    path("proposals/<int:proposal_id>/confirm", proposals.confirm, name="proposal-confirm"),
    path("proposals/<int:proposal_id>/withdraw", proposals.withdraw, name="proposal-withdraw"),
    path("proposals/<int:proposal_id>/refuse", proposals.refuse, name="proposal-refuse"),
    path("proposals/<int:proposal_id>/review", proposals.review, name="proposal-review"),
    path("proposals/<int:proposal_id>/close", proposals.close, name="proposal-close"),
    path("enforcement", enforcement.page, name="enforcement"),
    path("mail", mail.index, name="mail"),
    path("mail/<int:mail_id>", mail.page, name="mail-message"),
    path("background-work", effects.index, name="background-work"),
    path("background-work/<int:message_id>/retry", effects.retry, name="background-work-retry"),
    path("evidence", evidence.index, name="evidence"),
    path("evidence/prove", evidence.prove, name="evidence-prove"),
    path("evidence/proof", evidence.proof, name="evidence-proof"),
    path("evidence/<int:position>", evidence.event, name="event"),
    path("jobs", jobs.index, name="jobs"),
    path("jobs/<int:job_id>", jobs.page, name="job"),
    path("jobs/<int:job_id>/cancel", jobs.cancel, name="job-cancel"),
]

handler400 = "portal.views.errors.bad_request"
handler403 = "portal.views.errors.forbidden"
handler404 = "portal.views.errors.not_found"
handler500 = "portal.views.errors.server_error"
