"""`redactor evaluate`: outputs against gold, as a table, as JSON and as a page."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.table import Table

from redactor.durable import write_whole
from redactor.errors import ExitCode
from redactor.evaluation.formats import FORMATS

if TYPE_CHECKING:
    # What judges sound and pictures is imported where it is used: other commands do not wait for it.
    from redactor.evaluation.run import Evaluation

out = Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else 140)
err = Console(stderr=True, highlight=False, soft_wrap=True)


@click.command("evaluate")
@click.argument("gold", type=click.Path(path_type=Path))
@click.argument("outputs", metavar="OUT", type=click.Path(path_type=Path))
@click.option("--format", type=click.Choice(FORMATS), default="auto", help="Of the gold; found out by itself.")
@click.option("--media", type=click.Path(path_type=Path, file_okay=False), help="Originals, when not beside the gold.")
@click.option("--synthetic", is_flag=True, help="Nothing in the gold is real: the page may show what leaked.")
@click.option("--json", "as_json", type=click.Path(path_type=Path, dir_okay=False), help="Write the figures there.")
@click.option("--html", type=click.Path(path_type=Path, dir_okay=False), help="Write them there as a page.")
@click.option("--fail-under", type=click.FloatRange(0, 1), metavar="RECALL", help="Exit 6 when any kind has less.")
def evaluate(
    gold: Path,
    outputs: Path,
    format: str,
    media: Path | None,
    synthetic: bool,
    as_json: Path | None,
    html: Path | None,
    fail_under: float | None,
) -> None:
    """Judge outputs of this or any other program against gold: recall, leaks, over-redaction, per entity type.

    \b
    redactor evaluate samples/gold/calls out/calls --media samples/calls
    redactor evaluate gold.jsonl out.jsonl --json figures.json --html leaks.html
    redactor evaluate gold/ out/ --fail-under 0.99

    GOLD and OUT are files or folders with calls, screens, screen recordings and texts. Gold is our JSON or JSON lines,
    Presidio-research JSON, a Label Studio export, or IOB2. Outputs have the name of the original with any suffix; texts
    are found by id in .jsonl, or in a file named after it. An item without an output counts as not redacted.
    No value is printed or written, except on the page when the gold says that it is synthetic, or --synthetic does.

    Exit codes: 0 evaluated; 2 something is wrong with the gold (each is told, the rest is evaluated); 6 recall under
    --fail-under; 8 an output is missing, cannot be judged, or has no gold. Leaks alone change nothing without
    --fail-under.
    """
    from redactor.evaluation.page import as_dict, page
    from redactor.evaluation.run import evaluate as evaluation_of

    found = evaluation_of(gold, outputs, format=format, media=media, synthetic=synthetic)
    body = as_dict(found)
    for problem in found.problems:
        err.print(f"{problem.code}  {problem.where}: {problem.message}", markup=False)
    _show(body["kinds"])
    if as_json is not None:
        write_whole(as_json, json.dumps(body, ensure_ascii=False, indent=1) + "\n")
    if html is not None:
        write_whole(html, page(found))
        out.print(f"page: {html}", markup=False)
    sys.exit(exit_code(found, fail_under))


def exit_code(found: Evaluation, fail_under: float | None) -> ExitCode:
    """Gold that is wrong comes first, because no figure is to be believed then; then the bar; then the outputs."""
    if any(problem.of_gold for problem in found.problems):
        return ExitCode.USAGE
    recalls = [f["covered"] / f["data"] for f in found.figures().values() if f["data"]]
    if fail_under is not None and min(recalls, default=1.0) < fail_under:
        return ExitCode.WITHHELD
    return ExitCode.PARTLY_FAILED if found.problems else ExitCode.DONE


def _show(kinds: dict[str, Any]) -> None:
    from redactor.evaluation.page import NAMES, rate
    from redactor.evaluation.schemes import ours

    for kind, f in kinds.items():
        columns = ("type", "data", "recall", "95 %", "leaked", "span P", "span F2")
        table = Table(*columns, title=NAMES[kind], title_justify="left")
        said = (f["spans"] or {}).get("by_type", {})
        for name, line in f["by_type"].items():
            spans = said.get(ours(name), {}).get("ent_type", {})
            table.add_row(*_row(name, line, line["leaked"]), rate(spans.get("precision")), rate(spans.get("f2")))
        table.add_section()
        spans = (f["spans"] or {}).get("ent_type", {})
        table.add_row(*_row("all", f, f["leaked"]["amount"]), rate(spans.get("precision")), rate(spans.get("f2")))
        out.print(table)
        parts = [
            f"{f['items']} items, {len(f['missing'])} without output",
            f"items that leak {rate(f['hard_leak_rate'])}",
            f"over-redaction {rate(f['over_redaction'])} (without personal data {rate(f['over_redaction_no_pii'])})",
            f"precision {rate(f['precision'])} of what was removed, F2 {rate(f['f2'])}",
            f"leaked in {f['leaked']['unit']}",
        ]
        if kind == "call":
            parts.append(f"word error rate {rate(f['word_error_rate'])}, {f['in_transcript']} data left in transcripts")
        if f["latency"]:
            parts.append(f"{f['latency']['mean_s']} s an item")
        out.print("; ".join(parts), markup=False)


def _row(name: str, line: dict[str, Any], leaked: int) -> tuple[str, ...]:
    from redactor.evaluation.page import rate

    interval = " to ".join(rate(edge) for edge in line["recall_95"] or ())
    return name, str(line["data"]), rate(line["recall"]), interval, str(leaked)
