"""Mail that was asked for, as it is sent, and every try at sending it."""

from django.db import models


class MailMessage(models.Model):
    """One mail to one recipient, worded when it was asked for.

    Its row, not the outbox's, says that it was sent. It holds no secret: staff read all of it.
    """

    template = models.CharField(max_length=60)
    recipient = models.EmailField()
    subject = models.CharField(max_length=200)
    text = models.TextField()
    message_id = models.CharField(max_length=120)
    """The Message-ID, the same at every try, so that one that came twice can be
    told to be one."""
    asked_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    """When a server took it."""
    refused_at = models.DateTimeField(null=True, blank=True)
    """When a server refused it for good."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["message_id"], name="mail_message_id_is_of_one_mail"),
        ]

    def __str__(self) -> str:
        return f"{self.template} {self.message_id}"


class MailTry(models.Model):
    """One try at sending a mail, written before the server is asked."""

    mail = models.ForeignKey(MailMessage, on_delete=models.PROTECT, related_name="tries")
    at = models.DateTimeField()
    outcome = models.CharField(max_length=20, blank=True, default="", db_default="")
    """`taken`, `not-taken` or `refused`; empty where its worker ended and nobody knows."""
    answer = models.TextField(blank=True)
    """What the server said, or what went wrong; empty where it took the mail or nobody knows."""

    def __str__(self) -> str:
        return f"mail {self.mail_id}, {self.at}"
