"""The pages about the API work offline, under a policy of their own."""

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_every_call_is_shown_and_nothing_comes_from_elsewhere(opened, live_server):
    page = opened()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/api/v1/docs")
    page.get_by_text("Decide one message").wait_for()
    page.get_by_text("List certificates of the register").wait_for()
    page.get_by_text("Decide one message").click()
    page.get_by_text("question-malformed").first.wait_for()
    assert len(asked) > 3
    assert all(url.startswith((live_server.url, "data:", "blob:")) for url in asked)


def test_without_script_the_page_leads_to_the_description_itself(opened):
    page = opened(has_script=False)
    page.goto("/api/v1/docs")
    page.get_by_role("link", name="/api/v1/schema").click()
    assert "openapi" in page.content()
