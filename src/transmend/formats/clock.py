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


def like(written: str, time: float) -> str | None:
    """``time`` in the form of another one, to the millisecond at least where that has decimals; None for no form.

    >>> like("01:02,500", 3723.25), like("0:00:01.00", 62.5), like("1.5s", 2), like("1250ms", 2.0004), like("3.0", 2.5)
    ('01:02:03,250', '0:01:02.50', '2.0s', '2000ms', '2.5')
    >>> like("00:00:01:12", 2.5) is like("30f", 2.5) is None
    True
    """
    if match := _STAMP.fullmatch(written.strip()):
        return _like_stamp(match, time)
    if match := _COUNT.fullmatch(written.strip()):
        unit = match[2] or ""
        scaled = time / _SECONDS[unit]
        if unit == "ms":
            return f"{round(scaled)}{unit}"
        digits = f"{scaled:.6f}".rstrip("0")
        return f"{digits}0{unit}" if digits.endswith(".") else f"{digits}{unit}"
    return None


def _like_stamp(match: re.Match[str], time: float) -> str | None:
    hours, minutes, second, part = match.groups()
    point = match[0][match.start(4) - match.start() - 1] if part else "."
    if point == ":":  # frames
        return None
    places = len(part) if part else 3
    whole, rest = divmod(max(0, round(time * 10**places)), 10**places)
    fraction = f"{point}{rest:0{places}}" if part or rest else ""
    head = f"{whole // 3600:0{len(hours or '00')}}:" if hours or whole >= 3600 else ""
    return f"{head}{whole // 60 % 60:0{len(minutes)}}:{whole % 60:0{len(second)}}{fraction}"
