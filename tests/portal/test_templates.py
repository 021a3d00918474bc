"""A template can be read beside another one: no line of it is longer than 120 characters."""

from tests.documents import FOLDER

LONGEST = 120


def test_no_line_of_a_template_is_too_long() -> None:
    templates = sorted((FOLDER / "templates").rglob("*.html"))
    assert len(templates) > 50
    assert [
        f"{template.relative_to(FOLDER)}:{number}"
        for template in templates
        for number, line in enumerate(template.read_text("utf-8").splitlines(), start=1)
        if len(line) > LONGEST
    ] == []
