"""Filters for our templates: moments, for people and for machines at once, and code in text."""

import re
from datetime import UTC, datetime

from django import template
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from portal.presenters.moments import date_words, moment_words

register = template.Library()

_CODE = re.compile("`([^`]+)`")


@register.filter
def moment(at: datetime) -> SafeString:
    """Return a moment as `20 November 2026 at 09:05:07 GMT`."""
    return format_html('<time datetime="{}">{}</time>', _machine(at), moment_words(at))


@register.filter
def day(at: datetime) -> SafeString:
    """Return a moment's date in Great Britain as `20 November 2026`."""
    return format_html('<time datetime="{}">{}</time>', _machine(at), date_words(at))


@register.filter
def coded(words: object) -> SafeString:
    """Return words with what stands between backticks as code; all of it is escaped first.

    The words of a finding are the same wherever it is told; only a page has another sign for code.
    """
    # Escaping leaves backticks alone and makes none.
    return mark_safe(_CODE.sub(r'<code class="app-id">\1</code>', escape(str(words))))  # noqa: S308


def _machine(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
