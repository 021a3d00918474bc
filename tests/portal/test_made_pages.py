"""Pages of the documents that are made from the code: printed, or compared with what is there."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

PAGE = "docs/reasons.md"


def answer(*arguments: str) -> str:
    out = StringIO()
    call_command("list_reasons", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def documents(tmp_path: Path, settings) -> Path:
    settings.BASE_DIR = tmp_path
    (tmp_path / "docs").mkdir()
    return tmp_path


def test_a_page_that_is_what_there_is_passes_without_a_word(documents) -> None:
    (documents / PAGE).write_text(answer(), "utf-8")
    assert answer("--check") == ""


@pytest.mark.parametrize("change", [lambda page: page + "\n", lambda page: page[1:], None])
def test_a_page_that_is_stale_or_missing_is_refused_with_what_to_do(documents, change) -> None:
    if change is not None:
        (documents / PAGE).write_text(change(answer()), "utf-8")
    with pytest.raises(CommandError) as refused:
        answer("--check")
    assert refused.value.returncode == 1
    assert PAGE in str(refused.value)
    assert "python manage.py list_reasons" in str(refused.value)
