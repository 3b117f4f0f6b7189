"""Settings: what may be asked for, what wins, and what a slip is answered with."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transmend import Settings, settings
from transmend.errors import SettingsError

CODES = st.text("AB1", max_size=4)


def test_a_preset_fills_what_is_left_open() -> None:
    """And only that."""
    chosen = Settings(preset="prompt", seams="drop")
    assert (chosen.seams, chosen.shots, chosen.paragraphs, chosen.abstain) == ("drop", "once", False, 0.3)


@pytest.mark.parametrize("preset", settings.PRESETS)
def test_every_preset_is_whole(preset: str) -> None:
    """No field is left empty, whatever the preset."""
    chosen = Settings(preset=preset)
    assert chosen.seams in settings.SEAMS
    assert chosen.shots in settings.SHOTS
    assert chosen.abstain is not None
    assert chosen.paragraphs is not None
    assert chosen.unsafe is False


def test_the_default_is_the_first_of_the_ladder() -> None:
    """It keeps every word; each preset after it asks for more to go."""
    asked = [Settings(preset=preset).disfluencies for preset in ("verbatim", "clean", "readable")]
    assert asked == list(settings.DISFLUENCIES)
    assert Settings() == Settings(preset="verbatim")


def test_zero_and_false_are_not_left_open() -> None:
    """A preset does not override what was said, be it nothing at all."""
    chosen = Settings(preset="clean", abstain=0.0, paragraphs=False)
    assert (chosen.abstain, chosen.paragraphs) == (0.0, False)


@pytest.mark.parametrize(
    ("select", "ignore", "used", "unused"),
    [
        ((), (), ["PUN001", "SEAM001"], []),
        (("PUN",), (), ["PUN001"], ["SEAM001"]),
        ((), ("PUN",), ["SEAM001"], ["PUN001", "PUN002"]),
        (("PUN001",), ("PUN",), ["PUN001"], ["PUN002", "SEAM001"]),
        (("PUN",), ("PUN001",), ["PUN002"], ["PUN001", "SEAM001"]),
        (("PUN",), ("PUN",), [], ["PUN001"]),
    ],
)
def test_the_longer_prefix_wins(
    select: tuple[str, ...], ignore: tuple[str, ...], used: list[str], unused: list[str]
) -> None:
    """Of a code that is both selected and ignored; between equals it is left out."""
    chosen = Settings(select=select, ignore=ignore)
    assert all(map(chosen.uses, used))
    assert not any(map(chosen.uses, unused))


@given(st.lists(CODES), st.lists(CODES), CODES)
def test_what_is_ignored_whole_is_never_used(select: list[str], ignore: list[str], code: str) -> None:
    """A rule ignored by its own code runs under no selection."""
    assert not Settings(select=tuple(select), ignore=(*ignore, code)).uses(code) or not code


def test_codes_may_be_one_string() -> None:
    """With commas, spaces and in any case."""
    assert Settings(select="pun, seam001 ,").select == ("PUN", "SEAM001")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"preset": "cleen"}, "did you mean 'clean'"),
        ({"seams": "makr"}, "did you mean 'mark'"),
        ({"shots": "twice"}, "all, once"),
        ({"numbers": "digit"}, "did you mean 'digits'"),
        ({"abstain": 1.5}, "0 to 1"),
        ({"abstain": "high"}, "0 to 1"),
        ({"abstain": True}, "0 to 1"),
        ({"elision": ""}, "mark"),
        ({"elision": "a\nb"}, "mark"),
        ({"unsafe": "yes"}, "true or false"),
        ({"paragraphs": 1}, "true or false"),
        ({"select": 5}, "rule codes"),
        ({"ignore": (5,)}, "rule codes"),
        ({"glossary": 5}, "list of files"),
        ({"glossary": (5,)}, "list of files"),
        ({"tokens": "musik=drop"}, "did you mean 'music'"),
        ({"tokens": ("music=dorp",)}, "did you mean 'drop'"),
        ({"tokens": ["music"]}, "music=drop"),
        ({"tokens": {"music": True}}, "keep, drop, neutral, report"),
        ({"tokens": 5}, "list such as"),
        ({"tokens": (5,)}, "list such as"),
    ],
    ids=str,
)
def test_a_wrong_value_is_an_error(given: dict[str, object], said: str) -> None:
    """It names what would have been right."""
    with pytest.raises(SettingsError, match=said):
        Settings(**given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "given",
    ["sound=drop, masked=Neutral", ("sound=drop", "masked=neutral"), {"sound": "drop", "masked": "neutral"}],
    ids=["string", "list", "table"],
)
def test_policies_of_tokens_may_be_given_in_three_forms(given: object) -> None:
    """What is given goes over what the preset has, and kinds that are not given keep that."""
    chosen = Settings(preset="readable", tokens=given)  # type: ignore[arg-type]
    assert [chosen.policy(kind) for kind in ("sound", "masked", "music", "dash")] == ["drop", "neutral", "drop", "keep"]
    assert Settings(preset="readable", tokens=chosen.tokens) == chosen


def test_an_unknown_key_names_the_nearest() -> None:
    """And where it stands, and all that are known."""
    with pytest.raises(
        SettingsError, match=r"x\.toml: unknown setting 'selct'; did you mean 'select'\? \(known: preset"
    ):
        settings.from_table({"selct": []}, "x.toml")


def test_both_files_hold_the_same_table(tmp_path: Path) -> None:
    """transmend.toml at its top, pyproject.toml under tool.transmend; hyphens are underscores; lists are codes."""
    lines = 'select = ["PUN"]\nabstain = 0.4\nunsafe = true\n'
    (tmp_path / "transmend.toml").write_text(lines)
    (tmp_path / "pyproject.toml").write_text(f"[project]\nname = 'x'\n[tool.transmend]\n{lines}")
    own, project = (settings.load(tmp_path / name) for name in ("transmend.toml", "pyproject.toml"))
    assert own == project == {"select": ("PUN",), "abstain": 0.4, "unsafe": True}
    assert Settings(**own) == Settings(select=("PUN",), abstain=0.4, unsafe=True)


def test_a_glossary_is_looked_for_beside_the_settings_that_name_it(tmp_path: Path) -> None:
    """Paths in a configuration file start from its folder; absolute ones stay; one may be a plain string."""
    path = tmp_path / "transmend.toml"
    path.write_text('glossary = ["terms.toml", "/etc/terms.csv"]')
    assert settings.load(path) == {"glossary": (str(tmp_path / "terms.toml"), "/etc/terms.csv")}
    path.write_text('glossary = "terms.toml"')
    assert Settings(**settings.load(path)).glossary == (str(tmp_path / "terms.toml"),)
    assert Settings(glossary="a.toml").glossary == ("a.toml",)  # type: ignore[arg-type]


@pytest.mark.parametrize("content", [b"preset = ", b"\xff\xfe", None], ids=["no TOML", "no UTF-8", "no file"])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None) -> None:
    """One error for all that can be wrong with it."""
    path = tmp_path / "transmend.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SettingsError, match=r"transmend\.toml"):
        settings.load(path)


def test_the_nearest_file_is_found(tmp_path: Path) -> None:
    """The folder itself before those above it; a pyproject.toml without our table is none."""
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    (tmp_path / "transmend.toml").write_text("")
    (tmp_path / "a" / "pyproject.toml").write_text("[project]\n")
    assert settings.find(inner) == tmp_path / "transmend.toml"
    (tmp_path / "a" / "pyproject.toml").write_text("[tool.transmend]\n")
    assert settings.find(inner) == tmp_path / "a" / "pyproject.toml"
    (inner / "transmend.toml").write_text("")
    assert settings.find(inner) == inner / "transmend.toml"
