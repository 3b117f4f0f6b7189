"""Formats: what is read is written back byte for byte, and edits change nothing but what they name."""

from __future__ import annotations

import itertools
import json
import os
import stat
import sys
from collections.abc import Callable, Iterable, Sequence
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transmend.document import Document
from transmend.edits import Change, Step, edited, fill
from transmend.errors import InputError, OutputError
from transmend.finding import Edit
from transmend.formats import FORMATS, parse, read, render, write

ROOT = Path(__file__).parent.parent / "fixtures"
SEED = ROOT / "seed" / "prompts.txt"
FILES = sorted(path for path in (ROOT / "formats").rglob("*") if path.is_file())
SAME = [path for path in FILES if path.stem in ("prompts", "nested")]
UNCHANGING = ["utf-8", "utf-8-sig", "utf-16"]
TALK = "whats up guys back today with another longer video"

Prompts = list[tuple[str, str, str]]


def relative(path: Path) -> str:
    """How a fixture shows in the names of tests."""
    return str(path.relative_to(ROOT))


every_file = pytest.mark.parametrize("path", FILES, ids=relative)


def described(document: Document) -> list[tuple[str, str, int, str]]:
    """Role, name, prompt and text of every section."""
    return [(s.role, s.name, s.prompt, s.span.of(document.text)) for s in document.sections]


def texts(document: Document) -> list[tuple[str, str]]:
    """Role and text of every section."""
    return [(s.role, s.span.of(document.text)) for s in document.sections]


def changed(document: Document, edits: Iterable[Edit]) -> Document:
    """The document after these edits."""
    step = Step(tuple(Change(edit, "", "TST001", "", 1.0) for edit in sorted(edits)))
    return edited(document, fill(step, document.text))


def dropped(document: Document, keys: Iterable[int]) -> Document:
    """The document without these sections."""
    return changed(document, [Edit(document.sections[key].outer, "") for key in keys])


# --- made-up prompt files, the same content in every form

WORDS = st.text(alphabet="abz é“…I😀&\"\\'/#;:|", min_size=1, max_size=6).map(str.strip).filter(bool)
TEXTS = st.lists(st.lists(WORDS, min_size=1, max_size=4).map(" ".join), max_size=3)
NAMES = st.text(alphabet="abz-_.1é", max_size=5)


@st.composite
def prompts(draw: st.DrawFn) -> Prompts:
    """Role, name and text of the sections of one to three prompts, line ends as ``\\n``."""
    made: Prompts = []
    for _ in range(draw(st.integers(1, 3))):
        roles = ["shot"] * draw(st.integers(0, 2)) + ["target"]
        made += [(role, draw(NAMES), "\n".join(draw(TEXTS))) for role in roles]
    return made


def as_banner(made: Prompts) -> str:
    return "".join(f"######\n{role.title()}: {name}\n####\n{text}\n\n" for role, name, text in made)


def as_markdown(made: Prompts) -> str:
    return "".join(f"## {role.title()}: {name}\n\n{text}\n\n" for role, name, text in made)


def as_tags(made: Prompts) -> str:
    return "".join(f'<{role} name="{name}">\n{text}\n</{role}>\n' for role, name, text in made)


def as_json(made: Prompts) -> str:
    return json.dumps([dict(zip(("role", "name", "text"), s, strict=True)) for s in made], indent=1)


def as_jsonl(made: Prompts) -> str:
    rows = [json.dumps({"name": name, "content": text, "role": role}, ensure_ascii=False) for role, name, text in made]
    return "\n".join(rows)


FORMS: dict[str, Callable[[Prompts], str]] = {
    "banner": as_banner,
    "markdown": as_markdown,
    "tags": as_tags,
    "json": as_json,
    "jsonl": as_jsonl,
}
every_form = pytest.mark.parametrize("form", FORMS)


def expected(made: Prompts) -> list[tuple[str, str, int, str]]:
    """What a reader has to find in ``made``: a target ends its prompt."""
    prompt, found = 0, []
    for role, name, text in made:
        found.append((role, name, prompt, text))
        prompt += role == "target"
    return found


# --- the promises


@every_file
@pytest.mark.parametrize("encoding", UNCHANGING)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("ending", ["", "\n", "\n \n"])
def test_round_trip(path: Path, encoding: str, newline: str, ending: str) -> None:
    """Unedited files come back byte for byte, with any encoding and line ends, and are known for what they are."""
    text = (path.read_text("utf-8").rstrip() + ending).replace("\n", newline)
    data = text.encode(encoding)
    document = parse(data, path.name)
    assert render(document) == data
    assert document.origin.format == path.parent.name
    assert document.origin.encoding in (encoding, "utf-16-le", "utf-16-be")


@every_form
@given(made=prompts(), newline=st.sampled_from(["\n", "\r\n"]), encoding=st.sampled_from(UNCHANGING))
def test_generated_round_trip(form: str, made: Prompts, newline: str, encoding: str) -> None:
    """Made-up prompt files come back byte for byte in every form."""
    data = FORMS[form](made).replace("\n", newline).encode(encoding)
    assert render(parse(data, format=form)) == data


@given(data=st.binary(max_size=60), form=st.sampled_from([None, *FORMATS]))
def test_any_bytes(data: bytes, form: str | None) -> None:
    """Whatever the bytes are, they come back or are refused; nothing else is raised."""
    try:
        document = parse(data, format=form)
    except InputError:
        return
    assert render(document) == data


@every_form
@given(made=prompts(), newline=st.sampled_from(["\n", "\r\n"]))
def test_forms_agree(form: str, made: Prompts, newline: str) -> None:
    """Roles, names, prompts and texts are those that were written, in every form and without being told which."""
    text = FORMS[form](made)
    quoted = form in ("json", "jsonl")
    document = parse(text.replace("\n", newline).encode())
    found = [(role, name, prompt, text.replace(newline, "\n")) for role, name, prompt, text in described(document)]
    assert document.origin.format == form
    assert found == expected(made)
    assert quoted == bool(document.origin.frame)


@pytest.mark.parametrize("path", SAME, ids=relative)
def test_fixtures_agree(path: Path) -> None:
    """The same two prompts are found in every fixture that holds them."""
    assert described(read(path)) == [
        ("shot", "full-stack", 0, TALK),
        ("shot", "café", 0, "so as you know   its a café\nand on it goes"),
        ("target", "dpo", 0, "this video is about a new approach"),
        ("shot", "full-stack", 1, TALK),
        ("target", "zig", 1, ""),
    ]


@every_file
def test_sections_are_sound(path: Path) -> None:
    """Sections keep their order and their numbers, do not overlap, and hold no white space at their ends."""
    document = read(path)
    assert [s.key for s in document.sections] == list(range(len(document.sections)))
    for section in document.sections:
        text = section.span.of(document.text)
        assert text == text.strip()
        assert section.outer.start <= section.span.start <= section.span.end <= section.outer.end
        assert len(section.outer) > 0
    for before, after in itertools.pairwise(document.sections):
        assert before.outer.end <= after.outer.start


@every_file
def test_change_of_one_section(path: Path) -> None:
    """An edit in one section changes that section and not a byte outside it."""
    document = read(path)
    frame = render(document).decode()
    for section in document.sections:
        if not (document.origin.slots or section.span):
            continue  # there is no text to edit
        joint = " " if document.flat else "\n"
        after = changed(document, [Edit(section.span, f'new "wörds"{joint}and…')])
        slot = document.origin.slots[section.key] if document.origin.slots else section.span
        text = render(after).decode()
        assert text.startswith(frame[: slot.start])
        assert text.endswith(frame[slot.end :])
        again = parse(text.encode(), path.name, path.parent.name)
        assert again.text == after.text
        assert described(again) == described(after)


@every_file
def test_insertions_at_the_edges(path: Path) -> None:
    """What is inserted where a section starts or ends belongs to that section, and to no other."""
    document = read(path)
    for section in document.sections:
        if len(section.span):
            start, end = section.span.start, section.span.end
            edits = [Edit(type(section.span)(start, start), "« "), Edit(type(section.span)(end, end), " »")]
            again = parse(render(changed(document, edits)), path.name, path.parent.name)
            wanted = texts(document)
            wanted[section.key] = (section.role, f"« {wanted[section.key][1]} »")
            assert texts(again) == wanted


@every_file
def test_dropped_sections(path: Path) -> None:
    """Whichever sections are dropped, the file stays well-formed and keeps the others, and so does its text."""
    document = read(path)
    keys = range(len(document.sections))
    for gone in itertools.chain.from_iterable(itertools.combinations(keys, n) for n in range(1, len(keys) + 1)):
        after = dropped(document, gone)
        again = parse(render(after), path.name, path.parent.name)
        assert again.text == after.text
        assert texts(again) == [text for key, text in enumerate(texts(document)) if key not in gone]


@every_form
@given(made=prompts(), chance=st.randoms(use_true_random=False))
def test_generated_edits(form: str, made: Prompts, chance: object) -> None:
    """Dropping some sections and rewriting others at once gives a file with just that."""
    document = parse(FORMS[form](made).encode(), format=form)
    fates = [chance.choice(["keep", "drop", "change"]) for _ in made]  # type: ignore[attr-defined]
    edits, wanted = [], []
    for section, fate, (role, _, text) in zip(document.sections, fates, made, strict=True):
        if fate == "drop":
            edits.append(Edit(section.outer, ""))
        elif fate == "change" and text:
            edits.append(Edit(section.span, "mended…"))
        if fate != "drop":
            wanted.append((role, "mended…" if fate == "change" and text else text))
    assert texts(parse(render(changed(document, edits)), format=form)) == wanted


# --- the single forms


def test_seed() -> None:
    """The real prompt file has 13 prompts of two shots and a target, six of them empty, and comes back unchanged."""
    document = read(SEED)
    assert render(document) == SEED.read_bytes()
    assert [(s.role, s.prompt) for s in document.sections] == [
        (role, prompt) for prompt in range(13) for role in ("shot", "shot", "target")
    ]
    assert [s.name for s in document.sections if s.role == "target" and not len(s.span)] == [
        "localized_deployment",
        "react",
        "rust",
        "react_svelte",
        "typescript_fireship",
        "zig",
    ]


def test_chats() -> None:
    """Messages with a text are sections by who says them; calls of tools, pictures and nothing are left alone."""
    document = read(ROOT / "formats" / "jsonl" / "chat.jsonl")
    assert [(s.name, s.span.of(document.text)) for s in document.sections] == [
        ("system", "You are helpful."),
        ("user", "so whats a token dont be shy"),
        ("assistant", "its a piece of a word"),
        ("human", "and whats a seam"),
        ("gpt", ""),
    ]
    rest = render(dropped(document, [2])).decode()
    assert '[{"type": "image_url"' in rest
    assert "its a piece" not in rest


def test_uneven_banners() -> None:
    """Banners may vary in width, spacing, case and word, and may say where a prompt begins."""
    assert described(read(ROOT / "formats" / "banner" / "uneven.txt")) == [
        ("shot", "a b", 0, "first words # not a heading\n##### nor this"),
        ("target", "", 0, ""),
        ("shot", "1", 1, "second words\n#####"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "# Prompt 1\n## Shot: a\nx\n# Prompt 2\n## Shot: b\ny",
        "###\nPrompt 1\n###\n###\nShot: a\n###\nx\n###\nPrompt 2\n###\n###\nShot: b\n###\ny",
        "<prompt><shot name=a>x</shot></prompt><prompt><shot name=b>y</shot></prompt>",
        '[{"shots": [{"name": "a", "text": "x"}]}, {"shots": [{"name": "b", "text": "y"}]}]',
        '[[{"role": "shot", "name": "a", "text": "x"}], [{"role": "shot", "name": "b", "text": "y"}]]',
    ],
)
def test_prompts_without_target(text: str) -> None:
    """Where a file itself says that a prompt ends, its shots do not run into the next one."""
    assert described(parse(text.encode())) == [("shot", "a", 0, "x"), ("shot", "b", 1, "y")]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"<shot>a</shot>\n\n<target>b</target>\n", b"<target>b</target>\n"),
        (b"# Shot: a\n\nx\n\n# Target: b\ny\n", b"# Target: b\ny\n"),
        (b'[\n  {"role": "shot", "text": "a"},\n  {"text": "b"}\n]\n', b'[\n  {"text": "b"}\n]\n'),
    ],
)
def test_dropping_leaves_no_gap(before: bytes, after: bytes) -> None:
    """A dropped section takes the space after it along."""
    assert render(dropped(parse(before), [0])) == after


def test_markdown_leaves_code_alone() -> None:
    """What looks like a heading in a code block is text."""
    document = read(ROOT / "formats" / "markdown" / "code.md")
    assert [(s.role, s.name) for s in document.sections] == [("shot", "fences"), ("target", "real")]


def test_markdown_has_one_word_for_a_role() -> None:
    """Where targets are called so, an ``## Input`` is a part of some text; else it is a target."""
    text = b"# Shot: a\nx\n## Input\ny\n"
    assert described(parse(text)) == [("shot", "a", 0, "x"), ("target", "", 0, "y")]
    assert described(parse(text + b"# Target: b\nz")) == [("shot", "a", 0, "x\n## Input\ny"), ("target", "b", 0, "z")]


def test_open_fence_hides_nothing() -> None:
    """A fence that never closes does not swallow the headings after it."""
    document = parse(b"# Shot: a\n```\ncode\n# Target: b\nx\n")
    assert [s.name for s in document.sections] == ["a", "b"]


@pytest.mark.parametrize("heading", ["## Target", "## Input", "# Example: one", "<target>", "## Shots", "Shot: a"])
def test_remarks_stay_plain(heading: str) -> None:
    """One line that looks like a heading does not make a transcript a prompt file."""
    assert parse(f"so we begin\n{heading}\nand go on\n".encode(), "talk.txt").origin.format == "plain"


@pytest.mark.parametrize(
    ("text", "name", "form"),
    [
        ("so\n## Target\nx", "talk.md", "markdown"),
        ("[]", "a.json", "json"),
        ("[]", "a.txt", "plain"),
        ("# Shot: a\n", "a.json", "markdown"),
        ('{"text": "a"}', "a.json", "json"),
        ('{"text": "a"}', "a", "jsonl"),
        ('{"text": "a"}\n{"text": "b"}', "a.json", "jsonl"),
        ('{\n"text": "a"}', "a.jsonl", "json"),
        ("[Music] hello {laughs}", "a.json", "plain"),
    ],
)
def test_extension_breaks_ties_only(text: str, name: str, form: str) -> None:
    """The content decides, and the extension only where it leaves a choice."""
    assert parse(text.encode(), name).origin.format == form


@pytest.mark.parametrize("form", [None, *FORMATS])
def test_empty_file(form: str | None) -> None:
    """An empty file is an empty document, whatever it should be."""
    document = parse(b"", format=form)
    assert (document.text, document.sections, render(document)) == ("", (), b"")


def test_untouched_json() -> None:
    """A changed text is quoted anew; escapes, numbers, spacing, other fields and repeated keys stay as they are."""
    path = ROOT / "formats" / "jsonl" / "records.jsonl"
    document = read(path)
    after = changed(document, [Edit(document.sections[0].span, "Hello… guys")])
    assert render(after) == path.read_bytes().replace(b'"hello guys welcome back"', b'"Hello\\u2026 guys"')


def test_json_keeps_its_own_script() -> None:
    """A file with letters outside ASCII gets new ones bare, but never a line separator or a lone surrogate."""
    document = parse('{"text": "café", "x": 1}'.encode())
    after = changed(document, [Edit(document.sections[0].span, "thé \u2028 \ud83d")])
    assert render(after).decode() == '{"text": "thé \\u2028 \\ud83d", "x": 1}'


def test_bare_control_characters_in_json() -> None:
    """Tabs and line ends that should have been escaped are read, kept where nothing changed, and escaped elsewhere."""
    data = b'[{"text": "a\tb\nc"},\n {"text": "d\te"}]'
    document = parse(data)
    assert texts(document) == [("text", "a\tb\nc"), ("text", "d\te")]
    assert render(document) == data
    start = document.sections[1].span.start
    after = changed(document, [Edit(type(document.sections[1].span)(start, start + 1), "D")])
    assert render(after) == data.replace(b'"d\te"', b'"D\\te"')


def test_json_in_an_old_encoding() -> None:
    """What the encoding of a JSON file lacks is escaped."""
    document = parse('{"text": "café"}'.encode("cp1252"))
    after = changed(document, [Edit(document.sections[0].span, "→")])
    assert render(after) == b'{"text": "\\u2192"}'


def test_text_key() -> None:
    """``text_key`` names the field that holds the text, and ``content`` does without being named."""
    data = b'{"body": "a", "text": "b"}\n{"body": "c", "content": "d"}\n'
    assert [text for _, text in texts(parse(data, text_key="body"))] == ["a", "c"]
    assert [text for _, text in texts(parse(data))] == ["b", "d"]
    with pytest.raises(InputError, match="line 2: no 'talk'"):
        parse(b'{"talk": "a"}\n{"content": "b"}', text_key="talk")


# --- encodings


def test_cp1252() -> None:
    """What is not UTF-8 is read as cp1252, says so, and is written back as that."""
    data = "it’s a café – really…\r\nand so on".encode("cp1252")
    document = parse(data)
    assert document.origin.encoding == "cp1252"
    assert document.text == "it’s a café – really…\r\nand so on"
    assert render(document) == data
    assert render(document, encoding="utf-8").decode() == document.text


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-8-sig"])
def test_marks(encoding: str) -> None:
    """A byte order mark is no part of the text and is kept."""
    mark = "" if encoding == "utf-8-sig" else "\ufeff"
    document = parse((mark + "a→b").encode(encoding))
    assert (document.text, document.origin.encoding) == ("a→b", encoding)
    assert render(document) == (mark + "a→b").encode(encoding)


@pytest.mark.parametrize(
    ("text", "encoding", "parts"),
    [
        ("caf\xe9\nx → y", "cp1252", ["'→'", "U+2192", "rightwards arrow", "line 2", "--encoding", "--elision"]),
        ("a\ud800", "utf-8", ["U+D800", "line 1"]),
        ("a", "utf-9", ["'utf-9'", "try utf-8"]),
    ],
)
def test_unwritable(text: str, encoding: str, parts: Sequence[str]) -> None:
    """A character that cannot be written is named, with its place and with what to do."""
    with pytest.raises(OutputError) as caught:
        render(Document(text), encoding=encoding)
    assert [part for part in parts if part not in str(caught.value)] == []


@pytest.mark.parametrize(
    ("data", "parts"),
    [
        (b"caf\xe9 \x81", ["0x81", "offset 5", "iconv"]),
        (b"a\n\0b", ["NUL", "line 2"]),
        ("café thé".encode() + b"\xc3", ["0xC3", "offset 10", "UTF-8"]),
        (b"\xef\xbb\xbfab\xff", ["utf-8-sig", "0xFF", "offset 5"]),
        (b"\xff\xfea\0b", ["utf-16-le", "offset 4"]),
        (b"\x07\xe9\x10 abc", ["0x07", "offset 0"]),
        (b"PK\x03\x04...", ["zip", ".docx"]),
        (b'{"text": "a"}\n\n{"text": "b}\n', ["line 3, column 10", "not JSON", "--format plain"]),
        (b'[{"text": "a"},\n {"text" "b"}]', ["line 2, column 10"]),
        (b'{"text": "a"}\n{"id": 1, "body": "b"}', ["line 2", "'text'", "'id', 'body'", "--text-key"]),
        (b'{"text": "a"}\n{"text": null}', ["line 2", "'text'", "null", "--text-key"]),
        (b'{"text": "a"}\n["b"]', ["line 2", '"b"']),
        (b'[{"shots": [{"text": "a"}], "target": 5}]', ["line 1", "5"]),
        (b'[{"text": ' + b"[" * 100_000, ["nested too deep"]),
        (b"<shot>a</shot>\n<shot>b\n<target>c</target>", ["line 2", "<shot>", "</shot>"]),
        (b"<shot>a\n<shot>b</shot>", ["line 1", "<shot> of line 2"]),
        (b"<shot>a</shot>\n</target>", ["line 2", "</target>", "closes nothing"]),
    ],
)
def test_unreadable(data: bytes, parts: Sequence[str]) -> None:
    """What cannot be read is refused with what is wrong, where, and what to try."""
    with pytest.raises(InputError) as caught:
        parse(data, "some.file")
    assert [part for part in ["some.file: ", *parts] if part not in str(caught.value)] == []


def test_unknown_format() -> None:
    """A format misspelt names the near miss and all that are known."""
    with pytest.raises(InputError, match=r"'bannner'; did you mean 'banner'\? \(known: plain, .*markdown, .*srt.*\)"):
        parse(b"", format="bannner")


# --- files


def test_read_from_stdin(monkeypatch: pytest.MonkeyPatch) -> None:
    """``-`` is standard input."""
    monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(b"# Shot: a\r\nb")))
    document = read("-")
    assert (document.name, document.text) == ("<stdin>", "# Shot: a\r\nb")


def test_write_to_stdout(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    """``-`` is standard output, byte for byte, even if it was standard input as well."""
    write("-", b"a\r\nb\xff", source="-")
    assert capsysbinary.readouterr().out == b"a\r\nb\xff"


@pytest.mark.parametrize(("place", "part"), [("none.txt", "no such file"), ("", "folder"), ("a\0b", "cannot be read")])
def test_unreadable_places(tmp_path: Path, place: str, part: str) -> None:
    """A place that cannot be read is named with the reason."""
    with pytest.raises(InputError, match=part):
        read(f"{tmp_path}/{place}")


@pytest.mark.parametrize(("place", "part"), [("none/a.txt", "folder does not exist"), ("", "is a folder")])
def test_unwritable_places(tmp_path: Path, place: str, part: str) -> None:
    """A place that cannot be written is named with the reason."""
    with pytest.raises(OutputError, match=part):
        write(f"{tmp_path}/{place}", b"a")


@pytest.mark.parametrize("link", [None, os.symlink, os.link])
def test_input_is_not_overwritten(tmp_path: Path, link: Callable[[Path, Path], None] | None) -> None:
    """The input is not overwritten under any of its names, unless that is asked for."""
    source = output = tmp_path / "talk.txt"
    source.write_bytes(b"before")
    if link:
        output = tmp_path / "other.txt"
        link(source, output)
    with pytest.raises(OutputError, match="--in-place"):
        write(output, b"after", source=source)
    assert source.read_bytes() == b"before"
    write(output, b"after", source=source, in_place=True)
    assert output.read_bytes() == b"after"


def test_links_and_permissions_stay(tmp_path: Path) -> None:
    """What is written through a link goes to the file behind it, which keeps its permissions."""
    file, link = tmp_path / "talk.txt", tmp_path / "link.txt"
    file.write_bytes(b"before")
    file.chmod(0o640)
    link.symlink_to(file.name)
    write(link, b"after")
    assert link.is_symlink()
    assert file.read_bytes() == b"after"
    assert stat.S_IMODE(file.stat().st_mode) == 0o640


def test_new_files_follow_the_umask(tmp_path: Path) -> None:
    """A new file gets the permissions any new file gets."""
    (tmp_path / "usual.txt").write_bytes(b"")
    write(tmp_path / "new.txt", b"a")
    assert (tmp_path / "new.txt").stat().st_mode == (tmp_path / "usual.txt").stat().st_mode


@pytest.mark.parametrize("failing", ["fsync", "replace"])
@pytest.mark.parametrize("reason", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_all_or_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str, reason: BaseException) -> None:
    """When writing fails or is interrupted the old file is whole and nothing else is left behind."""
    file = tmp_path / "talk.txt"
    file.write_bytes(b"before")

    def fail(*_: object) -> None:
        raise reason

    monkeypatch.setattr(os, failing, fail)
    with pytest.raises(OutputError if isinstance(reason, OSError) else KeyboardInterrupt):
        write(file, b"after")
    assert file.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_pipes_are_written_to(tmp_path: Path) -> None:
    """A pipe, like a device, is written to and not replaced by a file."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)  # never a real device: a broken `write` would replace it
    try:
        write(pipe, b"a")
        assert pipe.is_fifo()
        assert os.read(reader, 10) == b"a"
    finally:
        os.close(reader)
