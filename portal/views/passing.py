"""Pages that show what somebody sent, at an address of their own (docs/decisions/0080).

A form that is sent answers with the address of what it found, not with what it found: so Back and
reload do what people expect, and nothing is sent twice.
"""

from collections.abc import Mapping
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from portal.asker import moment_of, person_of
from portal.pages import render_page
from portal.presenters.frame import home_crumb
from registry.passing.acts.keeping import keep
from registry.passing.reads.kept import Kept, PassingKind, kept_for


def lead_to_kept(
    request: HttpRequest,
    view: str,
    kind: PassingKind,
    *,
    fields: Mapping[str, str],
    octets: bytes = b"",
) -> HttpResponse:
    """Keep something for the person, and lead to the view that shows it."""
    token = keep(person_of(request), kind, fields=fields, octets=octets, at=moment_of(request))
    return redirect(view, token)


def kept_here(request: HttpRequest, kind: PassingKind, token: str) -> Kept | None:
    """Return what the person has kept under a token; None where there is nothing any more."""
    return kept_for(person_of(request), kind, token, at=moment_of(request))


def gone_page(request: HttpRequest, *, what: str, again: str, link: str) -> HttpResponse:
    """Say that something is no longer kept.

    Args:
        request: Who asks.
        what: What is no longer kept, as a sentence begins.
        again: The name of the page on which to send it again.
        link: What the link to that page says.
    """
    return render_page(
        request,
        "errors/no_longer_kept.html",
        heading="This is no longer kept",
        crumbs=(home_crumb(),),
        what=what,
        again=again,
        link=link,
        status=HTTPStatus.GONE,
    )
