"""Times as files write them, in seconds."""

from __future__ import annotations

import re

#: ``1:02:03.456``, ``02:03,4``, ``00:01:02:12`` (frames), a digit more or less; groups h, m, s, f.
STAMP = r"(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2})(?:[.,:](\d{1,9}))?"
_STAMP = re.compile(STAMP)
_COUNT = re.compile(r"(\d+(?:\.\d+)?)(h|ms|m|s)?")
_SECONDS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001, None: 1.0, "": 1.0}


def seconds(stamp: str) -> float | None:
    """The time that ``stamp`` tells, or None if it tells none.

    >>> seconds("00:01:02,5"), seconds("1:02.25"), seconds("12.5s"), seconds("1250ms"), seconds("later")
    (62.5, 62.25, 12.5, 1.25, None)
    """
    stamp = stamp.strip()
    if match := _STAMP.fullmatch(stamp):
        hours, minutes, whole, part = match.groups()
        return round(int(hours or 0) * 3600 + int(minutes) * 60 + int(whole) + float(f"0.{part or 0}"), 6)
    if match := _COUNT.fullmatch(stamp):
        return round(float(match[1]) * _SECONDS[match[2]], 6)
    return None


def stamp(time: float, point: str = ".") -> str:
    """``time`` as hours, minutes, seconds and milliseconds.

    >>> stamp(62.5), stamp(3723.0004, ",")
    ('00:01:02.500', '01:02:03,000')
    """
    milliseconds = max(0, round(time * 1000))
    whole, part = divmod(milliseconds, 1000)
    minutes, second = divmod(whole, 60)
    return f"{minutes // 60:02}:{minutes % 60:02}:{second:02}{point}{part:03}"
