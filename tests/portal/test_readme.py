"""The README has every command that there is, and none that there is not."""

import re
from pathlib import Path

from django.conf import settings
from django.core.management import get_commands

FOLDER = Path(settings.BASE_DIR)
TEXT = (FOLDER / "README.md").read_text("utf-8")
ROWS = re.findall(r"^\| (`.*?) \|", TEXT, re.MULTILINE)
NOT_TYPED = {"createsuperuser", "demo", "demonstration_sign_ins", "load_demonstration"}
"""Steps of `make run` and `make demo`, and a command of Django's that is refused."""


def test_every_command_of_make_is_in_the_table_and_no_other():
    makefile = (FOLDER / "Makefile").read_text("utf-8")
    told = set(re.findall(r"^([a-z-]+):.*?## ", makefile, re.MULTILINE)) - {"help"}
    assert {name for row in ROWS for name in re.findall(r"`make ([\w-]+)`", row)} == told


def test_every_command_of_ours_is_on_the_page():
    ours = {name for name, app in get_commands().items() if app in {"portal", "registry"}}
    named = set(re.findall(r"manage\.py (\w+)|, `(\w+)`", TEXT))
    assert ours - NOT_TYPED <= {name for pair in named for name in pair}


def test_every_command_that_is_to_be_typed_is_real():
    assert set(re.findall(r"manage\.py (\w+)", TEXT)) <= set(get_commands())


def test_every_page_that_it_leads_to_is_there():
    for target in re.findall(r"\]\(([^)]+)\)", TEXT):
        assert (FOLDER / target).exists(), target
