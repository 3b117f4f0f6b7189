"""The table of tiktoken's ``cl100k_base`` -> the tokens of English speech, in order of rank.

curl -O https://openaipublic.blob.core.windows.net/encodings/cl100k_base.tiktoken
python scripts/build_tokens.py --table cl100k_base.tiktoken
"""

from __future__ import annotations

import argparse
import base64
import lzma
import re
from pathlib import Path

#: Letters behind a space or mark, digits, marks; code and line ends are not spoken.
SPOKEN = re.compile(r"[ -/:-@\[-`{-~]?[A-Za-z]+|[0-9]+| ?[!-/:-@\[-`{-~]{1,3}| {1,4}")


def tokens(table: Path) -> list[str]:
    """The tokens that speech has, commonest merge first."""
    lines = (line.split() for line in table.read_text(encoding="ascii").splitlines() if line)
    ranked = sorted((int(rank), base64.b64decode(token)) for token, rank in lines)
    return [t.decode("ascii") for _, t in ranked if t.isascii() and SPOKEN.fullmatch(t.decode("ascii"))]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--table", type=Path, required=True, help="cl100k_base.tiktoken")
    parser.add_argument("--out", type=Path, default=Path("src/transmend/splice/data/cl100k.txt.xz"))
    arguments = parser.parse_args()
    arguments.out.write_bytes(lzma.compress("\n".join(tokens(arguments.table)).encode("ascii"), preset=9))


if __name__ == "__main__":
    main()
