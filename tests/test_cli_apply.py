"""`retention apply` from the outside: what it says, what it asks for, and what it ends with."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from redactor.cli_retention import retention
from redactor.errors import ExitCode, LedgerError, PolicyError
from redactor.policyfile import load_policy
from tests.disposals import hold
from tests.house import SECRET, House

CONFIG = """
[ledger]
url = "sqlite:///ledger.db"
[run]
workers = 1
lease_s = 2
[retention]
confirm_above = {most}
[retention.default]
keep_days = 10
then = "{then}"
[[stores]]
name = "notes"
source = "in"
output = "out"
client = "acme"
settle_s = 0
fields = '^(?P<date>[0-9-]+)'
"""


class Filed(House):
    """A house whose policy is a file."""

    def policy(self, **changes: object):  # type: ignore[no-untyped-def]
        return load_policy(self.root / "redactor.toml").model_copy(update=changes)


def made(root: Path, *, most: int = 100, then: str = "deidentify", days: tuple[str, ...] = ()) -> Filed:
    root.mkdir(exist_ok=True)
    (root / "redactor.toml").write_text(CONFIG.format(most=most, then=then), encoding="utf-8")
    (root / "in").mkdir()
    for day in days or ("2026-01-02", "2026-01-03", "2026-01-04"):
        (root / f"in/{day} call.txt").write_text(f"τηλ {SECRET}", encoding="utf-8")
    house = Filed(root)
    house.night()
    return house


def run(house: House, *arguments: str, typed: str | None = None) -> Result:
    from redactor import cli_apply

    assert cli_apply.apply.name == "apply"
    command = ["apply", "--config", str(house.root / "redactor.toml"), *arguments]
    return CliRunner().invoke(retention, command, input=typed)


def originals(house: House) -> int:
    return len(list((house.root / "in").rglob("*.txt")))


def error(result: Result) -> str:
    assert isinstance(result.exception, PolicyError)
    return str(result.exception)


def test_a_dry_run_says_what_would_go_and_changes_nothing(tmp_path: Path) -> None:
    house = made(tmp_path)
    said = run(house)
    assert said.exit_code == 0, said.output
    assert "3 items would go" in said.output
    assert "nothing was deleted; --yes deletes them" in said.output
    assert "2026-01-02 call.txt" in said.output
    assert originals(house) == 3
    told = json.loads(run(house, "--json").stdout)
    assert (told["items"], told["deleted"], len(told["due"])) == (3, False, 3)
    assert told["digest"] in said.output
    assert originals(house) == 3


def test_with_yes_it_is_done_and_a_second_time_there_is_nothing(tmp_path: Path) -> None:
    house = made(tmp_path)
    said = run(house, "--yes")
    assert said.exit_code == 0, said.output
    assert "3 done: 3 deidentify" in said.output
    assert "3 deleted" in said.output
    assert originals(house) == 0
    again = run(house, "--yes", "--json")
    assert again.exit_code == 0
    assert json.loads(again.stdout)["items"] == 0


def test_more_than_a_few_need_the_digest_of_the_plan(tmp_path: Path) -> None:
    house = made(tmp_path, most=2)
    assert "--digest" in error(run(house, "--yes"))
    digest = json.loads(run(house, "--json").stdout)["digest"]
    assert "12 to 64" in error(run(house, "--yes", "--digest", digest[:11]))
    wrong = ("0" if digest[0] != "0" else "1") + digest[1:12]
    result = run(house, "--yes", "--digest", wrong)
    assert "nothing was deleted" in error(result)
    assert result.exception.exit_code == ExitCode.USAGE  # type: ignore[union-attr]
    (tmp_path / "in/2026-01-05 call.txt").write_text(f"τηλ {SECRET}", encoding="utf-8")
    house.night()
    assert "plan as it is now" in error(run(house, "--yes", "--digest", digest))
    assert originals(house) == 4
    digest = json.loads(run(house, "--json").stdout)["digest"]
    assert run(house, "--yes", "--digest", digest[:12].upper()).exit_code == 0
    assert originals(house) == 0


def test_on_a_terminal_it_is_typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from redactor import cli_apply

    house = made(tmp_path, most=2)
    digest = json.loads(run(house, "--json").stdout)["digest"]

    class Terminal:
        def isatty(self) -> bool:
            return True

    class System:
        stdin, stdout, exit = Terminal(), Terminal(), staticmethod(cli_apply.sys.exit)

    monkeypatch.setattr(cli_apply, "sys", System)
    assert "12 to 64" in error(run(house, "--yes", typed="yes\n"))
    assert originals(house) == 3
    assert run(house, "--yes", typed=f"{digest[:12]}\n").exit_code == 0
    assert originals(house) == 0


def test_a_limit_takes_those_that_are_due_longest(tmp_path: Path) -> None:
    house = made(tmp_path)
    assert run(house, "--yes", "--limit", "2").exit_code == 0
    assert [p.name for p in (tmp_path / "in").iterdir()] == ["2026-01-04 call.txt"]
    assert run(house, "--yes", "--client", "other").exit_code == 0
    assert originals(house) == 1


def test_what_is_overdue_ends_with_8_and_stays(tmp_path: Path) -> None:
    house = made(tmp_path)
    (tmp_path / "in/2026-01-05 call.txt").touch()
    house.night()
    said = run(house, "--yes")
    assert said.exit_code == ExitCode.PARTLY_FAILED
    assert "1 overdue: they stay" in said.output
    assert originals(house) == 1


def test_what_stays_is_told_with_its_reason_and_ends_with_8(tmp_path: Path) -> None:
    house = made(tmp_path)
    (tmp_path / "in/2026-01-02 call.txt").write_text("new", encoding="utf-8")
    (tmp_path / "out/2026-01-03 call.txt").unlink()
    said = run(house, "--yes")
    assert said.exit_code == ExitCode.PARTLY_FAILED
    assert "1 done: 1 deidentify" in said.output
    assert "2 stay: 1 COPY_DAMAGED, 1 REPLACED" in said.output
    assert originals(house) == 2


def test_held_items_are_no_failure(tmp_path: Path) -> None:
    house = made(tmp_path)
    hold(house)
    said = run(house, "--yes")
    assert said.exit_code == 0
    assert "3 held: they stay" in said.output
    assert originals(house) == 3


def test_a_store_that_is_away_ends_with_8(tmp_path: Path) -> None:
    house = made(tmp_path)
    (tmp_path / "in").rename(tmp_path / "away")
    said = run(house, "--yes")
    assert said.exit_code == ExitCode.PARTLY_FAILED
    assert "3 stay: 3 STORE_DOWN" in said.output


def test_a_changed_ledger_ends_with_7(tmp_path: Path) -> None:
    house = made(tmp_path)

    def forge(connection: sa.Connection) -> None:
        connection.execute(sa.text("DROP TRIGGER no_update"))
        connection.execute(sa.text("UPDATE entries SET label = 'x' WHERE seq = 1"))

    with closing(house.ledger()) as ledger:
        ledger.database.write(forge)
    for arguments in ((), ("--yes",)):
        result = run(house, *arguments)
        assert isinstance(result.exception, LedgerError)
        assert result.exception.exit_code == ExitCode.LEDGER
    assert originals(house) == 3
