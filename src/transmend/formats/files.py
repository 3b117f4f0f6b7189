"""Bytes in, bytes out: encodings, standard streams, and files written whole or not at all."""

from __future__ import annotations

import codecs
import contextlib
import os
import sys
import tempfile
from pathlib import Path

from transmend.errors import InputError, OutputError

#: Byte order marks, longest first, and what Python calls the encoding behind them.
MARKED = (
    ("utf-8-sig", codecs.BOM_UTF8, "utf-8"),
    ("utf-16-le", codecs.BOM_UTF16_LE, "utf-16-le"),
    ("utf-16-be", codecs.BOM_UTF16_BE, "utf-16-be"),
)


def decode(data: bytes) -> tuple[str, str]:
    """The text, and the name of its encoding: one with a byte order mark, UTF-8, or else cp1252.

    Raises:
        InputError: if the bytes are none of these, or no text at all.
    """
    for name, mark, codec in MARKED:
        if data.startswith(mark):
            return _decode(data[len(mark) :], codec), name
    if b"\0" in data:
        raise InputError(f"not text: a zero byte at offset {data.index(0)}; is it a binary file?")
    with contextlib.suppress(UnicodeDecodeError):
        return data.decode("utf-8"), "utf-8"
    return _decode(data, "cp1252"), "cp1252"


def _decode(data: bytes, codec: str) -> str:
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        byte = f"0x{data[error.start]:02x}" if error.start < len(data) else "the end"
        raise InputError(
            f"neither UTF-8 nor {codec}: {byte} at byte {error.start}; convert the file to UTF-8 first "
            "(iconv -f ENCODING -t UTF-8)"
        ) from None


def encode(text: str, encoding: str) -> bytes:
    """``text`` in the encoding it came in, with its byte order mark.

    Raises:
        OutputError: naming a character that the encoding lacks.
    """
    mark, codec = next(((m, c) for n, m, c in MARKED if n == encoding), (b"", encoding))
    try:
        return mark + text.encode(codec)
    except UnicodeEncodeError as error:
        raise OutputError(
            f"{encoding} has no {text[error.start]!r} (offset {error.start}); convert the file to UTF-8 first, "
            "or choose another elision mark"
        ) from None


def read_bytes(path: str | Path) -> bytes:
    """What a file holds; ``-`` is standard input.

    Raises:
        InputError: if it cannot be read.
    """
    if str(path) == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}") from None


def write(path: str | Path, data: bytes, *, source: str | Path | None = None, in_place: bool = False) -> None:
    """Write a file whole or not at all; ``-`` is standard output.

    Arguments:
        path: where to.
        data: what.
        source: the file the data was made from, which is not written over unless ``in_place``.

    Raises:
        OutputError: if it cannot be written, or is the source.
    """
    if str(path) == "-":
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    target = Path(path)
    if source is not None and not in_place and _same(target, Path(source)):
        raise OutputError(f"{path} is the input itself: give another name, or --in-place to replace it")
    try:
        _replace(target.resolve(), data)
    except OSError as error:
        raise OutputError(f"{path}: {error.strerror or error}") from None


def _same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False


def _replace(target: Path, data: bytes) -> None:
    """Write beside the target and rename, so that no reader ever sees half a file."""
    if target.is_dir():
        raise IsADirectoryError(21, "is a directory")
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, target.stat().st_mode & 0o7777 if target.exists() else 0o666 & ~_umask())
        os.replace(name, target)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
