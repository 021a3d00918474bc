"""Every refusal of every act leaves one event that says who, when, what and why, and no more.

The refusals that there are come from the code of `registry/*/acts` and `registry/access.py`: a
new one without an entry in `cases` fails.
"""

import ast
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps

from registry.certificates.acts.certificate_requests import check_submission
from registry.errors import RegistryError
from registry.evidence.history import prove_history
from registry.models import Event, EventChainHead
from rules.duties import PERMITTED, Act
from rules.findings import RefusedError
from rules.workflow import IllegalMoveError
from tests.registry.refusals.cases import CASES, REFUSALS
from tests.registry.refusals.world import DAY, LATER

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.serves("RA-EVIDENCE"),
    pytest.mark.slow,
]

PROJECT = Path(__file__).resolve().parents[3]


def rows() -> dict[str, object]:
    """Return every row of the register but for its evidence."""
    return {
        model.__name__: sorted(map(repr, model.objects.values()))
        for model in apps.get_app_config("registry").get_models()
        if model not in {Event, EventChainHead}
    }


@pytest.fixture
def _keys(settings, tmp_path) -> None:
    settings.FEED_KEYS_DIR = tmp_path / "keys"
    settings.FEED_KEY_ANNOUNCED_FOR = DAY.total_seconds()


@pytest.mark.parametrize(
    ("act", "codes", "prepare"),
    CASES,
    ids=[f"{number}-{act.name}-{codes}" for number, (act, codes, _) in enumerate(CASES)],
)
@pytest.mark.usefixtures("_keys")
def test_a_refusal_leaves_its_event_and_nothing_else(act, codes, prepare, world) -> None:
    refused = prepare(world)
    before, last = rows(), Event.objects.count()
    with pytest.raises((RegistryError, RefusedError, IllegalMoveError)) as raised:
        refused()
    assert rows() == before
    (event,) = Event.objects.filter(position__gt=last)
    assert (event.kind, event.result, event.at) == (act.value, "refused", LATER)
    assert event.subject != ""
    details = json.loads(event.body)["details"]
    assert details["reasons"] == codes.split()
    assert details["reasons"] == codes_of(raised.value)
    # What a person does says whose act it was; what is done on the machine has nobody's name.
    assert (event.actor is not None) is (act in PERMITTED)
    assert prove_history().first_break is None


def codes_of(refusal: Exception) -> list[str]:
    if isinstance(refusal, RefusedError):
        return list(refusal.report.reasons)
    return [getattr(refusal, "code", "illegal-move")]


def test_what_a_submission_is_refused_for_at_its_check_is_recorded_then(world) -> None:
    last = Event.objects.count()
    checked = check_submission(b"nothing", actor=world.aro, at=LATER)
    (event,) = Event.objects.filter(position__gt=last)
    assert (event.kind, event.result) == (Act.SUBMIT_REQUEST.value, "refused")
    assert json.loads(event.body)["details"]["reasons"] == list(checked.report.reasons) != []


# --- the refusals that there are -------------------------------------------------------------

NO_ACTS = {
    "idempotency.py": "how an API client's write is sent, not an act",
}
SHOWN_ELSEWHERE = {
    # A code that was used before needs the machine's clock, and ten wrong ones take a while:
    # tests/portal/pages/test_sign_in.py has both with their events.
    "code-used",
    "code-throttled",
}
_ERRORS = {"NotPermittedError", "ConflictError", "RefusedActError"}


def raised_codes() -> Iterator[tuple[str, str]]:
    """Return every code of a refusal that stands in the code of the acts, and where."""
    acts = sorted(PROJECT.glob("registry/*/acts/*.py"))
    assert acts
    for path in (*acts, PROJECT / "registry/access.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if path.name not in NO_ACTS:
                yield from ((path.name, code) for code in _codes_in(node))


def _codes_in(node: ast.AST) -> Iterator[str]:
    """Return the codes that a refusal is made with here, or that are handed on to one."""
    given: list[ast.expr | None] = []
    if isinstance(node, ast.FunctionDef):
        of = zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
        given = [default for argument, default in of if argument.arg == "code"]
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        if node.func.id in _ERRORS:
            given = node.args[:1]
        elif node.func.id.islower():  # a function of ours, not a class that has a `code`
            given = [keyword.value for keyword in node.keywords if keyword.arg == "code"]
    for code in given:
        if isinstance(code, ast.Constant):
            yield code.value
        else:
            assert isinstance(code, ast.Name), ast.dump(node)
            assert code.id == "code", "a code comes as such, or as the argument `code`"


def test_every_refusal_in_the_code_has_its_case() -> None:
    known = {code for _, codes, _ in CASES for code in codes.split()} | SHOWN_ELSEWHERE
    assert [(path, code) for path, code in raised_codes() if code not in known] == []


def test_every_act_of_a_person_has_its_cases() -> None:
    assert PERMITTED.keys() <= REFUSALS.keys()
