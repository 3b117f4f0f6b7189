"""Write docs/rules.md from the rules' own pages; with --check only say whether it is current.

python scripts/make_rule_pages.py [--check]
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from transmend.defects import RULES

PAGE = Path(__file__).parents[1] / "docs" / "rules.md"
HEAD = """# Rules

Written by `scripts/make_rule_pages.py` from the rules' docstrings; `transmend explain CODE` prints the same.
Codes are stable and never used again for another rule.
"""


def pages() -> str:
    """The whole document: an index, then a page for every rule, by code."""
    rules = sorted(RULES, key=lambda rule: rule.code)
    index = ["| code | name | what it finds | mended in |", "|---|---|---|---|"]
    index += [
        f"| [{r.code}](#{r.code.lower()}-{r.name}) | {r.name} | {r.summary} | "
        f"{r.phase.name.lower() if r.repairer else 'reported only'} |"
        for r in rules
    ]
    bodies = [f"## {r.code} {r.name}\n\n{r.page}" for r in rules]
    return "\n".join([HEAD, *index, "", "\n\n".join(bodies), ""])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--check", action="store_true")
    if parser.parse_args().check:
        if not PAGE.exists() or PAGE.read_text(encoding="utf-8") != pages():
            sys.exit(f"{PAGE} is not current: run python scripts/make_rule_pages.py")
    else:
        PAGE.parent.mkdir(exist_ok=True)
        PAGE.write_text(pages(), encoding="utf-8")


if __name__ == "__main__":
    main()
