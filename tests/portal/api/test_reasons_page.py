"""The catalogue page is what the rules say, and has every code once."""

import re
from io import StringIO
from pathlib import Path

from django.conf import settings
from django.core.management import call_command

from portal.api.problems import PROBLEMS
from portal.reason_list import listed_reasons
from rules.catalogue import reason_codes
from rules.service_requests.reasons import REASONS

PAGE = Path(settings.BASE_DIR) / "docs" / "reasons.md"


def test_the_page_in_the_documents_is_the_one_that_the_rules_make():
    out = StringIO()
    call_command("list_reasons", stdout=out)
    assert PAGE.read_text("utf-8") == out.getvalue(), (
        "run `python manage.py list_reasons > docs/reasons.md`"
    )


def test_every_code_is_on_the_page():
    listed = re.findall(r"^\| `([a-z0-9-]+)` \|", PAGE.read_text("utf-8"), re.MULTILINE)
    known = [*REASONS, *(entry.reason for entry in reason_codes()), *PROBLEMS]
    assert sorted(listed) == sorted(known)


def test_a_decision_of_ours_is_cited_by_a_record_that_is_there():
    folder = Path(settings.BASE_DIR) / "docs" / "decisions"
    cited = {
        number
        for listed in listed_reasons()
        for number in re.findall(r"docs/decisions/(\w*)", listed.cites)
    }
    assert cited
    for number in cited:
        assert len(list(folder.glob(f"{number}-*.md"))) == 1, number
    # By its number, never in words.
    for listed in listed_reasons():
        assert "decision" not in listed.cites.replace("docs/decisions/", ""), listed.code
