"""The pages about the API work offline, under a policy of their own."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import DESKTOP, PHONE, shoot
from tests.browser.test_every_page import overflows

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


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_as_it_opens_the_page_is_accessible_and_inside_its_width(opened, viewport):
    page = opened(viewport=viewport)
    page.goto("/api/v1/docs")
    page.get_by_text("List every reason code").wait_for()
    shoot(page, f"api-docs-{viewport['width']}")
    # Its headings are Swagger UI's own, which only good practice would have in another order.
    wanted = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
    results = Axe().run(page, options={"runOnly": wanted, "resultTypes": ["violations"]})
    faults = [
        f"{violation['id']}: {violation['nodes'][0]['html'][:200]}"
        for violation in results.response["violations"]
    ]
    assert faults + overflows(page, "api-docs") == []
