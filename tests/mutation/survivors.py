"""The defects that no test notices and that may stay so, each with its reason."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

LISTED = Path(__file__).resolve().parent / "survivors.toml"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Survivor:
    """A planted defect that no test noticed: what stood in the line, and what was put there."""

    function: str
    """With its module: `rules.certificates.mpids._look_alike`."""
    was: str
    now: str


def listed() -> dict[Survivor, str]:
    """Return why each defect that is known to survive may."""
    read = tomllib.loads(LISTED.read_text("utf-8"))
    kinds: dict[str, str] = read["kinds"]
    return {
        Survivor(function=entry["function"], was=entry["was"], now=entry["now"]): kinds.get(
            entry["why"], entry["why"]
        )
        for entry in read.get("survivor", ())
    }


def as_entry(survivor: Survivor) -> str:
    """Return a survivor as `survivors.toml` has it, but for the reason."""
    return "\n".join(
        (
            "[[survivor]]",
            f'function = "{survivor.function}"',
            f"was = '''{survivor.was}'''",
            f"now = '''{survivor.now}'''",
            'why = ""',
        )
    )
