"""The frame around every page: which service this is, who is signed in, and where to go."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import HttpRequest
from django.urls import resolve, reverse

from portal.asker import is_verified, moment_of, person_of
from portal.openings import opening_of
from portal.presenters.contact import Contact, registration_team
from portal.presenters.sending import says_in_short
from portal.presenters.stale_register import stale_words
from portal.presenters.words import role_words
from portal.sending import troubles_of
from registry.feed.reads.snapshot_holder import age_of_holding
from registry.gateways.certification_authority import certification_authority
from rules.duties import SUBSCRIBER

if TYPE_CHECKING:
    from registry.models import Person

SERVICE_NAME = "SMKI registration authority"

_MAIN_PAGES = (
    ("home", "Home"),
    ("requests", "Requests"),
    ("certificates", "Certificates"),
    ("user-ids", "User IDs"),
    ("message-check", "Check a message"),
    ("proposals", "Two people"),
    ("evidence", "Evidence"),
    ("background-work", "Background work"),
)
"""The main pages by the name of the route. Each is offered to the roles that its view opens to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Crumb:
    """A page above this one."""

    label: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NavigationItem:
    """One of the main pages."""

    label: str
    href: str
    is_active: bool
    """The page that is open is this one or below it."""
    is_current: bool
    """The page that is open is this very one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What surrounds every page."""

    service: str
    is_for_development: bool
    """The certification authority is a development one, whose certificates are worth nothing."""
    person: str | None
    """Who is signed in; None before the second factor."""
    acts_as: str
    """In which role and for which Party."""
    may_sign_out: bool
    navigation: tuple[NavigationItem, ...]
    contact: Contact
    """Whom to ask, for whoever is stuck."""
    alarm: str = ""
    """That User IDs of the Party cannot send; empty where all can, or the page itself says it."""
    stale: str = ""
    """That messages are decided by a register that was not confirmed lately, for the DCC's staff;
    empty where it was."""


def frame_for(request: HttpRequest) -> Frame:
    """Return the frame for whoever asks."""
    user = getattr(request, "user", None)
    is_known = user is not None and user.is_authenticated
    person = person_of(request) if is_known and is_verified(request) else None
    return Frame(
        service=SERVICE_NAME,
        is_for_development=certification_authority().is_for_development,
        person=person.name if person is not None else None,
        acts_as=acting_as(person) if person is not None else "",
        may_sign_out=is_known,
        navigation=_navigation(person, path=request.path) if person is not None else (),
        contact=registration_team(),
        alarm=_alarm(request, person) if person is not None else "",
        stale=stale_words(age_of_holding(), at=moment_of(request))
        if person is not None and person.is_staff_of_dcc
        else "",
    )


def _alarm(request: HttpRequest, person: "Person") -> str:
    """Return in short that User IDs cannot send, which a Party's people see on every page."""
    route = request.resolver_match.url_name if request.resolver_match else ""
    if person.person_role not in SUBSCRIBER or route in {"home", "cannot-send"}:
        return ""
    troubles = troubles_of(request)
    return says_in_short(troubles, reader=person) if troubles else ""


def bare_frame() -> Frame:
    """Return the frame without anybody, for when nothing can be asked."""
    return Frame(
        service=SERVICE_NAME,
        is_for_development=certification_authority().is_for_development,
        person=None,
        acts_as="",
        may_sign_out=False,
        navigation=(),
        contact=registration_team(),
    )


def acting_as(person: "Person") -> str:
    """Return in which role, and for which Party, a person acts."""
    role = role_words(person.person_role)
    return f"{role} of {person.party.name}" if person.party is not None else role


def home_crumb() -> Crumb:
    """Return the way to the home page."""
    return Crumb(label="Home", href=reverse("home"))


def crumb(label: str, route: str, *args: object) -> Crumb:
    """Return the way to a page by its route."""
    return Crumb(label=label, href=reverse(route, args=args))


def _navigation(person: "Person", *, path: str) -> tuple[NavigationItem, ...]:
    items = []
    for route, label in _MAIN_PAGES:
        href = reverse(route)
        opening = opening_of(resolve(href).func)
        if opening is None or person.person_role not in opening.roles:
            continue
        is_below = href != "/" and path.startswith(f"{href}/")
        items.append(
            NavigationItem(
                label=label, href=href, is_active=path == href or is_below, is_current=path == href
            )
        )
    return tuple(items)
