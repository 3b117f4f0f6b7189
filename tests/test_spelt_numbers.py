"""What the fixtures of ``spelt-number`` cannot hold."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from transmend import Settings, check, clean
from transmend.cli import main
from transmend.errors import SettingsError

TEXT = "so it has one hundred and five of them"
ASKED = Settings(select=("NUM",), numbers="digits")


def test_only_who_asks_for_digits_needs_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without text2num the default works, and the error says what to install."""
    monkeypatch.setitem(sys.modules, "text_to_num", None)
    assert check(TEXT, Settings(select=("NUM",))) == []
    with pytest.raises(SettingsError, match=r"pip install 'transmend\[numbers\]'"):
        check(TEXT, ASKED)


def test_a_missing_library_is_said_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Before any file is read, however many there are."""
    monkeypatch.setitem(sys.modules, "text_to_num", None)
    names = [str(tmp_path / name) for name in ("a.txt", "b.txt")]
    for name in names:
        Path(name).write_text(TEXT, encoding="utf-8")
    assert main(["check", *names, "--numbers", "digits"]) == 2
    assert capfd.readouterr().err.count("pip install") == 1


def test_digits_can_be_undone() -> None:
    """As every edit can."""
    result = clean(TEXT, ASKED)
    assert (result.text, result.undo()) == ("so it has 105 of them", TEXT)
