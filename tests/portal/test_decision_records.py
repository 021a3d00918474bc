"""Each choice has a record with a number of its own, by which code and documents find it."""

import re
import subprocess

from tests.documents import FOLDER

RECORDS = sorted((FOLDER / "docs" / "decisions").glob("*.md"))


def test_each_record_has_a_number_of_its_own_which_its_heading_repeats() -> None:
    numbers = [record.name[:4] for record in RECORDS]
    assert sorted(set(numbers)) == numbers
    for record in RECORDS:
        heading = record.read_text("utf-8").partition("\n")[0]
        assert heading.startswith(f"# {int(record.name[:4])}. "), record.name


def test_each_record_that_is_cited_is_there() -> None:
    found = subprocess.run(
        ["git", "grep", "-hoE", "decisions/(00[0-9]{2})"],
        cwd=FOLDER,
        capture_output=True,
        text=True,
        check=True,
    )
    cited = set(re.findall(r"[0-9]{4}", found.stdout))
    assert len(cited) > 9
    assert cited <= {record.name[:4] for record in RECORDS}
