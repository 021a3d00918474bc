"""The catalogue of reason codes: what each means, where it comes from and what to do."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from portal.forms.reasons import ReasonFilterForm
from portal.gate import opens_for
from portal.pages import render_page
from portal.presenters.cells import NOTHING, Table, identifier, text
from portal.presenters.frame import home_crumb
from portal.presenters.words import counted
from portal.reason_list import ListedReason, found_reasons
from rules.duties import Sight


@opens_for(Sight.REGISTER)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List every reason code, narrowed down by words and by what it is about."""
    form = ReasonFilterForm(request.GET)
    found = found_reasons(**form.cleaned_data) if form.is_valid() else found_reasons()
    return render_page(
        request,
        "reasons/index.html",
        heading="Reason codes",
        crumbs=(home_crumb(),),
        form=form,
        troubles=form.troubles(),
        count=counted(len(found), "reason code"),
        tables=tuple(
            _table(title, tuple(one for one in found if one.area_title == title))
            for title in dict.fromkeys(one.area_title for one in found)
        ),
    )


def _table(title: str, reasons: tuple[ListedReason, ...]) -> Table:
    return Table(
        caption=title,
        columns=("Code", "Means", "What to do", "Follows", "DUIS code"),
        rows=tuple(
            (
                identifier(one.code),
                text(
                    one.means,
                    hint="Noted only, while MP104 is monitored, except of SolrContingency."
                    if one.is_noted_in_monitor
                    else "",
                ),
                text(one.do),
                text(one.cites or NOTHING, hint=one.rule),
                text(one.duis_code or NOTHING),
            )
            for one in reasons
        ),
        empty="",
    )
