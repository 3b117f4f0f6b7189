"""Addresses, file names and identifiers that lost their marks, or are spelt out as they were spoken."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from transmend import lexicon
from transmend.document import Span
from transmend.finding import Edit, Finding, Fix, Safety, Severity
from transmend.language import word_set
from transmend.lexicon.forms import written_forms
from transmend.rule import Phase, Rule
from transmend.view import View

#: Ends of addresses and of file names that are sure behind a known word of four letters.
DOMAINS = word_set("com org")
FILES = word_set("js jsx tsx json html css yaml yml toml csv ipynb cpp php xml svg")

#: Ends that other words have too: of addresses, which need two known words, and of files, which need a usual name.
UNSURE_DOMAINS = word_set("io net dev edu gov app guru ai co")
UNSURE_FILES = word_set("ts py rs rb md txt env sql pdf ini exe zip png jpg")

#: What a file of code is called: before a spoken or split ending these are names, not words.
FILE_NAMES = word_set(
    "index main app server package config setup readme requirements style styles manifest compose settings utils "
    "webpack docker test tests lock layout page client model router schema"
)
MAIL = "gmail|yahoo|hotmail|outlook|icloud|protonmail"

#: A part of a name this rare is more likely a part of some unknown word.
LEAST = -14.0

_WORD = re.compile(r"(?<![\w.@/-])[^\W\d_]{6,60}(?![\w@/-]|\.\w)")
_URL = re.compile(r"(https?)?(www)?([a-z]+?)(com|org|io)([a-z]*)")
_SPLIT = re.compile(
    rf"\b(?:(?P<scheme>https? )?(?P<host>localhost) (?:u[hm] )?(?P<port>\d{{2,5}})"
    rf"|(?P<ip>(?:127|10|192|172) \d{{1,3}} \d{{1,3}} \d{{1,3}})(?: (?P<ip_port>\d{{4,5}}))?"
    rf"|(?P<name>{'|'.join(sorted(FILE_NAMES))}) (?P<end>{'|'.join(sorted(FILES | {'md', 'py', 'ts'}))})"
    r")\b(?!['’.:/]\w)",
    re.IGNORECASE,
)
#: Ports as they are spoken.
PORTS = {
    "three thousand": "3000",
    "three thousand one": "3001",
    "three thousand and one": "3001",
    "four thousand": "4000",
    "five thousand": "5000",
    "eight thousand": "8000",
    "eighty eighty": "8080",
    "nine thousand": "9000",
}

_PART = r"[^\W_]+"
_ENDS = "|".join(sorted(DOMAINS | FILES | UNSURE_DOMAINS | UNSURE_FILES))
_DOTTED = rf"{_PART}(?: dot {_PART})*"
_SPOKEN = re.compile(
    rf"\b(?:localhost colon (?P<port>\d{{2,5}}|{'|'.join(sorted(PORTS, key=len, reverse=True))})(?: slash {_PART})*"
    rf"|(?:https? colon slash slash )?(?:{_DOTTED} at (?:sign )?)?{_DOTTED} dot (?:{_ENDS})(?: slash {_PART})*"
    rf"|(?:slash {_PART} ){{1,6}}slash {_PART}"
    rf"|dash dash {_PART}(?: dash {_PART})*"
    rf"|{_PART}(?: underscore {_PART})+)\b",
    re.IGNORECASE,
)
_MARKS = {"dot": ".", "slash": "/", "dash": "-", "underscore": "_", "colon": ":", "at": "@"}
_NO_NAMES = word_set(
    "the a an of and or to is was in on at it that this i you we they so but like just when then than about no my your "
    "their its from with for by big little first last every each some any red blue black green dot"
)
_AFTER_DOT_COM = word_set("bubble boom crash era bust days company companies")


def flattened_address(view: View) -> Iterator[Finding]:
    """An address or a file name has lost its dots: it is written as one word.

    Why: ``entrylevelsoftwarejobscom`` can be neither read nor followed, and no vocabulary has it.

    Example: ``entrylevelsoftwarejobscom``, ``fetchgithubjs``, ``httpsgithubcom``. ``evidence["written"]`` is the
    likeliest form.

    Left alone: words that the lexicon knows, words with a mark inside, endings behind anything but known words, and
    what the table of written forms knows with a dot, for ``missing-dot`` mends that.

    Safety: unsafe. Only marks are inserted, but where they stood is inferred, and an address that is nearly right leads
    somewhere else.
    """
    for match in _WORD.finditer(view.text):
        written = _unflattened(match[0].lower())
        if written:
            cased = _with_letters_of(written, match[0])
            message = f"'{match[0]}' has lost its marks: '{cased}'"
            yield Finding(Span(*match.span()), message, 0.85, evidence={"written": cased})


def split_address(view: View) -> Iterator[Finding]:
    """An address or a file name has fallen apart: its marks became spaces.

    Why: ``localhost 3001`` is a word and a number; nothing says that it is a place.

    Example: ``localhost 3001``, ``127 0 0 1``, ``package json``. ``evidence["written"]`` is the whole form.

    Left alone: endings behind words that are no usual names of files (``some json``), numbers that are no parts of an
    address, and what has its marks.

    Safety: unsafe. Spaces become marks, but two words in a row may be just that.
    """
    for match in _SPLIT.finditer(view.text):
        written = _joined(match)
        if written:
            message = f"'{match[0]}' has fallen apart: '{written}'"
            yield Finding(Span(*match.span()), message, 0.8, evidence={"written": written})


def spoken_address(view: View) -> Iterator[Finding]:
    """An address, a path, an option or an identifier is spelt out as it was spoken.

    Why: ``slash api slash jobs`` is what was said, and not what a reader can copy.

    Example: ``slash api slash jobs`` for ``/api/jobs``, ``index dot js``, ``jane at gmail dot com``,
    ``dash dash save``, ``localhost colon three thousand``, ``user underscore id``.

    Left alone: a single ``slash``, the ``dot com bubble``, ``dot`` behind words that name nothing (``the dot js``).

    Safety: unsafe where two marks are spoken or the ending is known, display only elsewhere. It was said so, and a
    transcript may well keep it.
    """
    for match in _SPOKEN.finditer(view.text):
        first, *_, last = match[0].lower().split()
        follows = view.text[match.end() :].split(maxsplit=1)[:1]
        era = last == "com" and bool(follows) and follows[0].lower() in _AFTER_DOT_COM
        if not era and first not in _NO_NAMES:
            written = _spelt(match)
            message = f"'{match[0]}' is spelt out: '{written}'"
            yield Finding(Span(*match.span()), message, 0.8, evidence={"written": written, "sure": _is_sure(match)})


def _unflattened(form: str) -> str | None:
    """The address or file name that ``form`` is without its marks."""
    if form in lexicon.default() or any("." in way for way, _ in written_forms().get(form, ())):
        return None
    if form.startswith(("http", "www")):
        return _url(form)
    if mail := re.fullmatch(rf"([a-z]{{3,}}?)({MAIL})(com)", form):
        return f"{mail[1]}@{mail[2]}.{mail[3]}"
    return next((f"{form[:k]}.{form[k:]}" for k in range(2, len(form) - 1) if _is_address(form[:k], form[k:])), None)


def _is_address(name: str, ending: str) -> bool:
    """Whether a name and an ending make an address or a file name."""
    if ending in UNSURE_FILES:
        return name in FILE_NAMES
    return ending in DOMAINS | FILES | UNSURE_DOMAINS and _is_name(name, least=2 if ending in UNSURE_DOMAINS else 1)


def _url(form: str) -> str | None:
    match = _URL.fullmatch(form)
    if not match or not match[3] or not (match[1] or match[2]):
        return None
    scheme, www, name, domain, path = match.groups()
    if path and not _is_name(path, 1):
        return None
    return "".join(
        (f"{scheme}://" if scheme else "", "www." if www else "", f"{name}.{domain}", f"/{path}" if path else "")
    )


def _is_name(name: str, least: int) -> bool:
    """Whether ``name`` is made of known words, at least so many; one alone has to be four letters long."""
    parts = _words_in(name)
    return len(parts) >= least and (len(parts) > 1 or len(name) > 3)


@lru_cache(maxsize=4096)
def _words_in(name: str) -> tuple[str, ...]:
    """The likeliest way to read ``name`` as known words; empty if there is none.

    >>> _words_in("entrylevelsoftwarejobs")
    ('entry', 'level', 'software', 'jobs')
    """
    words = lexicon.default()
    best: list[tuple[float, tuple[str, ...]] | None] = [(0.0, ()), *[None] * len(name)]
    for end in range(1, len(name) + 1):
        for start in range(max(0, end - 20), end):
            before, part = best[start], name[start:end]
            if before is None or len(part) < 3 or part not in words or words.logp(part) < LEAST:
                continue
            score = before[0] + words.logp(part)
            now = best[end]
            if now is None or score > now[0]:
                best[end] = score, (*before[1], part)
    found = best[len(name)]
    return found[1] if found else ()


def _with_letters_of(written: str, text: str) -> str:
    """``written`` with its letters as ``text`` has them."""
    letters = iter(text)
    return "".join(next(letters) if c.isalpha() else c for c in written)


def _joined(match: re.Match[str]) -> str | None:
    if match["host"]:
        scheme = f"{match['scheme'].strip()}://" if match["scheme"] else ""
        return f"{scheme}{match['host']}:{match['port']}" if int(match["port"]) < 65_536 else None
    if match["ip"]:
        numbers = match["ip"].split()
        if any(int(number) > 255 or (len(number) > 1 and number[0] == "0") for number in numbers):
            return None
        return ".".join(numbers) + (f":{match['ip_port']}" if match["ip_port"] else "")
    return f"{match['name']}.{match['end']}"


def _spelt(match: re.Match[str]) -> str:
    """Spoken marks as marks, without the spaces around them."""
    spoken = match[0]
    if match["port"]:
        port = PORTS.get(match["port"].lower(), match["port"])
        spoken = spoken.replace(match["port"], port, 1)
    spoken = re.sub(r"\bat sign\b", "at", spoken, flags=re.IGNORECASE)
    return "".join(_MARKS.get(word.lower(), word) for word in spoken.split())


def _is_sure(match: re.Match[str]) -> bool:
    """Whether a port, two marks or a known ending show that it is code."""
    words = match[0].lower().split()
    joints = sum(word in _MARKS for word in words)
    return bool(match["port"]) or joints > 1 or words[-1] in DOMAINS | FILES | UNSURE_FILES


def write_marks(view: View, finding: Finding) -> Fix:
    """Write the form with its marks."""
    return Fix((Edit(finding.span, finding.evidence["written"]),), Safety.UNSAFE)


def offer_marks(view: View, finding: Finding) -> Fix:
    """Write the form with its marks, or only show it where one mark alone speaks for it."""
    safety = Safety.UNSAFE if finding.evidence["sure"] else Safety.DISPLAY
    return Fix((Edit(finding.span, finding.evidence["written"]),), safety)


RULES = (
    Rule("IDN001", Phase.WORDS, flattened_address, write_marks),
    Rule("IDN002", Phase.WORDS, split_address, write_marks),
    Rule("IDN003", Phase.WORDS, spoken_address, offer_marks, Severity.NOTE, grouped=True),
)
