"""Talking to the person at the terminal: results on stdout, everything else on stderr."""

from __future__ import annotations

import os
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from transmend.errors import TransmendError

DEBUG = "TRANSMEND_DEBUG"
PATIENCE = 0.5  # seconds after which work is called long


def say(text: str) -> None:
    """Print a result on stdout, in UTF-8 unless it goes to a terminal that speaks something else."""
    terminal = sys.stdout.isatty() and sys.stdout.encoding
    sys.stdout.buffer.write(text.encode(terminal or "utf-8", "backslashreplace"))
    sys.stdout.buffer.flush()


def note(text: str) -> None:
    """Print a remark on stderr."""
    print(text.encode("utf-8", "backslashreplace").decode(), file=sys.stderr)  # noqa: T201 this is what it is for


def complain(error: Exception, file: str = "") -> str:
    """Print one line on what went wrong, on stderr, and return what it says.

    An error that transmend did not raise on purpose is a bug; its traceback is shown if ``TRANSMEND_DEBUG`` is set.
    """
    if isinstance(error, TransmendError):
        message = str(error)
    elif isinstance(error, OSError):
        message = f"{error.filename or file}: {error.strerror or error}"
    else:
        message = _bug(error, file)
    note(f"transmend: error: {' '.join(message.splitlines())}")
    if os.environ.get(DEBUG):
        traceback.print_exception(error)
    return message


def _bug(error: Exception, file: str) -> str:
    last = traceback.extract_tb(error.__traceback__)[-1:]
    place = f" at {Path(last[0].filename).name}:{last[0].lineno}" if last else ""
    at_work = f" with {file}" if file else ""
    return (
        f"a bug in transmend{at_work}: {type(error).__name__}: {error}{place}; "
        f"{DEBUG}=1 shows the traceback, please report it"
    )


def has_colour(stream: TextIO) -> bool:
    """Whether to colour what goes to ``stream``: a terminal, unless ``NO_COLOR`` is set or it is dumb."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


@contextmanager
def progress(what: str) -> Iterator[None]:
    """While the block runs, show ``what`` is going on and for how long: on stderr, on a terminal, if it takes long."""
    if not sys.stderr.isatty():
        yield
        return
    done = threading.Event()
    clock = threading.Thread(target=_tick, args=(what, done), daemon=True)
    clock.start()
    try:
        yield
    finally:
        done.set()
        clock.join()


def _tick(what: str, done: threading.Event) -> None:
    start = time.monotonic()
    shown = False
    while not done.wait(PATIENCE):
        shown = True
        sys.stderr.write(f"\r{what} … {time.monotonic() - start:.0f} s")
        sys.stderr.flush()
    if shown:
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()
