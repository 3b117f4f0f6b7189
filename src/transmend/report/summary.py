"""What a cleaning did, in a few lines for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from transmend.edits import Result
from transmend.finding import Safety


def summary(result: Result) -> Iterator[str]:
    """How many findings were mended and how many are left, in all and by rule."""
    mended = Counter((finding.rule, finding.name) for finding in result.fixed)
    left = Counter((finding.rule, finding.name) for finding in result.remaining)
    yield f"{result.source.name or 'text'}: {mended.total():,} mended by {_edits(result)}, {left.total():,} left"
    rules = sorted(mended | left)
    width = max((len(name) for _, name in rules), default=0)
    if rules:
        yield f"  {'':8}{'':{width}} {'mended':>8} {'left':>8}"
    for code, name in rules:
        row = f"  {code:8}{name:{width}} {mended[code, name]:8,} {left[code, name]:8,}"
        yield f"{row}  {_hint(result, code)}".rstrip()


def _edits(result: Result) -> str:
    number = len(result.changes)
    return f"{number:,} edit{'' if number == 1 else 's'}"


def _hint(result: Result, code: str) -> str:
    """What would mend the rest."""
    offers = {f.fix.safety for f in result.remaining if f.rule == code and f.fix is not None}
    return "mended with --unsafe-fixes" if Safety.UNSAFE in offers else ""
