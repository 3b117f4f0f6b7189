"""Glossaries: reading them, using them, and the words that one could start from."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import pytest

from transmend import Document, Section, Settings, Span, check, clean
from transmend.errors import InputError
from transmend.finding import Safety
from transmend.glossary import load
from transmend.glossary.candidates import as_toml, candidates
from transmend.glossary.fields import FIELDS, built_in
from transmend.glossary.files import parse
from transmend.glossary.match import shown_fields
from transmend.glossary.terms import Term, key

TOML = """
words = ["Mistral", "softmax"]

[terms]
"Quoxel DB" = ["cook sell dee bee", "work"]
Zeb = { heard = ["zip"], beside = ["adapter"], scope = ["ml-*"] }
"""
CSV = "write,heard,scope\nQuoxel DB,cook sell dee bee|work,\nZeb,zip,ml-*\n"


@pytest.fixture
def own(tmp_path: Path) -> str:
    """A glossary of the user."""
    path = tmp_path / "terms.toml"
    path.write_text(TOML, encoding="utf-8")
    return str(path)


def asked(own: str, **more: object) -> Settings:
    """The rule on terms alone, with a glossary."""
    return Settings(**{"select": ("TERM001",), "glossary": (own,), **more})  # type: ignore[arg-type]


def test_both_forms_of_file_say_the_same(tmp_path: Path, own: str) -> None:
    """CSV holds what TOML does: written form, heard forms, scope."""
    path = tmp_path / "terms.csv"
    path.write_text(CSV, encoding="utf-8")
    by_write = {term.write: term for term in load([own])}
    for term in load([str(path)]):
        assert (by_write[term.write].heard, by_write[term.write].scope) == (term.heard, term.scope)


def test_of_two_files_the_first_holds(tmp_path: Path, own: str) -> None:
    """A term that is in two glossaries is taken from the first, and the others' terms are added."""
    other = tmp_path / "more.toml"
    other.write_text('words = ["Zeb", "Yot"]', encoding="utf-8")
    terms = {term.write: term for term in load([own, str(other)])}
    assert terms["Zeb"].heard == ("zip",)
    assert "Yot" in terms


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.toml", "words = [", "not TOML"),
        ("a.toml", 'word = ["a"]', "unknown key 'word'"),
        ("a.toml", 'words = "a"', "list of forms"),
        ("a.toml", "terms = 3", "terms is a table"),
        ("a.toml", "[terms]\nA = [3]", "A: heard is a list"),
        ("a.toml", "[terms]\nA = { hear = [] }", "unknown key 'hear'"),
        ("a.toml", 'words = ["?"]', "written form has letters"),
        ("a.toml", '[terms]\nA = ["!"]', "heard form has letters"),
        ("a.csv", "term,heard\nA,b\n", "first line names the columns"),
        ("a.csv", "write,heard\nA,b,c\n", "line 2 has more columns"),
        ("a.csv", "write,heard\n,b\n", "written form has letters"),
        ("a.csv", "", "first line names the columns"),
    ],
)
def test_a_wrong_glossary_is_one_clear_error(tmp_path: Path, name: str, content: str, said: str) -> None:
    """What is wrong in a glossary is said, with the file it is in."""
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=said) as error:
        load([str(path)])
    assert str(path) in str(error.value)


def test_a_glossary_that_is_not_there_is_named(tmp_path: Path) -> None:
    """A path that leads nowhere is an error that names it, and so is a file that is not UTF-8."""
    with pytest.raises(InputError, match=r"none\.toml: cannot read"):
        load([str(tmp_path / "none.toml")])
    (tmp_path / "latin.toml").write_bytes(b'words = ["caf\xe9"]')
    with pytest.raises(InputError, match=r"latin\.toml: cannot read"):
        load([str(tmp_path / "latin.toml")])


def test_a_changed_glossary_is_read_again(own: str) -> None:
    """A glossary edited between two runs of one program counts as it is now."""
    assert "Yot" not in {term.write for term in load([own])}
    Path(own).write_text('words = ["Yot"]', encoding="utf-8")
    assert {term.write for term in load([own])} == {"Yot"}


def test_own_heard_forms_are_safe_and_need_no_field(own: str) -> None:
    """What the user lists as heard is written as asked, wherever it stands, common word or not."""
    assert clean("so cook sell dee bee is good", asked(own)).text == "so Quoxel DB is good"
    assert clean("so work is good", asked(own)).text == "so Quoxel DB is good"


def test_own_terms_are_written_as_the_glossary_has_them(own: str) -> None:
    """A term with the right letters gets the glossary's case and spaces."""
    assert clean("the quoxeldb and mistral", asked(own)).text == "the Quoxel DB and Mistral"
    assert check("the Quoxel DB and Mistral", asked(own)) == []


def test_likeness_to_an_own_term_is_unsafe(own: str) -> None:
    """What only sounds or looks like a term changes only if unsafe fixes are asked for."""
    (finding,) = check("the quoxell db is good", asked(own))
    assert finding.fix is not None
    assert finding.fix.safety is Safety.UNSAFE
    assert clean("the quoxell db is good", asked(own)).text == "the quoxell db is good"
    assert clean("the quoxell db is good", asked(own, unsafe=True)).text == "the Quoxel DB is good"


def test_scope_and_company_limit_a_term(own: str) -> None:
    """A term with a scope holds in documents and sections of that name, and beside the words it asks for."""
    text = "the zip adapter"
    assert clean(Document(text, "ml-talk"), asked(own)).text == "the Zeb adapter"
    assert clean(Document(text, "web-talk"), asked(own)).text == text
    assert clean(Document("the zip code", "ml-talk"), asked(own)).text == "the zip code"
    section = Section(Span(0, len(text)), "shot", "ml-intro", outer=Span(0, len(text)))
    assert clean(Document(text, "file", (section,)), asked(own)).text == "the Zeb adapter"


def test_each_section_shows_its_own_field() -> None:
    """A field shown in one section says nothing of the next."""
    shown = "pytorch and hugging face and a language model and a neural network on pytorch with softmax "
    text = shown + "open ai. we met and open ai went"
    sections = tuple(
        Section(span, "shot", name, outer=span)
        for name, span in (("a", Span(0, len(shown) + 7)), ("b", Span(len(shown) + 9, len(text))))
    )
    (finding,) = check(Document(text, "x", sections), Settings(select=("TERM001",)))
    assert finding.section == "Shot: a"


def test_built_in_glossaries_are_sound() -> None:
    """Every field has a few hundred terms; no heard form is how another term of any field is written."""
    written = {term.key: term.write for term in built_in() if term.key}
    for field in FIELDS:
        assert sum(term.field == field for term in built_in()) > 300
    clashes = {
        (form, term.write)
        for term in built_in()
        for form in term.heard
        if not term.beside and written.get(key(form), term.write).casefold() != term.write.casefold()
    }
    assert clashes == set()


def test_built_in_glossaries_are_glossary_files() -> None:
    """A user may take one as a model: each is read as any glossary is."""
    folder = files("transmend.glossary") / "data"
    for path in folder.iterdir():
        if path.name.endswith(".toml"):
            assert parse(path.read_text(encoding="utf-8"), path.name)


def test_no_field_is_shown_by_a_few_words() -> None:
    """One term said often, or a few in a long text, show no field."""
    often = "redis " * 10
    few = "redis postgres mysql sqlite kafka " + "and so we went to the store " * 1500
    assert shown_fields(often) == frozenset()
    assert shown_fields(few) == frozenset()


def test_candidates_are_a_glossary() -> None:
    """What is listed can be given back as a glossary, variants as heard forms; known words are not in it."""
    text = "The Quoxler is good and Quoxler is new and quaxler too so we like the Quoxler very much"
    found = candidates([text])
    assert [(one.write, one.times, one.variants) for one in found] == [("Quoxler", 3, (("quaxler", 1),))]
    told = as_toml(found, ["talk.txt"])
    assert parse(told, "x.toml") == (Term("Quoxler", ("quaxler",)),)
    assert tomllib.loads(told)["terms"] == {"Quoxler": ["quaxler"]}


def test_candidates_leave_out_what_is_known() -> None:
    """Words of the user's glossary are not listed, nor words said less often than asked."""
    text = "quoxler quoxler zebbik zebbik zebbik yottam"
    assert [one.write for one in candidates([text])] == ["zebbik", "quoxler"]
    assert [one.write for one in candidates([text], (Term("Zebbik"),))] == ["quoxler"]
    assert [one.write for one in candidates([text], least=3)] == ["zebbik"]
    assert len(candidates([text], least=1)) == 3


def test_strange_names_survive_the_way_through_toml() -> None:
    """Names of files with line ends in them cannot break the glossary."""
    assert parse(as_toml(candidates(["quoxler quoxler"]), ["a\nb = ["]), "x.toml") == (Term("quoxler"),)


def test_the_glossaries_in_the_guide_are_read_as_it_says() -> None:
    """The examples of the guide are glossaries, in both forms."""
    guide = (Path(__file__).parent.parent / "docs" / "glossaries.md").read_text(encoding="utf-8")
    blocks = dict(re.findall(r"```(toml|csv)\n(.*?)```", guide, re.DOTALL))
    in_toml, in_csv = (parse(blocks[form], f"x.{form}") for form in ("toml", "csv"))
    lora = Term("LoRA", ("laura",), ("adapter", "rank"), ("ml-*",))
    cache = Term("KV cache", ("k v cash", "kb cache"))
    assert in_toml == (Term("Mistral"), Term("softmax"), cache, lora)
    assert in_csv == (replace(cache, scope=("ml-*",)), Term("softmax"))


@pytest.mark.parametrize("text", ["", " ", "?!", "\n\n", "a"])
def test_texts_without_words_have_no_terms(text: str, own: str) -> None:
    """Nothing to look at is nothing found, for the rules and for the list of candidates."""
    assert check(text, Settings(select=("TERM",), glossary=(own,))) == []
    assert candidates([text]) == []
