"""What a cue may be: how long its lines are, how many, how fast to read, and how long it is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from transmend.settings import Settings

#: Times are told to the millisecond; what is within that of a limit keeps it.
GRAIN = 0.002


@dataclass(frozen=True, slots=True)
class Limits:
    """What ``Settings`` asks of cues.

    Attributes:
        line_length: characters in a line, at most.
        lines: lines in a cue, at most.
        reading_speed: characters a second, at most; spaces count, line breaks as one.
        shortest: seconds that a cue is shown, at least.
        longest: seconds, at most.
    """

    line_length: int = 42
    lines: int = 2
    reading_speed: float = 17.0
    shortest: float = 0.833
    longest: float = 7.0

    @classmethod
    def of(cls, settings: Settings) -> Limits:
        """The limits that a user asked for."""
        return cls(
            settings.line_length,
            settings.lines,
            settings.reading_speed,
            settings.min_duration,
            settings.max_duration,
        )

    def rows(self, lengths: Sequence[int]) -> int:
        """How many lines words of these lengths need, at least; one too long for a line counts as two."""
        rows, at = 0, self.line_length
        for length in lengths:
            if at + 1 + length > self.line_length:
                rows, at = rows + 1 + (length > self.line_length), length
            else:
                at += 1 + length
        return rows

    def hold(self, lines: Sequence[str]) -> bool:
        """Whether these lines are few and short enough."""
        return len(lines) <= self.lines and all(len(line) <= self.line_length for line in lines)

    def is_fast(self, characters: int, seconds: float) -> bool:
        """Whether so many characters are too many for the time."""
        return characters > self.reading_speed * (seconds + GRAIN)

    def is_short(self, seconds: float) -> bool:
        """Whether a cue is shown for too short a time."""
        return seconds + GRAIN < self.shortest

    def is_long(self, seconds: float) -> bool:
        """Whether a cue is shown for too long."""
        return seconds - GRAIN > self.longest
