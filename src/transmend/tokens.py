"""What stands beside the words: sound tags, music notes, turn marks, masks, leftover tags and entities of captions, and
what is ``verbatim``.

The one grammar of such tokens. Rules that look at words leave them alone; what the user wants done with each kind of
caption token stands in ``Settings.tokens``. Brackets are tokens by what is in them, from closed lists: ``[Music]`` and
``(laughs)`` are, while ``array[0]``, ``[1]``, ``(e.g. this)`` and an editor's ``[the model]`` are text.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_left, bisect_right
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass

from transmend import verbatim
from transmend.document import Span
from transmend.memory import remembered
from transmend.verbatim import overlaps

KEEP, DROP, NEUTRAL, REPORT = "keep", "drop", "neutral", "report"
POLICIES = (KEEP, DROP, NEUTRAL, REPORT)

#: Each kind of token with what it is called and the neutral form that says no more than its kind; None for what it is
#: in the text: the character of an entity, the break of a turn.
KINDS: Mapping[str, tuple[str, str | None]] = {
    "sound": ("a sound tag", "[sound]"),
    "music": ("a sign of music", "[music]"),
    "speaker": ("a speaker change", None),
    "dash": ("a dialogue dash", None),
    "masked": ("a masked word", "[expletive]"),
    "unclear": ("unclear speech", "[inaudible]"),
    "tag": ("a leftover tag", ""),
    "entity": ("an HTML entity", None),
}
#: Kinds beyond which nothing belongs to the words on this side.
WALLS = frozenset({"label", "template", "block"})
#: Kinds before which a sentence ends: another speaker goes on, or code or a table follows.
TURNS = WALLS | {"speaker", "dash", "turn"}
#: Kinds that stand for words: what is beside them may belong to their sentence.
SPOKEN = frozenset({"masked", "unclear", "entity"})
#: Kinds that stand for words as well, and whose signs are no marks; in a gap between words ``OBJECT`` stands for them.
OBJECTS = frozenset({"code", "address"})
OBJECT = "\N{OBJECT REPLACEMENT CHARACTER}"


@dataclass(frozen=True, slots=True)
class Token:
    """A token where it stands in a text.

    Attributes:
        span: its code points.
        kind: one of ``KINDS``, of those of ``verbatim.find``, or ``turn``: a place at
            which the file says that another speaks.
        neutral: what says the same without its particulars; a blank line stands for a new turn.
    """

    span: Span
    kind: str
    neutral: str


# --- the grammar -----------------------------------------------------------------------------------------------------

#: What people and audiences do: a tag is closed by one of them, whoever is named before.
_DOES = (
    r"laugh(?:s|ing|ter)?|chuckl(?:es|ing)|giggl(?:es|ing)|snicker(?:s|ing)|cackl(?:es|ing)|sigh(?:s|ing)?|"
    r"cough(?:s|ing)?|sneez(?:es|ing)|sniff(?:s|les|ling|ing)|snort(?:s|ing)|gasp(?:s|ing)|groan(?:s|ing)|"
    r"grunt(?:s|ing)?|moan(?:s|ing)|growl(?:s|ing)|snarl(?:s|ing)|scream(?:s|ing)|shriek(?:s|ing)|yell(?:s|ing)|"
    r"whisper(?:s|ing)|mutter(?:s|ing)|murmur(?:s|ing)|sob(?:s|bing)|cr(?:ies|ying)|whimper(?:s|ing)|yawn(?:s|ing)|"
    r"inhal(?:es|ing)|exhal(?:es|ing)|breath(?:es|ing)|hiccups?|burps|gulp(?:s|ing)|scoffs?|whistl(?:es|ing)|"
    r"applau(?:se|ds|ding)|clap(?:s|ping)|cheer(?:s|ing)|boo(?:s|ing)|bark(?:s|ing)|chirping|meows?|hiss(?:es|ing)|"
    r"roar(?:s|ing)|squeak(?:s|ing)|creak(?:s|ing)|rumbl(?:es|ing)|beep(?:s|ing)|buzz(?:es|ing)|ring(?:s|ing)|"
    r"honk(?:s|ing)|slam(?:s|ming)|knock(?:s|ing)|rustl(?:es|ing)|clatter(?:s|ing)?|chim(?:es|ing)|whirring|"
    r"typing|clicking|blow(?:s|ing)|explod(?:es|ing)|whoosh(?:es|ing)?|swoosh|thuds?|gunshots?|footsteps|"
    r"clears (?:(?:his|her|their) )?throat|throat clearing"
)
#: What is heard: a tag on its own, or with words of these lists alone.
_HEARD = (
    r"silence|pause|noises?|sounds?|chatter|sirens?|thunder|explosion|crash|bang|boom|splash|drum ?roll|rimshot|"
    r"record scratch|sfx"
)
_MUSIC = r"music|musical|singing|sings|songs?|chanting|chants|humming|hums"
_WITH = (
    r"audience|crowd|man|woman|men|women|people|speaker|all|both|host|child|children|dog|birds?|background|long|short|"
    r"brief|loud|loudly|soft|softly|light|lightly|quiet|quietly|gentle|upbeat|dramatic|ominous|tense|sad|happy|"
    r"cheerful|slow|electronic|classical|rock|jazz|piano|guitar|orchestral|instrumental|ambient|theme|intro|outro|"
    r"opening|closing|playing|plays|starts|stops|ends|continues|continuing|fades?|fading|swells|in|out|and|the|of|"
    r"impact|nervous|nervously|heavy|heavily|distant|indistinct|white|sarcastic|scattered|polite|opens|closes|static|"
    r"alarm|bell|phone|door|horn|engine|wind|rain|keyboard|paper|glass|tongue|lip|deep|deeply|clicks?|pops?|hand"
)
_UNCLEAR = (
    r"inaudible|unintelligible|indiscernible|incomprehensible|indecipherable|garbled|muffled|indistinct|"
    r"cross[ -]?talk(?:ing)?|overlapping(?: (?:speech|conversations?|chatter|voices|dialogue|speakers|talk))?|"
    r"(?:speak(?:s|ing) )?(?:in )?(?:a )?foreign(?: language| speech)?|speak(?:s|ing) (?:in )?[a-z]+(?<!ly)|"
    r"no audio|audio (?:cuts|drops|out|cuts out|drops out|distortion)|"
    r"(?:inaudible|unintelligible|indistinct) (?:speech|conversation|remark|question|response|comments?)"
)
_CLOCK = r"(?:[ ,@-]*\(?\d{1,2}:\d{2}(?::\d{2})?\)?)?"
_MASK = r"expletive(?: deleted)?|bleep(?:ed)?|censored|profanity"

_TELLS = rf"{_DOES}|{_HEARD}|{_MUSIC}"
_IN_LISTS = rf"(?:(?:{_WITH}|{_TELLS})\W+)*(?:{_TELLS})(?:\W+(?:{_WITH}|{_TELLS}))*"
#: Words that start a remark, not a tag: "(which rings)", "[the music]".
_REMARK = (
    r"(?:the|a|an|this|that|it|he|she|they|we|you|i|if|when|which|who|or|and|but|so|not|no|to|from|for|of|in|on|as|"
    r"is)\b"
)
_SUBJECT = r"(?:[\w'’.-]+ ){1,2}"
_SOUND_TAG = re.compile(rf"(?!{_REMARK})(?:{_IN_LISTS}|{_SUBJECT}(?:{_DOES}))", re.IGNORECASE)
_STARRED = re.compile(rf"(?!{_REMARK})(?:{_SUBJECT})?(?:{_DOES})(?: (?:{_WITH}))*", re.IGNORECASE)
_MUSIC_TAG = re.compile(rf"\b(?:{_MUSIC})\b", re.IGNORECASE)
_UNCLEAR_TAG = re.compile(rf"(?:{_UNCLEAR}){_CLOCK}", re.IGNORECASE)
_MASK_TAG = re.compile(rf"(?:{_MASK}){_CLOCK}|_{{2,}}", re.IGNORECASE)

_TURN = r"(?:>|&gt;){2,3}"
_TOKEN = re.compile(
    r"(?P<square>(?<![\w\]\)])\[[^\[\]\n]{1,60}(?:\n[^\[\]\n]{1,40})?\](?![\w(\[]))"
    r"|(?P<round>(?<![\w\]\)])\([^()\n]{3,60}(?:\n[^()\n]{1,40})?\)(?![\w(\[]))"
    r"|(?P<starred>(?<![\w*])\*[A-Za-z][A-Za-z ]{2,30}\*(?![\w*]))"
    r"|(?P<notes>(?:[♪♫♬♩🎵🎶]\ufe0f?)+)"
    rf"|(?P<speaker>(?<![^\s\])*♪]){_TURN}(?![>&=]))"
    r"|(?P<tag></?(?:font|span|ruby|lang|br)\b[^<>\n]{0,120}>|</(?:[bisucv]|rt)>"
    r"|(?<![\w)])<(?:[bisuc]|rt|[cv][. ][^<>\n]{0,80})>"
    r"|<\d{1,3}:\d{2}(?::\d{2})?[.,]\d{3}>|\{\\[^{}\n]{1,80}\})"
    r"|(?P<entity>&(?:amp;)*(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,31}\d{0,2});)"
    r"|(?P<swear>(?<![\w*])(?:f\*{2,4}(?:k\w{0,3}|ing|ed|er)?|s\*{2}t\w{0,3}|b\*{3,4}(?:h|es|s)?)(?![\w*(]))"
    r"|(?P<dash>[-‐](?!-)[ \t]?(?=[^\W\d_])|[–—][ \t]?(?=(?-i:[A-ZÀ-Þ])))",
    re.IGNORECASE,
)
#: What a token can start with: looked for first, for it is rare.
_START = re.compile(r"[\[(*♪♫♬♩🎵🎶>&<{]|(?:(?<=\n)|\A)[ \t]*(?P<dash>[–—‐-])|(?<!\w)[fsb](?=\*\*)", re.IGNORECASE)
_OPERAND = re.compile(r"\w*[\d_()\[\]{}=;/\\$+*|<>]\S*|[b-hj-zB-HJ-Z]|\S+\.(?:txt|log|py|js|sh|md|json|csv|dev|null)\Z")
_CODE = re.compile(r"(?:import|print|def|class|from \w+ import)\b")
_SENTENCE_ENDS = frozenset('.?!…"”’♪-–—')
#: So many turn marks in the middle of lines are a way of writing; a few may be the operator of a program.
FEWEST_TURNS = 3


@remembered
def find(text: str, *, captions: bool = False) -> tuple[Token, ...]:
    """The tokens of a text, in order.

    Arguments:
        text: the text.
        captions: whether it is what captions say: then a dash at the start of a line is a turn; elsewhere it may
            well be an item of a list.

    >>> [(t.span.of("so [Music] a[0] (laughs) >> i"), t.kind) for t in find("so [Music] a[0] (laughs) >> i")]
    [('[Music]', 'music'), ('(laughs)', 'sound'), ('>>', 'speaker')]
    """
    kept = list(verbatim.find(text))
    whole = [span for span, kind in kept if kind != "markup"]  # a tag of captions is one
    told = list(_without_operators(text, [t for t in _candidates(text, captions) if not overlaps(whole, t.span)]))
    if kept:
        taken = [token.span for token in told]
        told += (Token(span, kind, span.of(text)) for span, kind in kept if not overlaps(taken, span))
        told.sort(key=_start)
    return tuple(told)


def _candidates(text: str, captions: bool) -> Iterator[Token]:
    end = 0
    for start in _START.finditer(text):
        at = start.start("dash") if start["dash"] else start.start()
        if at < end or (start["dash"] and not captions):
            continue
        if (match := _TOKEN.match(text, at)) is not None and (token := _read(text, match)) is not None:
            end = token.span.end
            yield token


def _read(text: str, match: re.Match[str]) -> Token | None:
    span, what = Span(*match.span()), match.lastgroup or ""
    if what in ("square", "round"):
        kind = _bracketed(" ".join(match[0][1:-1].split()), square=what == "square")
        return Token(span, kind, KINDS[kind][1] or "") if kind else None
    if what == "starred":
        return Token(span, "sound", "[sound]") if _STARRED.fullmatch(match[0][1:-1]) else None
    if what == "notes":
        return Token(span, "music", "" if _sung(text, span) else "[music]")
    if what == "entity":
        return _entity(span, match[0])
    if what == "tag":
        return Token(span, "tag", "\n" if match[0].lower().startswith("<br") else "")
    if what == "swear":
        return Token(span, "masked", "[expletive]")
    return Token(span, what, "\n\n")


def _entity(span: Span, raw: str) -> Token | None:
    said = html.unescape(html.unescape(raw))
    return Token(span, "entity", said) if len(said) == 1 and (said.isprintable() or said == "\xa0") else None


def _bracketed(said: str, *, square: bool) -> str:
    """The kind of what stands in brackets; "" if it is text."""
    if _UNCLEAR_TAG.fullmatch(said):
        return "unclear"
    if square and _MASK_TAG.fullmatch(said):
        return "masked"
    if _SOUND_TAG.fullmatch(said):
        return "music" if _MUSIC_TAG.search(said) else "sound"
    return ""


def _sung(text: str, span: Span) -> bool:
    """Whether words stand beside a note on its line: then it says that they are sung, and is no sound by itself."""
    line = text[text.rfind("\n", 0, span.start) + 1 : span.start], text[span.end :].partition("\n")[0]
    return any(any(map(str.isalnum, side)) for side in line)


def _without_operators(text: str, found: Sequence[Token]) -> Iterator[Token]:
    """The tokens without shifts and redirections, prompts of a program among them, which look like turn marks."""
    others = {token.span.end for token in found}
    opening = {t.span for t in found if t.kind == "speaker" and _opens(text, t.span, others)}
    turns = [t for t in found if t.kind == "speaker" and not _is_operator(text, t.span, opens=t.span in opening)]
    told = len(turns) >= FEWEST_TURNS or any(t.span in opening or "&" in t.span.of(text) for t in turns)
    kept = {t.span for t in turns} if told else set()
    yield from (t for t in found if t.kind != "speaker" or t.span in kept)


def _opens(text: str, span: Span, others: Container[int]) -> bool:
    """Whether a turn mark stands where a turn can begin: at the start of a line, behind a sentence or a token."""
    before = text[max(0, span.start - 40) : span.start].rstrip(" \t")
    at_end = span.start - len(text[max(0, span.start - 40) : span.start]) + len(before)
    return not before or before[-1] == "\n" or before[-1] in _SENTENCE_ENDS or at_end in others


def _is_operator(text: str, span: Span, *, opens: bool) -> bool:
    before, after = text[max(0, span.start - 40) : span.start].split(), text[span.end : span.end + 40].split()
    if _CODE.match(text[span.end :][:40].lstrip()):
        return True
    sides = [*([] if opens else before[-1:]), *after[:1]]
    return any(_OPERAND.fullmatch(side) is not None for side in sides)


# --- looking things up in them ---------------------------------------------------------------------------------------


def within(tokens: Sequence[Token], start: int, end: int) -> Sequence[Token]:
    """The tokens that start in ``start..end``."""
    low = bisect_left(tokens, start, key=_start)
    return tokens[low : bisect_left(tokens, end, low, key=_start)]


def inside(tokens: Sequence[Token], span: Span) -> bool:
    """Whether ``span`` lies in a token; a place, in the middle of one."""
    k = bisect_right(tokens, span.start, key=_start) - 1
    if k < 0:
        return False
    token = tokens[k].span
    is_in = token.start <= span.start and span.end <= token.end
    return is_in and (len(span) > 0 or token.start < span.start < token.end)


def parts(tokens: Sequence[Token], span: Span) -> bool:
    """Whether ``span`` lies in a token, or starts or ends in the middle of one."""
    ends = Span(span.start, span.start), Span(span.end, span.end)
    return any(inside(tokens, place) for place in (span, *ends))


def without(text: str, tokens: Sequence[Token], start: int, end: int) -> str:
    """What stands in a gap between two words, but for those of its ``tokens`` that are no part of a sentence."""
    out = ""
    for token in tokens:
        if token.kind not in SPOKEN:
            out += text[start : token.span.start] + (OBJECT if token.kind in OBJECTS else "")
            start = token.span.end
    return out + text[start:end]


def _start(token: Token) -> int:
    return token.span.start
