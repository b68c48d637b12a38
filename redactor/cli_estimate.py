"""The commands of estimated recall: recall sample, record, show. Like `cli`, they print and exit."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from redactor import recalls
from redactor.durable import write_whole
from redactor.errors import ExitCode, PolicyError, RedactorError
from redactor.ledger import Ledger
from redactor.policy import Policy, default_ledger_url
from redactor.policyfile import load_policy
from redactor.recall import Bound
from redactor.release import Decision, decide
from redactor.review_sheet import as_json as sheet_json
from redactor.review_sheet import filled, sheet
from redactor.surrogates import TYPES

out = Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else 140)
err = Console(stderr=True, highlight=False, soft_wrap=True)
_MARKS = frozenset({"FACE", "QR_CODE", "BARCODE", "SIGNATURE", "ID_PHOTO"})
_BASIS = {"none": "nothing known", "captures": "two detectors, odds ratio <= 10"}

needed_config = click.option(
    "--config", required=True, type=click.Path(path_type=Path, dir_okay=False), help="TOML file."
)
run_option = click.option("--run", "asked", default="", metavar="RUN", help="A run; without, the last with outputs.")
as_json_option = click.option("--json", "as_json", is_flag=True, help="Machine-readable.")


@dataclass(frozen=True, slots=True)
class _Open:
    policy: Policy
    ledger: Ledger
    run: str
    items: dict[int, recalls.RunItem]

    def types(self) -> set[str]:
        """Entity types that somebody wants to know of: found in the run, or with a bar."""
        return {name for one in self.items.values() for name in one.counts} | set(self.policy.gate)

    def known(self) -> set[str]:
        """All that may be named."""
        detection = self.policy.detection
        own = {one.entity for one in detection.patterns} | {one.entity for one in detection.words}
        return self.types() | TYPES | _MARKS | own


@click.group("recall")
def recall_group() -> None:
    """How much was found, estimated without gold: a sample for people to review, a bound, the bars of the policy."""


@recall_group.command("sample")
@needed_config
@run_option
@click.option("--items", "count", type=click.IntRange(1, 100_000), default=200, show_default=True, help="To review.")
@click.option(
    "--out", "target", required=True, type=click.Path(path_type=Path, dir_okay=False), help="A .csv or .json file."
)
@click.option("--second/--no-second", default=True, help="Let the second detector look at the originals of the sample.")
def sample(config: Path, asked: str, count: int, target: Path, second: bool) -> None:
    """Draw items of a run for people to review, and write the list that they fill in.

    \b
    redactor recall sample --config redactor.toml --items 200 --out review.csv

    The same run gives the same list. The second detector looks at originals that are still in their stores; of what it
    finds only counts are kept.
    """
    if target.suffix not in (".csv", ".json"):
        raise PolicyError("--out names a .csv or a .json file")
    with _open(config, asked) as opened:
        drawn = recalls.keep_sample(opened.ledger, opened.run, opened.items, count)
        chosen = [opened.items[number] for stratum in drawn for number in stratum.numbers]
        text = sheet(chosen, opened.types()) if target.suffix == ".csv" else sheet_json(chosen)
        write_whole(target, text)
        out.print(f"{len(chosen)} of {len(opened.items)} items of run {opened.run}: {target}", markup=False)
        if second:
            _second(opened, chosen)


@recall_group.command("record")
@needed_config
@run_option
@click.argument("review", type=click.Path(path_type=Path, dir_okay=False, exists=True))
def record(config: Path, asked: str, review: Path) -> None:
    """Take in a list that people filled in; done again, the last word on an item counts.

    A line with `yes` under `reviewed` counts. Empty counts stand for: all that the run found was right, nothing was
    missed. With a mistake in it, nothing of the list is taken in, and each line is told.
    """
    with _open(config, asked) as opened:
        of_sample = {n: opened.items[n] for n in recalls.sampled(opened.ledger, opened.run) if n in opened.items}
        if not of_sample:
            raise PolicyError("this run has no sample; draw one with redactor recall sample")
        counted = filled(review.read_bytes(), of_sample, opened.known())
        if not counted:
            raise PolicyError("no line of the review says yes under reviewed; nothing was recorded")
        recalls.keep_reviews(opened.ledger, opened.run, counted)
        done = sum(seen for _, seen in recalls.sampled(opened.ledger, opened.run).values())
    out.print(f"{len(counted)} items recorded; {done} of {len(of_sample)} of the sample are reviewed", markup=False)


@recall_group.command("show")
@needed_config
@run_option
@as_json_option
def show(config: Path, asked: str, as_json: bool) -> None:
    """The bound of each entity type with its bar. Exit code 6 when a bar is not met."""
    with _open(config, asked) as opened:
        bounds = recalls.bounds(opened.ledger, opened.run, opened.policy.gate)
        decision = decide(bounds, opened.policy.gate)
    if as_json:
        click.echo(json.dumps(_as_dict(opened.run, bounds, decision), indent=1))
    else:
        _print(opened.run, bounds, decision)
    sys.exit(ExitCode.DONE if decision.release else ExitCode.WITHHELD)


@contextmanager
def _open(config: Path, asked: str) -> Iterator[_Open]:
    policy = load_policy(config)
    with closing(Ledger(policy.ledger.url or default_ledger_url())) as ledger:
        run = asked or recalls.last_run(ledger)
        items = recalls.items_of(ledger, run)
        if not items:
            raise PolicyError("this run made no output that the ledger knows; look at redactor status")
        yield _Open(policy, ledger, run, items)


def _second(opened: _Open, chosen: list[recalls.RunItem]) -> None:
    """Counts of the second detector; what cannot be looked at is told by its reason, and stops nothing."""
    from redactor.assembly import Assembly
    from redactor.originals import open_stores
    from redactor.second_chain import SecondChain
    from redactor.second_look import looked

    before = recalls.sampled(opened.ledger, opened.run)
    left = [one for one in chosen if not before[one.number][0]]
    why: Counter[str] = Counter()
    with ExitStack() as held:
        try:
            stores, down = open_stores(opened.policy, opened.ledger.database, held)
            chain = SecondChain(Assembly(opened.policy))
        except RedactorError as error:
            err.print(f"the second detector did not look: {error}", markup=False)
            return
        for one, counted in looked(chain, stores, left):
            if isinstance(counted, RedactorError):
                why[counted.reason] += 1
            else:
                recalls.keep_captures(opened.ledger, opened.run, one.number, counted)
                why["looked"] += 1
    done = why.pop("looked", 0)
    reasons = "".join(f", {reason} {n}" for reason, n in sorted(why.items()))
    out.print(f"the second detector looked at {done} originals{reasons}", markup=False)
    for name in sorted(down):
        err.print(f"store {name} did not answer", markup=False)


def _as_dict(run: str, bounds: list[Bound], decision: Decision) -> dict[str, Any]:
    reasons = {one.entity_type: {**asdict(one), "met": one.met, "message": one.message} for one in decision.reasons}
    types = [{**asdict(one), "gate": reasons.get(one.entity_type)} for one in bounds]
    return {"run": run, "release": decision.release, "types": types}


def _print(run: str, bounds: list[Bound], decision: Decision) -> None:
    table = Table("type", "found", "reviewed", "missed", "estimate", "at least", "bar", "met", "rests on")
    reasons = {one.entity_type: one for one in decision.reasons}
    for one in bounds:
        reason = reasons.get(one.entity_type)
        numbers = (str(one.found), str(one.reviewed), str(one.missed), _share(one.recall), _share(one.lower))
        bar = (f"{reason.bar:g}", "yes" if reason.met else "NO") if reason else ("", "")
        table.add_row(one.entity_type, *numbers, *bar, _BASIS.get(one.basis, one.basis))
    out.print(f"run {run}: recall at 95 % confidence", markup=False)
    out.print(table)
    for reason in decision.reasons:
        if not reason.met:
            out.print(reason.message, markup=False)


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}"
