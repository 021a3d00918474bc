"""Signing in with a password and a one-time code, setting up the device for it, signing out."""

from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods
from django_otp import login as otp_login

from portal.asker import is_verified, moment_of, person_of
from portal.forms.sign_in import CodeForm, SignInForm
from portal.gate import UNDONE, opens_half_signed_in, opens_to_anybody
from portal.known_device import device_token, give_device_token
from portal.pages import Trouble, render_page
from portal.presenters.moments import minute_words, time_words
from portal.presenters.qr_codes import qr_code
from registry.errors import RefusedActError
from registry.people.acts import people
from registry.people.acts.known_devices import remember_device
from registry.people.acts.password_tries import Try
from registry.people.acts.people import CodeThrottledError

WRONG = (
    f"Email address or password is incorrect. After {settings.AXES_FAILURE_LIMIT} wrong tries "
    f"you cannot sign in for {round(settings.AXES_COOLOFF_TIME * 60)} minutes."
)


@opens_to_anybody
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Take an e-mail address and a password; the one-time code comes next."""
    if is_verified(request):
        return redirect(_safe_next(request))
    if request.method != "POST":
        form = SignInForm(initial={"next": request.GET.get("next", "")})
        return _sign_in_page(request, form)
    form = SignInForm(request.POST)
    if not form.is_valid():
        return _sign_in_page(request, form, troubles=form.troubles())
    email = form.cleaned_data["email"]
    request.device_token = device_token(request)  # type: ignore[attr-defined]  # for the count
    # By the name of the field: django-axes counts by it, and would count for nobody otherwise.
    person = authenticate(request, email=email, password=form.cleaned_data["password"])
    if person is None:
        _record_refusal(request, email)
        # Where it is locked, the middleware of django-axes answers with `locked_out` instead.
        form.add_error("password", WRONG)
        return _sign_in_page(request, form, troubles=form.troubles())
    login(request, person)
    return redirect(reverse("second-factor", query=_next_query(request)))


@opens_half_signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def second_factor(request: HttpRequest) -> HttpResponse:
    """Take a one-time code; a person without a device is led to setting one up."""
    if is_verified(request):
        return redirect(_safe_next(request))
    person = person_of(request)
    if not people.has_device(person):
        return redirect(reverse("set-up-second-factor", query=_next_query(request)))
    form = CodeForm(request.POST or None, initial={"next": request.GET.get("next", "")})
    if request.method != "POST":
        return _code_page(request, form)
    if not form.is_valid():
        return _code_page(request, form, troubles=form.troubles())
    try:
        device = people.verify_code(person, form.cleaned_data["code"], at=moment_of(request))
    except RefusedActError as refusal:
        return _code_page(request, form, refusal=refusal)
    return _verified(request, device)


@opens_half_signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def set_up_second_factor(request: HttpRequest) -> HttpResponse:
    """Show the secret of a new device and take a code from it, at somebody's first sign-in."""
    person = person_of(request)
    if is_verified(request) or people.has_device(person):
        return redirect(reverse("second-factor", query=_next_query(request)))
    form = CodeForm(request.POST or None, initial={"next": request.GET.get("next", "")})
    if request.method != "POST":
        return _set_up_page(request, form)
    if not form.is_valid():
        return _set_up_page(request, form, troubles=form.troubles())
    try:
        device = people.confirm_device(person, form.cleaned_data["code"], at=moment_of(request))
    except RefusedActError as refusal:
        return _set_up_page(request, form, refusal=refusal)
    return _verified(request, device)


@opens_to_anybody
@require_http_methods(["GET", "HEAD", "POST"])
def sign_out(request: HttpRequest) -> HttpResponse:
    """Sign out. Opened as a link it asks first, since a link must change nothing."""
    if request.method != "POST":
        return render_page(request, "sign_in/sign_out.html", heading="Sign out")
    logout(request)
    return redirect("sign-in")


def locked_out(
    request: HttpRequest, response: HttpResponse, credentials: dict[str, Any]
) -> HttpResponse:
    """Answer a sign-in that django-axes has locked after too many wrong passwords."""
    del response, credentials
    taken: Try = request.password_try  # type: ignore[attr-defined]  # set with the try
    return render_page(
        request,
        "sign_in/locked_out.html",
        heading="You cannot sign in yet",
        status=HTTPStatus.TOO_MANY_REQUESTS,
        tries=settings.AXES_FAILURE_LIMIT,
        until=minute_words(taken.until),
    )


def _record_refusal(request: HttpRequest, email: str) -> None:
    taken: Try = request.password_try  # type: ignore[attr-defined]  # set with the try
    if taken.is_looked_at:
        people.record_refused_password(
            email,
            address=str(request.axes_ip_address or ""),  # type: ignore[attr-defined]  # likewise
            is_locked_out=taken.is_last,
            at=moment_of(request),
        )


def _verified(request: HttpRequest, device: object) -> HttpResponse:
    """Let the person in: under a new session key, since what the session may do has grown.

    From now on strangers cannot lock the person out in this browser.
    """
    otp_login(request, device)
    request.session.cycle_key()
    token = remember_device(person_of(request), device_token(request), at=moment_of(request))
    response = redirect(_safe_next(request))
    give_device_token(response, token)
    return response


def _sign_in_page(
    request: HttpRequest, form: SignInForm, *, troubles: tuple[Trouble, ...] = ()
) -> HttpResponse:
    return render_page(
        request,
        "sign_in/sign_in.html",
        heading="Sign in",
        form=form,
        is_undone=UNDONE in request.GET,
        troubles=troubles,
        status=_status(troubles),
    )


def _code_page(
    request: HttpRequest,
    form: CodeForm,
    *,
    troubles: tuple[Trouble, ...] = (),
    refusal: RefusedActError | None = None,
) -> HttpResponse:
    troubles = troubles or _refused(form, refusal)
    return render_page(
        request,
        "sign_in/code.html",
        heading="Enter your one-time code",
        form=form,
        is_undone=UNDONE in request.GET,
        troubles=troubles,
        status=_status(troubles, refusal),
    )


def _set_up_page(
    request: HttpRequest,
    form: CodeForm,
    *,
    troubles: tuple[Trouble, ...] = (),
    refusal: RefusedActError | None = None,
) -> HttpResponse:
    secret = people.device_to_set_up(person_of(request))
    troubles = troubles or _refused(form, refusal)
    return render_page(
        request,
        "sign_in/set_up.html",
        heading="Set up your authenticator app",
        form=form,
        qr=qr_code(secret.uri),
        secret_groups=tuple(
            secret.secret[start : start + 4] for start in range(0, len(secret.secret), 4)
        ),
        troubles=troubles,
        status=_status(troubles, refusal),
    )


def _refused(form: CodeForm, refusal: RefusedActError | None) -> tuple[Trouble, ...]:
    """Put why a code was refused beside its field, and return the lines of the summary."""
    if refusal is None:
        return ()
    says = refusal.says
    if isinstance(refusal, CodeThrottledError):
        says = f"Too many wrong codes. Try again after {time_words(refusal.until)}."
    form.add_error("code", says)
    return form.troubles()


def _status(troubles: tuple[Trouble, ...], refusal: RefusedActError | None = None) -> HTTPStatus:
    if isinstance(refusal, CodeThrottledError):
        return HTTPStatus.TOO_MANY_REQUESTS
    return HTTPStatus.UNPROCESSABLE_ENTITY if troubles else HTTPStatus.OK


def _next_query(request: HttpRequest) -> dict[str, str]:
    target = _safe_next(request)
    return {"next": target} if target != reverse("home") else {}


def _safe_next(request: HttpRequest) -> str:
    """Return where to go after signing in: a page of ours, never another site's."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = asked.startswith("/") and url_has_allowed_host_and_scheme(
        asked, allowed_hosts=None, require_https=request.is_secure()
    )
    return asked if is_ours else reverse("home")
