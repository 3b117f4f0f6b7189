"""What the user asked for: one frozen object, the same fields as the configuration file."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from difflib import get_close_matches
from math import inf
from pathlib import Path
from typing import Any

from transmend.errors import SettingsError
from transmend.tokens import DROP, KEEP, KINDS, NEUTRAL, POLICIES, REPORT

SEAMS = ("mark", "drop", "complete", "restore", "keep")
SHOTS = ("all", "once")
DISFLUENCIES = ("keep", "stutters", "restarts")
NUMBERS = ("keep", "digits")
CUES = ("keep", "lines", "sentences")

#: What each preset sets where the user says nothing.
PRESETS: Mapping[str, Mapping[str, Any]] = {
    "verbatim": {"seams": "mark", "shots": "all", "abstain": 0.3, "paragraphs": True, "disfluencies": "keep"},
    "clean": {"seams": "mark", "shots": "all", "abstain": 0.3, "paragraphs": True, "disfluencies": "stutters"},
    "readable": {"seams": "complete", "shots": "all", "abstain": 0.0, "paragraphs": True, "disfluencies": "restarts"},
    "prompt": {"seams": "complete", "shots": "once", "abstain": 0.3, "paragraphs": False, "disfluencies": "keep"},
}

#: What is done with caption tokens: what somebody wrote to say something is kept, what a download left is reported.
TOKENS: Mapping[str, str] = dict.fromkeys(KINDS, KEEP) | {"tag": REPORT, "entity": REPORT}
#: In a text for reading there is no music and no tag, and turns are paragraphs.
READABLE_TOKENS = {"music": DROP, "tag": DROP, "speaker": NEUTRAL, "masked": NEUTRAL, "entity": NEUTRAL}


@dataclass(frozen=True, slots=True)
class Settings:
    """How to check and clean. A field left empty takes its preset's value.

    Attributes:
        preset: each asks for more than the one before: ``verbatim`` (no letter or digit changes), ``clean`` (fillers,
            stutters and loops dropped) and ``readable`` (restarts dropped too, fragments completed, every likely
            mark set). ``prompt`` is for prompt building: words kept, no paragraphs, each shot once.
        select: prefixes of rule codes to use, such as ``("PUN", "SEAM001")``; empty means all rules.
        ignore: prefixes of rule codes to leave out; the longer prefix wins over ``select``.
        seams: ``mark`` a seam with ``elision`` and a break, ``drop`` its fragments too, ``complete`` fragments
            from evidence, ``restore`` the missing text where ``source`` or another section has it (and complete
            the rest), or ``keep`` it as it is.
        source: files, or folders of files, with the full transcripts that excerpts were sampled from.
        unsafe: apply unsafe fixes as well.
        shots: ``once`` keeps one copy of a repeated shot (an unsafe fix), ``all`` keeps all.
        elision: what marks the missing text at a seam.
        abstain: set no mark, capital or inner form whose probability is below this, 0 to 1.
        paragraphs: break long stretches into paragraphs.
        glossary: files of terms with their heard forms, TOML or CSV, used beside the built-in glossaries; in a
            configuration file, paths are taken from where that file is.
        disfluencies: ``keep`` what speakers stumble over, drop fillers and ``stutters``, and with them the loops of
            recognisers, or also ``restarts``.
        numbers: ``keep`` numbers as they are, or write those in words in ``digits``, which needs text2num.
        tokens: what to do with sound tags and other caption tokens, as ``("music=drop", "masked=neutral")`` or a table
            ``{music = "drop"}``: for each kind ``keep``, ``drop``, ``neutral`` (write what says no more than the kind,
            such as ``[expletive]``) or ``report``. The kinds are ``sound``, ``music``, ``speaker``, ``dash``,
            ``masked``, ``unclear``, ``tag`` and ``entity``.
        cues: of captions and the like: ``keep`` them, lay them out so that ``lines`` and times are within the limits
            below, or so that each holds whole ``sentences`` as well. No word's time moves.
        line_length: characters in a line of a cue, at most.
        lines: lines in a cue, at most.
        reading_speed: characters that a cue gives a reader a second, at most.
        min_duration: seconds that a cue is shown, at least.
        max_duration: seconds that a cue is shown, at most.

    Raises:
        SettingsError: for a value that is not one of those above.
    """

    preset: str = "verbatim"
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    seams: str = ""
    source: tuple[str, ...] = ()
    unsafe: bool = False
    shots: str = ""
    elision: str = "[…]"
    abstain: float | None = None
    paragraphs: bool | None = None
    glossary: tuple[str, ...] = ()
    disfluencies: str = ""
    numbers: str = "keep"
    tokens: tuple[str, ...] = ()
    cues: str = "keep"
    line_length: int = 42
    lines: int = 2
    reading_speed: float = 17.0
    min_duration: float = 0.833
    max_duration: float = 7.0

    def __post_init__(self) -> None:
        _one_of("preset", self.preset, tuple(PRESETS))
        for name, value in PRESETS[self.preset].items():
            if getattr(self, name) in ("", None):
                object.__setattr__(self, name, value)
        for name in ("select", "ignore"):
            value = getattr(self, name)
            codes = value.split(",") if isinstance(value, str) else value
            if not isinstance(codes, list | tuple) or not all(isinstance(code, str) for code in codes):
                raise SettingsError(f"{name} is a list of rule codes such as ['PUN', 'SEAM001'], not {value!r}")
            object.__setattr__(self, name, tuple(c.strip().upper() for c in codes if c.strip()))
        for name in ("source", "glossary"):
            object.__setattr__(self, name, _paths(name, getattr(self, name)))
        object.__setattr__(self, "tokens", _policies(self.preset, self.tokens))
        _one_of("seams", self.seams, SEAMS)
        _one_of("shots", self.shots, SHOTS)
        _one_of("disfluencies", self.disfluencies, DISFLUENCIES)
        _one_of("numbers", self.numbers, NUMBERS)
        if isinstance(self.abstain, bool) or not isinstance(self.abstain, int | float) or not 0 <= self.abstain <= 1:
            raise SettingsError(f"abstain is a probability, 0 to 1, not {self.abstain!r}")
        if not isinstance(self.elision, str) or not self.elision.strip() or "\n" in self.elision:
            raise SettingsError(f"elision is a short mark such as '[…]', not {self.elision!r}")
        _one_of("cues", self.cues, CUES)
        for name in ("line_length", "lines"):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int) or value < 1:
                raise SettingsError(f"{name} is a whole number from 1, not {value!r}")
        for name in ("reading_speed", "min_duration", "max_duration"):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < inf:
                raise SettingsError(f"{name} is a number above 0, not {value!r}")
        if self.min_duration > self.max_duration:
            raise SettingsError(f"min_duration, {self.min_duration}, is above max_duration, {self.max_duration}")
        for name in ("unsafe", "paragraphs"):
            if not isinstance(getattr(self, name), bool):
                raise SettingsError(f"{name} is true or false, not {getattr(self, name)!r}")

    def policy(self, kind: str) -> str:
        """What to do with the caption tokens of a kind: one of ``tokens.POLICIES``."""
        return dict(pair.split("=") for pair in self.tokens)[kind]

    def uses(self, code: str) -> bool:
        """Whether the rule ``code`` is selected and not ignored."""
        chosen = max((len(p) for p in self.select if code.startswith(p)), default=-1 if self.select else 0)
        left_out = max((len(p) for p in self.ignore if code.startswith(p)), default=-1)
        return chosen >= 0 and chosen > left_out


def _one_of(name: str, value: object, known: tuple[str, ...]) -> None:
    if value not in known:
        raise SettingsError(f"{name} is one of {', '.join(known)}, not {value!r}{_near(str(value), known)}")


def _policies(preset: str, given: object) -> tuple[str, ...]:
    """The policy of every kind of caption token, as ``kind=policy``: what is given over what the preset has."""
    pairs = [f"{kind}={policy}" for kind, policy in given.items()] if isinstance(given, Mapping) else given
    listed = pairs.split(",") if isinstance(pairs, str) else pairs
    if not isinstance(listed, list | tuple) or not all(isinstance(pair, str) for pair in listed):
        raise SettingsError(f"tokens is a list such as ['music=drop', 'masked=neutral'], not {given!r}")
    policies = {**TOKENS, **(READABLE_TOKENS if preset == "readable" else {})}
    for pair in filter(str.strip, ",".join(listed).split(",")):
        kind, equals, policy = (part.strip().lower() for part in pair.partition("="))
        _one_of("the kind of a token", kind, tuple(KINDS))
        if not equals:
            raise SettingsError(f"tokens: say what to do with {kind!r}, as in {kind}=drop ({', '.join(POLICIES)})")
        _one_of(f"what to do with {kind!r} in tokens", policy, POLICIES)
        policies[kind] = policy
    return tuple(f"{kind}={policy}" for kind, policy in policies.items())


def _paths(name: str, value: object) -> tuple[str, ...]:
    paths = [value] if isinstance(value, str | os.PathLike) else value
    if not isinstance(paths, list | tuple) or not all(isinstance(p, str | os.PathLike) and os.fspath(p) for p in paths):
        example = {"source": "files or folders such as ['talks/']", "glossary": "files such as ['terms.toml']"}[name]
        raise SettingsError(f"{name} is a list of {example}, not {value!r}")
    return tuple(str(os.fspath(path)) for path in paths)


def _near(word: str, known: tuple[str, ...]) -> str:
    close = get_close_matches(word, known, 1, 0.6)
    return f"; did you mean {close[0]!r}?" if close else ""


def from_table(table: Mapping[str, Any], where: str) -> dict[str, Any]:
    """Check the keys of a configuration table and turn it into arguments of ``Settings``.

    Raises:
        SettingsError: for an unknown key, naming ``where`` it stands and the nearest known one.
    """
    known = tuple(f.name for f in fields(Settings))
    arguments = {}
    for key, value in table.items():
        name = key.replace("-", "_")
        if name not in known:
            raise SettingsError(f"{where}: unknown setting {key!r}{_near(name, known)} (known: {', '.join(known)})")
        if isinstance(value, list):
            value = tuple(value)
        arguments[name] = value
    return arguments


def load(path: Path) -> dict[str, Any]:
    """The settings in a ``transmend.toml``, or in ``[tool.transmend]`` of a ``pyproject.toml``.

    A relative ``source`` or ``glossary`` is looked for beside the file.

    Raises:
        SettingsError: if the file cannot be read, is not TOML or has an unknown key.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path}: {error}") from None
    if path.name == "pyproject.toml":
        table = table.get("tool", {}).get("transmend", {})
    arguments = from_table(table, str(path))
    for name in ("source", "glossary"):
        if isinstance(arguments.get(name), str | tuple):
            arguments[name] = tuple(str(path.parent / one) for one in _paths(name, arguments[name]))
    return arguments


def find(folder: Path) -> Path | None:
    """The nearest ``transmend.toml``, or ``pyproject.toml`` with ``[tool.transmend]``, in ``folder`` or above it."""
    for place in (folder, *folder.parents):
        own = place / "transmend.toml"
        if own.is_file():
            return own
        project = place / "pyproject.toml"
        if project.is_file() and "[tool.transmend" in project.read_text(encoding="utf-8", errors="replace"):
            return project
    return None
