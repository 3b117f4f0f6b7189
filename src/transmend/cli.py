"""The command line: thin commands over the library.

Results go to stdout, everything else to stderr. Exit codes: 0 nothing found, or nothing left; 1 findings left,
notes not counted; 2 wrong usage, or a file that cannot be read or written; 130 interrupted.

What looks and mends is imported by the commands that need it, so that ``--help`` answers at once.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial, reduce
from pathlib import Path
from typing import Any, TypeVar

import click

from transmend import __version__, formats, settings
from transmend.console import complain, has_colour, note, progress, say
from transmend.document import Document
from transmend.edits import Ledger, Result, parse_ledger
from transmend.errors import InputError, OutputError, SettingsError, TransmendError
from transmend.finding import Finding, Severity
from transmend.glossary.terms import Term
from transmend.report import REPORTS, Checked, Failure, Survey, full
from transmend.report.diff import by_words, unified
from transmend.report.pages import facts, find_rule, plain_page
from transmend.report.summary import summary
from transmend.rule import Rule
from transmend.sampling import LAYOUTS, UNITS

OK, LEFT, WRONG, INTERRUPTED, BROKEN_PIPE = 0, 1, 2, 130, 141
STDIO = "-"
#: How seldom the collector looks for cycles: there are few, and millions of tuples to look through.
SELDOM = (50_000, 20, 20)

F = TypeVar("F", bound=Callable[..., Any])


class _Group(click.Group):
    """A group whose commands may be cut off by ``| head``."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            # Nobody reads any more. Python would complain once again when it closes stdout.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return BROKEN_PIPE


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, message="%(prog)s %(version)s")
def cli() -> None:
    """Find and repair what is broken in transcripts.

    Exit codes: 0 nothing found or nothing left, 1 findings left (notes do not count), 2 wrong usage or a file that
    cannot be read or written.
    """


# --- options that commands share -----------------------------------------------------------------------------------


def _options(*options: Callable[[F], F]) -> Callable[[F], F]:
    """One decorator from several, listed in help in the order given."""
    return lambda command: reduce(lambda done, option: option(done), reversed(options), command)


_READING = _options(
    click.option(
        "--format",
        "--from",
        "format_",
        type=click.Choice(list(formats.FORMATS)),
        help="Form of the input; default: by content.",
    ),
    click.option(
        "--text-key", default="text", show_default=True, help="Key of the text in JSON, or column of a table."
    ),
)

_LAYING_OUT = _options(
    click.option("--cues", type=click.Choice(settings.CUES), help="Lay captions out anew: by lines, or by sentences."),
    click.option("--line-length", type=int, metavar="N", help="Characters in a line of a cue, at most; default: 42."),
    click.option("--lines", type=int, metavar="N", help="Lines in a cue, at most; default: 2."),
    click.option(
        "--reading-speed", type=float, metavar="CPS", help="Characters a second in a cue, at most; default: 17."
    ),
    click.option("--min-duration", type=float, metavar="S", help="Seconds a cue is shown, at least; default: 0.833."),
    click.option("--max-duration", type=float, metavar="S", help="Seconds a cue is shown, at most; default: 7."),
)

_CHOOSING = _options(
    click.option(
        "--select", multiple=True, metavar="CODES", help="Use only these rules: codes or prefixes, PUN,SEAM001."
    ),
    click.option("--ignore", multiple=True, metavar="CODES", help="Leave these rules out; the longer prefix wins."),
    click.option("--preset", type=click.Choice(list(settings.PRESETS)), help="How much to change; default: verbatim."),
    click.option("--seams", type=click.Choice(settings.SEAMS), help="What to do where text is missing."),
    click.option("--restore", is_flag=True, default=None, help="The same as --seams restore."),
    click.option(
        "--source",
        multiple=True,
        metavar="PATH",
        help="Full transcripts that FILE may be cut from: a file, or a folder of files; repeatable.",
    ),
    click.option("--shots", type=click.Choice(settings.SHOTS), help="Keep all copies of a repeated shot, or one."),
    click.option(
        "--unsafe-fixes", "unsafe", is_flag=True, default=None, help="Mend by removing words and sections too."
    ),
    click.option("--elision", metavar="MARK", help="What marks missing text; default: […]."),
    click.option("--abstain", type=float, metavar="P", help="Set no mark or capital that is less probable, 0 to 1."),
    click.option(
        "--disfluencies",
        type=click.Choice(settings.DISFLUENCIES),
        help="Keep what speakers stumble over, drop fillers, stutters and loops, or restarts too.",
    ),
    click.option("--numbers", type=click.Choice(settings.NUMBERS), help="Write numbers in words in digits."),
    click.option(
        "--tokens",
        multiple=True,
        metavar="KIND=WHAT",
        help="What to do with [Music], >> and the like: keep, drop, neutral or report; music=drop,masked=neutral.",
    ),
    click.option("--paragraphs/--no-paragraphs", default=None, help="Break long text into paragraphs, or do not."),
    click.option("--glossary", multiple=True, metavar="FILE", help="Your terms, TOML or CSV: see transmend terms."),
    _LAYING_OUT,
    click.option("--config", type=click.Path(), metavar="FILE", help="Settings; default: the nearest transmend.toml."),
)

_WRITING = _options(
    click.option(
        "-o", "--output", metavar="FILE", help="Where to write, a file or an existing folder; default: stdout."
    ),
    click.option("-i", "--in-place", is_flag=True, help="Replace the input."),
)

_INPUTS = click.argument("files", metavar="FILE...", nargs=-1, required=True)


@dataclass(frozen=True)
class _Reader:
    """How to read the inputs."""

    format_: str | None
    text_key: str

    def __call__(self, name: str) -> Document:
        """Read a file, and say so where its encoding had to be guessed."""
        document = formats.read(name, self.format_, self.text_key)
        if document.origin.encoding == "cp1252":
            note(f"transmend: note: {document.name} is not UTF-8; read as cp1252 (Windows Latin 1)")
        return document


def _settings(config: str | None, select: Sequence[str], ignore: Sequence[str], **given: Any) -> settings.Settings:
    """The settings of the nearest configuration file, with what the command line says on top."""
    path = Path(config) if config else settings.find(Path.cwd())
    table = settings.load(path) if path else {}
    codes = {"select": ",".join(select), "ignore": ",".join(ignore)}
    if given.pop("restore", None):
        if given["seams"] not in (None, "restore"):
            raise SettingsError(f"--restore means --seams restore: leave --seams {given['seams']} out")
        given["seams"] = "restore"
    own = {name: value for name, value in (codes | given).items() if value not in (None, "", ())}
    chosen = settings.Settings(**(table | own))
    if chosen.glossary:
        _own_terms(chosen.glossary)  # so that a glossary that cannot be read is one error, not one for each file
    _check_codes(chosen)
    if chosen.numbers == "digits":
        _need_numbers()
    if chosen.source:
        _read_sources(chosen.source)
    return chosen


def _check_codes(chosen: settings.Settings) -> None:
    """Say once, before any file, if there is no such rule."""
    from transmend.defects import selected

    selected(chosen)


def _need_numbers() -> None:
    """Say once, before any file, if what reads numbers is not installed."""
    from transmend.defects import spelt_numbers

    spelt_numbers.library()


def _read_sources(paths: Sequence[str]) -> None:
    """Read the sources once, before any file: what is wrong with them is said once."""
    from transmend.splice import read_sources

    with progress("reading the sources"):
        read_sources(paths)


def _own_terms(paths: Sequence[str]) -> tuple[Term, ...]:
    from transmend import glossary

    return glossary.load(paths)


def _rules() -> tuple[Rule, ...]:
    from transmend.defects import RULES

    return RULES


def _each(names: Iterable[str], work: Callable[[str], int]) -> tuple[int, list[Failure]]:
    """Do ``work`` for every file, whatever happens to the others; the worst exit code and what went wrong."""
    worst, failures = OK, []
    for name in names:
        try:
            code = work(name)
        except BrokenPipeError:
            raise
        except Exception as error:
            failures.append(Failure(name, complain(error, name)))
            code = WRONG
        worst = max(worst, code)
    return worst, failures


# --- check, fix, diff ----------------------------------------------------------------------------------------------


@cli.command()
@_INPUTS
@_CHOOSING
@_READING
@click.option(
    "--output-format", type=click.Choice(list(REPORTS)), default="full", show_default=True, help="Form of the report."
)
@click.option("-o", "--output", default=STDIO, metavar="FILE", help="Where to write the report; default: stdout.")
def check(
    files: tuple[str, ...], format_: str | None, text_key: str, output_format: str, output: str, **chosen: Any
) -> int:
    """Find what is broken, changing nothing.

    Ends with exit code 1 if errors or warnings were found; notes do not count. FILE may be - for stdin.
    """
    from transmend import pipeline

    _spare(files, output)
    options, read = _settings(**chosen), _Reader(format_, text_key)
    checked: list[Checked] = []

    def look(name: str) -> int:
        document = read(name)
        with progress(f"checking {document.name}"):
            checked.append(Checked(document, tuple(pipeline.check(document, options))))
        return _verdict(checked[-1].findings)

    code, failures = _each(files, look)
    survey = Survey(tuple(checked), tuple(failures), {rule.code: rule for rule in _rules()})
    _report(survey, output_format, output)
    return code


def _verdict(findings: Iterable[Finding]) -> int:
    """The exit code for what is found or left."""
    return LEFT if any(finding.severity is not Severity.NOTE for finding in findings) else OK


def _spare(files: Iterable[str], output: str) -> None:
    """Refuse a report that would go over what it reports on."""
    if output != STDIO and os.path.realpath(output) in map(os.path.realpath, files):
        raise click.UsageError(f"the report would go over {output} itself: give it another name")


def _report(survey: Survey, output_format: str, output: str) -> None:
    report = REPORTS[output_format]
    if output != STDIO:
        formats.write(output, report(survey).encode("utf-8", "backslashreplace"))
    elif report is full:
        say(full(survey, colour=has_colour(sys.stdout)))
    else:
        say(report(survey))


@cli.command()
@_INPUTS
@_CHOOSING
@_READING
@_WRITING
@click.option("--edits", metavar="FILE", help="Write the account of all edits, for undo and replay.")
@click.option("--keep-edits", is_flag=True, help="The same, beside each output as NAME.edits.jsonl.")
@click.option("-q", "--quiet", is_flag=True, help="No summary on stderr.")
def fix(
    files: tuple[str, ...],
    format_: str | None,
    text_key: str,
    output: str | None,
    in_place: bool,
    edits: str | None,
    keep_edits: bool,
    quiet: bool,
    **chosen: Any,
) -> int:
    """Mend what can be mended, and write the clean text to stdout.

    The input is never written over without --in-place. Ends with exit code 1 if errors or warnings are left;
    notes do not count. FILE may be - for stdin.
    """
    from transmend import pipeline

    targets = {target.source: target for target in _targets(files, output, in_place, edits, keep_edits)}
    options, read = _settings(**chosen), _Reader(format_, text_key)

    def mend(name: str) -> int:
        document = read(name)
        with progress(f"mending {document.name}"):
            result = pipeline.clean(document, options)
        targets[name].write(result, in_place)
        if not quiet:
            note("\n".join(summary(result)))
        return _verdict(result.remaining)

    return _each(targets, mend)[0]


@dataclass(frozen=True)
class _Target:
    """Where a clean text goes, and where its edits go, if anywhere."""

    source: str
    output: str
    edits: str | None

    def write(self, result: Result, in_place: bool) -> None:
        """Write edits first: they are the way back."""
        if in_place and not result.is_changed:
            return
        data = formats.render(result.document)
        if self.edits:
            if in_place and os.path.exists(self.edits):
                raise OutputError(
                    f"{self.edits} holds the edits of an earlier run, the only way back: move it away first"
                )
            formats.write(self.edits, result.edits_jsonl().encode(), source=self.source)
        formats.write(self.output, data, source=self.source, in_place=in_place)


def _targets(
    files: Sequence[str], output: str | None, in_place: bool, edits: str | None, keep_edits: bool
) -> list[_Target]:
    """Where everything goes.

    Raises:
        click.UsageError: if two things would go to one place, or it is not said where something goes.
    """
    outputs = _outputs(files, output, in_place)
    if edits and keep_edits:
        raise click.UsageError("--edits and --keep-edits exclude each other")
    if edits and len(files) > 1:
        raise click.UsageError("--edits takes the edits of one file; with several files, use --keep-edits")
    if keep_edits and STDIO in outputs:
        raise click.UsageError("--keep-edits needs -o or --in-place: there is no name beside which to keep them")
    beside = [f"{name}.edits.jsonl" if keep_edits else edits for name in outputs]
    places = [os.path.realpath(name) if name != STDIO else name for name in (*outputs, *filter(None, beside))]
    if len(set(places)) < len(places):
        raise click.UsageError("two outputs would go to the same place")
    return [_Target(*target) for target in zip(files, outputs, beside, strict=True)]


def _outputs(files: Sequence[str], output: str | None, in_place: bool) -> list[str]:
    """For each file where its clean text goes."""
    if in_place and (output or STDIO in files):
        raise click.UsageError("--in-place replaces files: it goes neither with --output nor with stdin")
    if in_place:
        return list(files)
    if output and output != STDIO and os.path.isdir(output):
        if STDIO in files:
            raise click.UsageError("stdin has no name to have in a folder: give -o a file name")
        return [os.path.join(output, os.path.basename(name)) for name in files]
    if len(files) > 1:
        raise click.UsageError("several files need --in-place, or -o with an existing folder")
    return [output or STDIO]


@cli.command()
@_INPUTS
@_CHOOSING
@_READING
@click.option("--word", "words", is_flag=True, help="Show changes inside the lines: [-was-]{+now+}.")
def diff(files: tuple[str, ...], format_: str | None, text_key: str, words: bool, **chosen: Any) -> int:
    """Show what fix would change, as a unified diff of short lines.

    Long lines are broken at the same words on both sides; hunk heads give line and column in the file. Ends with
    exit code 1 if there are changes. FILE may be - for stdin.
    """
    from transmend import pipeline

    options, read = _settings(**chosen), _Reader(format_, text_key)
    show = partial(by_words if words else unified, colour=has_colour(sys.stdout))

    def compare(name: str) -> int:
        document = read(name)
        with progress(f"comparing {document.name}"):
            result = pipeline.clean(document, options)
        say("".join(f"{line}\n" for line in show(result)))
        return LEFT if result.is_changed else OK

    return _each(files, compare)[0]


# --- convert ---------------------------------------------------------------------------------------------------------


@cli.command()
@click.argument("file")
@_READING
@click.option("--to", type=click.Choice(list(formats.TARGETS)), help="Form of the output; default: by its extension.")
@_LAYING_OUT
@click.option("-o", "--output", default=STDIO, metavar="FILE", help="Where to write; default: stdout.")
def convert(file: str, format_: str | None, text_key: str, to: str | None, output: str, **chosen: Any) -> int:
    """Write a file in another form, times and speakers kept.

    What the other form has no place for is told on stderr. FILE may be - for stdin.
    """
    to = to or formats.target_for(output)
    if to is None:
        raise click.UsageError(f"say with --to what to write: {', '.join(formats.TARGETS)}")
    options = settings.Settings(**{name: value for name, value in chosen.items() if value is not None})
    document = _Reader(format_, text_key)(file)
    if options.cues != "keep":
        document = _laid_out(document, to, options)
    if to == document.origin.format:
        formats.write(output, formats.render(document), source=file)
        return OK
    made = formats.convert(document, to)
    for loss in made.losses:
        note(f"transmend: note: {document.name}: {loss} are lost, {to} has no place for them")
    formats.write(output, made.text.encode("utf-8", "surrogatepass"), source=file)
    return OK


def _laid_out(document: Document, to: str, options: settings.Settings) -> Document:
    """The document with its cues laid out anew: in its own file where the form stays, else for the other form.

    Raises:
        InputError: if it has no cues.
    """
    from transmend.cueing import Limits, laid_out, remade

    if not document.cues:
        raise InputError(f"{document.name} has no times, so there are no cues to lay out: leave --cues out")
    limits, whole = Limits.of(options), options.cues == "sentences"
    if to == document.origin.format:
        return remade(document, limits, whole=whole, elision=options.elision).document
    has_lines, named = to in ("srt", "vtt"), to == "srt"
    return laid_out(document, limits, whole=whole, breaks=has_lines, named=named, elision=options.elision)


# --- excerpt --------------------------------------------------------------------------------------------------------


@cli.command()
@_INPUTS
@click.option("--budget", type=int, required=True, metavar="N", help="The most a text may have, marks included.")
@click.option("--unit", type=click.Choice(list(UNITS)), default="chars", show_default=True, help="Unit of the budget.")
@click.option(
    "--layout",
    type=click.Choice(list(LAYOUTS)),
    default="head-windows-tail",
    show_default=True,
    help="Which pieces to keep.",
)
@click.option("--head", type=float, metavar="SHARE", help="Share of the budget for the beginning, 0 to 1.")
@click.option("--windows", type=int, metavar="N", help="Number of windows in the middle.")
@click.option("--tail", type=float, metavar="SHARE", help="Share of the budget for the end, 0 to 1.")
@click.option("--section", metavar="NAME", help="Only this section, by label or name, as plain text.")
@click.option("--elision", default="[…]", show_default=True, metavar="MARK", help="What marks the text left out.")
@click.option("-o", "--output", metavar="FILE", help="Where to write, a file or an existing folder; default: stdout.")
@click.option("-q", "--quiet", is_flag=True, help="No summary on stderr.")
@_READING
def excerpt(
    files: tuple[str, ...],
    budget: int,
    unit: str,
    layout: str,
    section: str | None,
    elision: str,
    output: str | None,
    quiet: bool,
    format_: str | None,
    text_key: str,
    **shape: Any,
) -> int:
    """Sample a transcript for a prompt, at sentence boundaries and never over budget.

    What is left out is marked by […] and a paragraph break. In a file with sections each is sampled by itself, and
    the file keeps its form. A text within the budget stays as it is. FILE may be - for stdin.
    """
    from transmend import sampling

    targets = {target.source: target for target in _targets(files, output, False, None, False)}
    read, chosen = _Reader(format_, text_key), {name: value for name, value in shape.items() if value is not None}
    pieces = replace(LAYOUTS[layout], **chosen)

    def sample(name: str) -> int:
        document = read(name)
        if section is not None:
            document = sampling.alone(document, section)
        with progress(f"sampling {document.name}"):
            made = sampling.excerpt(document, budget, unit, pieces, elision)
        formats.write(targets[name].output, formats.render(made.document), source=name)
        if not quiet:
            kept, size = (sum(UNITS[unit](s.span.of(d.text)) for s in d.parts) for d in (made.document, document))
            note(f"{document.name}: kept {kept:,} of {size:,} {unit} in {len(made.kept)} pieces")
        return OK

    return _each(targets, sample)[0]


# --- undo, replay --------------------------------------------------------------------------------------------------


@cli.command()
@click.argument("clean")
@click.option("--edits", required=True, metavar="FILE", help="The edits that fix --edits wrote.")
@_WRITING
def undo(clean: str, edits: str, output: str | None, in_place: bool) -> int:
    """Get the source of a clean text back, byte for byte."""
    return _walk(clean, edits, output, in_place, lambda ledger: ledger.file.undo)


@cli.command()
@click.argument("source")
@click.option("--edits", required=True, metavar="FILE", help="The edits that fix --edits wrote.")
@_WRITING
def replay(source: str, edits: str, output: str | None, in_place: bool) -> int:
    """Make the edits of an earlier run anew, on the same source."""
    return _walk(source, edits, output, in_place, lambda ledger: ledger.file.replay)


def _walk(
    name: str, edits: str, output: str | None, in_place: bool, direction: Callable[[Ledger], Callable[[str], str]]
) -> int:
    """Take the text of a file along its edits."""
    if name == edits == STDIO:
        raise click.UsageError("the text and its edits cannot both come from stdin")
    (target,) = _targets([name], output, in_place, None, False)
    if target.output != STDIO and os.path.realpath(target.output) == os.path.realpath(edits):
        raise click.UsageError("the output would go over the edits")
    file = formats.read(name, "plain")
    after = direction(parse_ledger(_text(edits)))(file.text)
    formats.write(target.output, formats.render(replace(file, text=after)), source=name, in_place=in_place)
    return OK


def _text(name: str) -> str:
    return formats.read(name, "plain").text


# --- explain, rules, eval ------------------------------------------------------------------------------------------


@cli.command()
@click.argument("rule")
def explain(rule: str) -> int:
    """Print the page of a rule, given by code or name: what it finds, why, what it leaves alone."""
    say(plain_page(find_rule(_rules(), rule)))
    return OK


@cli.command()
@click.option(
    "--output-format", type=click.Choice(["full", "json"]), default="full", show_default=True, help="Form of the list."
)
def rules(output_format: str) -> int:
    """List all rules: code, name, phase, what their fixes may cost, and what they find."""
    told = [facts(rule) for rule in _rules()]
    if output_format == "json":
        say(json.dumps(told, indent=2) + "\n")
        return OK
    widths = {key: max(len(rule[key]) for rule in told) for key in ("code", "name", "phase", "fix")}
    say("".join("  ".join((*(rule[k].ljust(w) for k, w in widths.items()), rule["summary"])) + "\n" for rule in told))
    return OK


@cli.command("terms")
@_INPUTS
@_READING
@click.option("--glossary", multiple=True, metavar="FILE", help="Leave out what these glossaries have.")
@click.option("--least", type=click.IntRange(1), default=2, show_default=True, metavar="N", help="Said so often.")
@click.option("-o", "--output", default=STDIO, metavar="FILE", help="Where to write; default: stdout.")
def terms(
    files: tuple[str, ...], format_: str | None, text_key: str, glossary: tuple[str, ...], least: int, output: str
) -> int:
    """List words to start a glossary from, as TOML that --glossary takes.

    Unknown and rare words with counts, and beside each the words that are spelt almost like it. Read it through:
    what is no term goes, and a word that is right goes from the list of what is heard.
    """
    from transmend.glossary.candidates import as_toml, candidates

    _spare(files, output)
    own, read = _own_terms(glossary), _Reader(format_, text_key)
    documents: list[Document] = []

    def gather(name: str) -> int:
        documents.append(read(name))
        return OK

    code, _ = _each(files, gather)
    told = as_toml(candidates((document.text for document in documents), own, least), files)
    if output == STDIO:
        say(told)
    else:
        formats.write(output, told.encode())
    return code


@cli.command("eval")
@click.argument("clean")
@click.argument("reference")
@_READING
@click.option(
    "--output-format",
    type=click.Choice(["full", "json"]),
    default="full",
    show_default=True,
    help="Form of the figures.",
)
def eval_(clean: str, reference: str, format_: str | None, text_key: str, output_format: str) -> int:
    """Score the marks, case and paragraphs of CLEAN against REFERENCE, a text with the same letters."""
    from transmend.score import compare

    read = _Reader(format_, text_key)
    scores = compare(read(reference).text, read(clean).text)
    say(json.dumps(scores.as_dict(), indent=2) + "\n" if output_format == "json" else "\n".join([*scores.lines(), ""]))
    return OK


# --- the door ------------------------------------------------------------------------------------------------------


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; whatever goes wrong is told in one line."""
    gc.set_threshold(*SELDOM)
    try:
        code = cli.main(arguments, prog_name="transmend", standalone_mode=False)
    except click.Abort:
        note("transmend: interrupted")
        return INTERRUPTED
    except click.exceptions.NoArgsIsHelpError as error:
        note(error.format_message())
        return WRONG
    except click.ClickException as error:
        complain(TransmendError(f"{error.format_message()}{_help(error)}"))
        return WRONG
    except Exception as error:
        complain(error)
        return WRONG
    return code if isinstance(code, int) else OK


def _help(error: click.ClickException) -> str:
    context = getattr(error, "ctx", None)
    return f" (see {context.command_path} --help)" if context else ""
