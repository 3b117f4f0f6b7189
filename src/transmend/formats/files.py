"""The only place where transcripts are opened. ``-`` is standard input or output."""

from __future__ import annotations

import errno
import os
import secrets
import stat
import sys
from pathlib import Path

from transmend.errors import InputError, OutputError

PathLike = str | os.PathLike[str]


def read_bytes(path: PathLike) -> bytes:
    """The bytes of a file, or of standard input.

    Raises:
        InputError: if the file cannot be read, saying why.
    """
    if is_stream(path):
        return sys.stdin.buffer.read()
    try:
        return Path(path).read_bytes()
    except FileNotFoundError:
        raise InputError(f"{path}: there is no such file: check its name and folder") from None
    except IsADirectoryError:
        raise InputError(f"{path} is a folder: name the files in it") from None
    except (OSError, ValueError) as error:
        raise InputError(f"{path} cannot be read: {_reason(error)}") from None


def write(path: PathLike, data: bytes, *, source: PathLike | None = None, in_place: bool = False) -> None:
    """Write ``data``, whole or not at all.

    The bytes go to a new file in the same folder, which then takes the place of ``path`` and its permissions.
    A link stays a link: what it points to is replaced. Devices and pipes are written to directly.

    Args:
        path: where to; ``-`` is standard output.
        data: what to write.
        source: the input these bytes were made from, which must not be overwritten by accident.
        in_place: allow it on purpose.

    Raises:
        OutputError: if ``path`` is the input, under whatever name, or cannot be written.
    """
    if is_stream(path):
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    try:
        if source is not None and not in_place and _is_same_file(path, source):
            raise OutputError(f"{path} is the input: choose another output, or overwrite it with --in-place")
        _write(Path(path), data)
    except FileNotFoundError:
        raise OutputError(f"{path} cannot be written: its folder does not exist; make it first") from None
    except IsADirectoryError:
        raise OutputError(f"{path} is a folder: name a file in it") from None
    except (OSError, ValueError, RuntimeError) as error:
        raise OutputError(f"{path} cannot be written: {_reason(error)}") from None


def is_stream(path: PathLike) -> bool:
    """Whether ``path`` means standard input or output."""
    return os.fspath(path) == "-"


def _is_same_file(path: PathLike, source: PathLike) -> bool:
    if is_stream(source) or not os.path.exists(path) or not os.path.exists(source):
        return False
    return os.path.samefile(path, source)


def _write(path: Path, data: bytes) -> None:
    if path.is_dir():
        raise IsADirectoryError
    if not path.exists():
        _replace(path.resolve(), data, None)
    elif not path.is_file():
        path.write_bytes(data)  # replacing /dev/null would be a bad idea
    elif not os.access(path, os.W_OK):
        raise PermissionError(errno.EACCES, "it is read-only")
    else:
        _replace(path.resolve(), data, stat.S_IMODE(path.stat().st_mode))


def _replace(path: Path, data: bytes, mode: int | None) -> None:
    """Write ``data`` to a file beside ``path`` and move it there; a new file's permissions follow the umask."""
    beside = path.with_name(f".transmend-{secrets.token_hex(8)}.tmp")
    try:
        with open(beside, "xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if mode is not None:
            beside.chmod(mode)
        os.replace(beside, path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else "") or str(error) or type(error).__name__
