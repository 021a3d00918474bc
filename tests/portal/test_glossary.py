"""docs/glossary.md has each word once, in order, and what it names is in the code."""

import re

import pytest

from portal.api.problems import PROBLEMS
from portal.reason_list import listed_reasons
from rules.duties import PersonRole
from tests.documents import broken_links, in_code_type, names_in_the_code, read, rows, section

TEXT = read("docs/glossary.md")
WORDS = rows(section(TEXT, "Words of this code"))
TERMS = rows(section(TEXT, "Terms of the field"))
CODES = {one.code for one in listed_reasons()} | set(PROBLEMS)
SHORT_NAME = re.compile(r"\b(?=\w*[A-Z]{2})[A-Z0-9]{3,}\w*")
OF_STANDARDS = {"FIPS", "ITU", "RFC", "XML", "XMLDSig"}
"""Short names that are cited and known outside this field."""


@pytest.mark.parametrize("table", [WORDS, TERMS], ids=["words", "terms"])
def test_each_word_stands_once_in_its_place(table: list[tuple[str, ...]]) -> None:
    words = [word.casefold() for word, _, _ in table]
    assert words == sorted(set(words))


@pytest.mark.parametrize("row", [*WORDS, *TERMS], ids=lambda row: row[0])
def test_each_has_a_meaning_of_at_most_two_sentences(row: tuple[str, ...]) -> None:
    _, means, seen = row
    assert re.fullmatch(r"[A-Z].*\.", means)
    assert len(re.findall(r"\.(?= [A-Z]|$)", means)) <= 2
    assert seen


@pytest.mark.parametrize("name", sorted(in_code_type(TEXT)))
def test_whatever_is_named_is_there(name: str) -> None:
    assert name in (CODES if "-" in name else names_in_the_code())


def test_each_word_of_the_code_says_where_it_is_seen() -> None:
    for word, _, seen in WORDS:
        assert in_code_type(seen), word


def test_every_document_that_a_rule_cites_is_explained_by_its_short_name() -> None:
    cited = {name for one in listed_reasons() for name in SHORT_NAME.findall(one.cites)}
    explained = set(SHORT_NAME.findall(" ".join(term for term, _, _ in TERMS)))
    assert cited - explained == OF_STANDARDS


def test_everybody_who_has_a_role_is_explained() -> None:
    explained = {word for word, _, _ in (*WORDS, *TERMS)}
    assert {role.value for role in PersonRole} <= explained


def test_every_page_that_it_leads_to_is_there() -> None:
    assert broken_links("docs/glossary.md") == []
