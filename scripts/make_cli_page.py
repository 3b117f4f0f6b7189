"""Write docs/cli.md from the commands' own help; with --check only say whether it is current.

python scripts/make_cli_page.py [--check]
"""

from __future__ import annotations

import argparse
import inspect
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from transmend.cli import cli

PAGE = Path(__file__).parents[1] / "docs" / "cli.md"
HEAD = """# Command line

Written by `scripts/make_cli_page.py` from the commands' help; `transmend COMMAND --help` prints the same.

Results go to stdout, everything else to stderr. Exit codes: `0` nothing found or nothing left, `1` findings left,
`2` wrong usage or a file that cannot be read or written, `130` interrupted. With several files each is handled,
whatever happens to the others, and the worst code counts.

- `check` ends with 1 if errors or warnings were found, `fix` if some are left. Notes do not count: missing marks,
  which `fix` sets, and fillers and repeats, which it leaves alone unless asked.
- `diff` ends with 1 if there are changes.

Settings come from the nearest `transmend.toml`, or `[tool.transmend]` in the nearest `pyproject.toml`, in the working
folder or above it. The keys are the fields of `transmend.Settings`:

```toml
[tool.transmend]
preset = "readable"
ignore = ["DIS"]
seams = "complete"
```

The command line wins over the file. Output is coloured on a terminal only, and never if `NO_COLOR` is set.
`TRANSMEND_DEBUG=1` shows the traceback of an error.
"""


def pages() -> str:
    """The whole document."""
    return (
        "\n".join([HEAD, *(line for name in cli.commands for line in _command(name, cli.commands[name]))]).rstrip()
        + "\n"
    )


def _command(name: str, command: click.Command) -> Iterator[str]:
    arguments = [p.metavar or p.name.upper() for p in command.params if isinstance(p, click.Argument) and p.name]
    yield f"## {name}\n"
    yield f"    transmend {' '.join([name, '[OPTIONS]', *arguments])}\n"
    yield f"{inspect.cleandoc(command.help or '')}\n"
    options = [_option(p) for p in command.params if isinstance(p, click.Option)]
    yield from [*options, ""] if options else []


def _option(option: click.Option) -> str:
    names = ", ".join([*option.opts, *option.secondary_opts])
    value = "" if option.is_flag else f" {option.metavar or _choices(option)}"
    default = f" Default: `{option.default}`." if option.show_default else ""
    required = " Required." if option.required else ""
    return f"- `{names}{value}`: {option.help}{default}{required}"


def _choices(option: click.Option) -> str:
    return "|".join(option.type.choices) if isinstance(option.type, click.Choice) else option.type.name.upper()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--check", action="store_true")
    if parser.parse_args().check:
        if not PAGE.exists() or PAGE.read_text(encoding="utf-8") != pages():
            sys.exit(f"{PAGE} is not current: run python scripts/make_cli_page.py")
    else:
        PAGE.parent.mkdir(exist_ok=True)
        PAGE.write_text(pages(), encoding="utf-8")


if __name__ == "__main__":
    main()
