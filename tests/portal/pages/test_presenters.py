"""Words and pictures that pages are made of."""

from datetime import UTC, datetime

import pytest
import segno

from portal.presenters.acts import ACT_OF_MOVE, ACTS
from portal.presenters.findings import finding_lines
from portal.presenters.moments import date_words, moment_words, time_words
from portal.presenters.qr_codes import qr_code
from portal.presenters.words import (
    counted,
    role_words,
    state_tag,
    user_role_words,
)
from portal.templatetags.portal_pages import coded
from rules.duties import PersonRole
from rules.findings import Finding, Verdict
from rules.roles import REMOTE_PARTY_ROLES, UserRole, remote_party_role_words
from rules.workflow import RequestMove, RequestState


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (datetime(2026, 11, 20, 9, 5, 7, tzinfo=UTC), "20 November 2026 at 09:05:07 GMT"),
        (datetime(2026, 7, 1, 23, 30, tzinfo=UTC), "2 July 2026 at 00:30:00 BST"),
        # The clocks go back at 01:00 UTC: the same hour twice, told apart by its name.
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "25 October 2026 at 01:30:00 BST"),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "25 October 2026 at 01:30:00 GMT"),
    ],
)
def test_a_moment_is_told_in_the_time_of_great_britain(at, words) -> None:
    assert moment_words(at) == words
    assert f"{date_words(at)} at {time_words(at)}" == words


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("give `device.s1sp`.", 'give <code class="app-id">device.s1sp</code>.'),
        ("`a` and `b`", '<code class="app-id">a</code> and <code class="app-id">b</code>'),
        ("has `<b>&\"'`", 'has <code class="app-id">&lt;b&gt;&amp;&quot;&#x27;</code>'),
        ("<script>`x", "&lt;script&gt;`x"),
        ("`` is empty", "`` is empty"),
    ],
)
def test_what_stands_between_backticks_is_shown_as_code_and_everything_is_escaped(
    words, shown
) -> None:
    assert coded(words) == shown


def test_a_qr_code_is_drawn_module_by_module() -> None:
    text = "otpauth://totp/someone?secret=ABCDEFGH"
    drawn = qr_code(text)
    expected = list(segno.make(text, error="l", micro=False).matrix_iter(border=4))
    dark = {
        tuple(int(number) for number in piece.split("h")[0].split())
        for piece in drawn.path.removesuffix("z").replace("z", "").split("M")[1:]
    }
    assert drawn.side == len(expected)
    assert dark == {
        (x, y) for y, row in enumerate(expected) for x, module in enumerate(row) if module
    }


def test_every_term_of_the_field_has_words() -> None:
    assert all(role_words(role) for role in PersonRole)
    assert all(state_tag(state)[0] for state in RequestState)
    assert all(ACTS[ACT_OF_MOVE[move]].done for move in RequestMove)
    assert all(role.value in user_role_words(role.value) for role in UserRole)
    assert remote_party_role_words("87") == "xmlSign (87)"
    assert remote_party_role_words("ZZ") == "ZZ (unknown)"
    assert all(code in remote_party_role_words(code) for code in REMOTE_PARTY_ROLES)


def test_a_number_comes_with_its_noun() -> None:
    assert counted(0, "request") == "0 requests"
    assert counted(1, "request") == "1 request"
    assert counted(1234, "User ID") == "1,234 User IDs"


def test_a_step_has_its_own_number_though_what_was_not_checked_is_one_line() -> None:
    verdicts = (Verdict.PASSED, Verdict.NOT_CHECKED, Verdict.FAILED, Verdict.NOT_CHECKED)
    lines = finding_lines(
        Finding(
            rule=f"T-{number}",
            verdict=verdict,
            reason=None,
            cites="Test, 1",
            says="It was seen.",
        )
        for number, verdict in enumerate(verdicts, start=1)
    )
    assert [(line.rule, line.step) for line in lines] == [
        ("T-1", 1),
        ("not-checked", 0),
        ("T-3", 3),
    ]
    assert [(line.rule, line.step) for line in lines[1].unmade] == [("T-2", 2), ("T-4", 4)]
