"""A page as a browser reads it."""

from django.http import HttpResponse


def page_of(response: HttpResponse) -> str:
    """Return a page's HTML, each run of white space as one space, as a browser shows it.

    So where its template breaks a line is no matter, least of all to a test that something is
    not on the page.
    """
    return " ".join(response.content.decode().split())
