"""Bytes to text and back, without ever guessing silently."""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Mapping

from transmend.errors import InputError, OutputError
from transmend.formats.base import line_at

#: Byte order marks, by the name we give the encoding. Python's UTF-16 codecs with a fixed order write none.
_MARKS: Mapping[str, bytes] = {
    "utf-8-sig": codecs.BOM_UTF8,
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
}
_SIGNATURES: Mapping[bytes, str] = {
    b"PK\x03\x04": "a zip archive, perhaps a .docx or .odt",
    b"%PDF-": "a PDF",
    b"{\\rtf": "an RTF document",
    b"\x1f\x8b": "gzip-compressed",
}
# What no text in an 8-bit encoding has; tab, line ends, form feed, Ctrl-Z and escape do occur.
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x19\x1c-\x1f]")


def decode(data: bytes) -> tuple[str, str]:
    """The text of ``data``, and the encoding it was in.

    That is what the byte order mark says, else UTF-8, else cp1252. Latin-1 is never tried: it fits every file.

    Raises:
        InputError: if it is none of these, or no text at all.
    """
    _refuse_known_binaries(data)
    text, encoding = _decode(data)
    if "\0" in text:
        raise InputError(
            f"there is a NUL character on line {line_at(text, text.index(chr(0)))}: "
            "this is no text, or UTF-16 or UTF-32 without its mark; convert it to UTF-8 first"
        )
    return text, encoding


def encode(text: str, encoding: str) -> bytes:
    """``text`` in ``encoding``, with the byte order mark that goes with it.

    Raises:
        OutputError: if the encoding is unknown or lacks a character of the text.
    """
    try:
        # "utf-8-sig" writes its mark itself
        mark = b"" if encoding == "utf-8-sig" else _MARKS.get(encoding, b"")
        return mark + text.encode(encoding)
    except UnicodeEncodeError as error:
        raise OutputError(_lacking(text, error)) from None
    except LookupError:
        raise OutputError(f"unknown encoding {encoding!r}: try utf-8") from None


def _refuse_known_binaries(data: bytes) -> None:
    for signature, what in _SIGNATURES.items():
        if data.startswith(signature):
            raise InputError(f"this is {what}, not text: export or unpack it as plain text first")


def _decode(data: bytes) -> tuple[str, str]:
    for encoding, mark in _MARKS.items():
        if data.startswith(mark):
            return _marked(data, mark, encoding), encoding
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        return _western(data, error), "cp1252"


def _marked(data: bytes, mark: bytes, encoding: str) -> str:
    try:
        return data[len(mark) :].decode(encoding.removesuffix("-sig"))
    except UnicodeDecodeError as error:
        where = _byte(data, len(mark) + error.start)
        raise InputError(f"the file's mark says {encoding}, but {where} is not: was it damaged or cut?") from None


def _western(data: bytes, utf8_error: UnicodeDecodeError) -> str:
    """``data`` as cp1252, unless it is UTF-8 with some bad bytes or no text."""
    if _is_mostly_utf8(data):
        raise InputError(
            f"this is UTF-8, except {_byte(data, utf8_error.start)}: was it damaged or cut? "
            "`iconv -c -f utf-8 -t utf-8` leaves such bytes out"
        )
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError as error:
        raise InputError(
            f"{_byte(data, error.start)} is neither UTF-8 nor Windows-1252: "
            "convert the file to UTF-8 first, for example with `iconv -f ENCODING -t utf-8`"
        ) from None
    if junk := _CONTROL.search(text):
        raise InputError(f"{_byte(data, junk.start())} is a control character: this looks like no text at all")
    return text


def _is_mostly_utf8(data: bytes) -> bool:
    """Whether more non-ASCII characters are sound than broken: in cp1252 hardly any look sound."""
    text = data.decode("utf-8", errors="replace")
    broken = text.count("\ufffd")
    return sum(not character.isascii() for character in text) - broken > broken


def _byte(data: bytes, offset: int) -> str:
    return f"byte 0x{data[offset]:02X} at offset {offset}"


def _lacking(text: str, error: UnicodeEncodeError) -> str:
    character = text[error.start]
    name = unicodedata.name(character, "no Unicode character").lower()
    return (
        f"{error.encoding} has no {character!r} (U+{ord(character):04X}, {name}), needed on line "
        f"{line_at(text, error.start)}: write the file with --encoding utf-8, or choose another --elision"
    )
