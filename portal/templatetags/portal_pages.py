"""Filters for our templates: moments, for people and for machines at once."""

from datetime import UTC, datetime

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from portal.presenters.moments import date_words, moment_words

register = template.Library()


@register.filter
def moment(at: datetime) -> SafeString:
    """Return a moment as `20 November 2026 at 09:05:07 GMT`."""
    return format_html('<time datetime="{}">{}</time>', _machine(at), moment_words(at))


@register.filter
def day(at: datetime) -> SafeString:
    """Return a moment's date in Great Britain as `20 November 2026`."""
    return format_html('<time datetime="{}">{}</time>', _machine(at), date_words(at))


def _machine(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
