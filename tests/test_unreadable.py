"""What the fixtures of ``unreadable-characters`` cannot hold."""

from __future__ import annotations

from transmend import Document, Settings, check, clean

ALONE = Settings(select=("SYS001",))


def test_lone_surrogates_are_found() -> None:
    """Halves of characters, which no file in UTF-8 can hold but JSON escapes can, are found as one place."""
    (finding,) = check(Document("so \ud83d\udc00 we went"), ALONE)
    assert finding.span.of("so \ud83d\udc00 we went") == "\ud83d\udc00"
    assert finding.message == "lone surrogate U+D83D U+DC00"
    assert finding.evidence == {"kind": "surrogate"}


def test_long_runs_are_one_finding() -> None:
    """A run of damage is one finding, whose message stays short."""
    (finding,) = check(Document("so " + "\ufffd" * 400), ALONE)
    assert finding.message == "replacement character U+FFFD U+FFFD U+FFFD and 397 more"


def test_nothing_is_changed() -> None:
    """Damage is only reported: nobody can know what was there."""
    assert clean(Document("a caf\ufffd\x07"), ALONE).text == "a caf\ufffd\x07"


def test_other_rules_read_past_damage() -> None:
    """Text with damage in it can be checked and mended like any other."""
    text = "so we went to the sto\ufffde \ud83d and then \x00 we came back \ue000 yes"
    assert "SYS001" in {finding.rule for finding in check(Document(text))}
    assert clean(Document(text)).undo() == text
