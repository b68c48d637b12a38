"""Tables of the ledger: made, brought up to date, kept append-only, and refused when newer."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import DatabaseError

import redactor
from redactor import filesystems, recall_rows, rows, schema
from redactor import ledger as ledger_module
from redactor.errors import LedgerError
from redactor.ledger import Entry, Ledger
from tests.queues import Bench, found

ROOT = Path(__file__).parents[1]
# The tables of a ledger as the release before made them.
BEFORE = """
CREATE TABLE entries (
    seq INTEGER NOT NULL, at VARCHAR(40) NOT NULL, run VARCHAR(40) NOT NULL, event VARCHAR(20) NOT NULL,
    store VARCHAR(200) NOT NULL, item VARCHAR(64) NOT NULL, label TEXT NOT NULL, source_digest VARCHAR(64) NOT NULL,
    policy_digest VARCHAR(64) NOT NULL, output_digest VARCHAR(64) NOT NULL, code INTEGER NOT NULL,
    reason VARCHAR(60) NOT NULL, detail TEXT NOT NULL, prev_hash VARCHAR(64) NOT NULL, hash VARCHAR(64) NOT NULL,
    PRIMARY KEY (seq), UNIQUE (hash));
CREATE INDEX by_content ON entries (item, source_digest, policy_digest);
CREATE TRIGGER no_update BEFORE UPDATE ON entries BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER no_delete BEFORE DELETE ON entries BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
"""


def entry(number: int) -> Entry:
    return Entry("run", "published", "calls", f"{number:064x}", "call.wav", "s" * 64, "p" * 64, "o" * 64)


def test_the_newest_step_is_the_one_the_program_asks_for() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(redactor.__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    assert ScriptDirectory.from_config(config).get_current_head() == schema.HEAD


def test_the_steps_make_the_tables_that_the_program_knows(bench: Bench) -> None:
    known = {**rows.metadata.tables, **ledger_module._metadata.tables}
    assert recall_rows.samples.name in known
    together = sa.MetaData()
    for table in known.values():
        table.to_metadata(together)

    def ours(name: str | None, kind: str, _parents: object) -> bool:
        return kind != "table" or name in known

    with bench.ledger.database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_name": ours})
        assert compare_metadata(context, together) == []


def test_a_ledger_of_the_release_before_is_taken_over(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    first = Ledger(f"sqlite:///{tmp_path}/other.db")
    first.append(entry(1))
    first.close()
    with sqlite3.connect(path) as connection:
        connection.executescript(BEFORE)
        connection.execute("ATTACH ? AS other", [f"{tmp_path}/other.db"])
        connection.execute("INSERT INTO entries SELECT * FROM other.entries")
    connection.close()
    bench = Bench(f"sqlite:///{path}")
    assert bench.ledger.verify() == 1
    bench.ledger.append(entry(2))
    assert bench.changes(found(1)) == ["new"]
    bench.ledger.close()
    assert Ledger(f"sqlite:///{path}").verify() == 2


def test_a_newer_ledger_is_left_alone(bench: Bench) -> None:
    bench.ledger.database.write(lambda c: c.execute(sa.text("UPDATE alembic_version SET version_num = '9999'")))
    with pytest.raises(LedgerError, match="newer version") as caught:
        Ledger(bench.url)
    assert caught.value.reason == "LEDGER_NEWER"


@pytest.mark.parametrize("verb", ["UPDATE entries SET code = 4", "DELETE FROM entries", "TRUNCATE entries"])
def test_entries_cannot_be_changed(bench: Bench, verb: str) -> None:
    bench.ledger.append(entry(1))
    with (
        pytest.raises(DatabaseError, match=r"append-only|syntax error"),
        bench.ledger.database.engine.begin() as connection,
    ):
        connection.execute(sa.text(verb))
    assert bench.ledger.verify() == 1


def test_eight_programs_open_a_new_ledger_at_once(ledger_url: str) -> None:
    code = "import sys; from tests.test_schema import *; Ledger(sys.argv[1]).append(entry(int(sys.argv[2])))"
    programs = [subprocess.Popen([sys.executable, "-c", code, ledger_url, str(n)], cwd=ROOT) for n in range(8)]
    assert [program.wait(100) for program in programs] == [0] * 8
    ledger = Ledger(ledger_url)
    assert ledger.verify() == 8
    ledger.close()


def test_a_migration_that_is_cut_short_leaves_nothing(ledger_url: str) -> None:
    code = (
        "import sys, os, signal; from alembic import op; from redactor.ledger import Ledger\n"
        "op_create = op.create_index\n"
        "def die(name, *args, **named):\n"
        "    if name == 'by_run': os.kill(os.getpid(), signal.SIGKILL)\n"
        "    return op_create(name, *args, **named)\n"
        "op.create_index = die; Ledger(sys.argv[1])"
    )
    died = subprocess.run([sys.executable, "-c", code, ledger_url], cwd=ROOT, check=False, timeout=60)
    assert died.returncode == -9
    bench = Bench(ledger_url)
    assert bench.changes(found(1)) == ["new"]
    bench.ledger.append(entry(1))
    assert bench.ledger.verify() == 1
    bench.ledger.close()


def test_alembic_is_loaded_only_when_there_is_something_to_do(tmp_path: Path) -> None:
    code = "import sys; from redactor.ledger import Ledger; Ledger(sys.argv[1]); print('alembic' in sys.modules)"
    command = [sys.executable, "-c", code, f"sqlite:///{tmp_path}/ledger.db"]
    told = [subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout for _ in range(2)]
    assert told == ["True\n", "False\n"]


@pytest.mark.parametrize(
    ("kind", "mode"),
    [("ext4", "wal"), ("nfs4", "delete"), ("cifs", "delete"), ("fuse.sshfs", "delete"), ("", "delete")],
)
def test_a_write_ahead_log_only_on_a_local_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, mode: str
) -> None:
    mounts = tmp_path / "mounts"
    line = f"30 29 0:26 / {tmp_path}/share rw,relatime shared:1 - {kind} server:/share rw\n" if kind else ""
    mounts.write_text(f"29 1 0:25 / / rw - {'ext4' if kind else 'unknown'} /dev/vda rw\n{line}")
    monkeypatch.setattr(filesystems, "_MOUNTS", mounts)
    url = f"sqlite:///{tmp_path}/share/ledger.db"
    for _ in range(2):
        ledger = Ledger(url)
        ledger.append(entry(1))
        with ledger.database.engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == mode
        ledger.close()
    # The file was moved to a share, with its log folded in: it is no longer written with one.
    mounts.write_text("29 1 0:25 / / rw - nfs server:/ rw\n")
    ledger = Ledger(url)
    with ledger.database.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "delete"
    assert ledger.verify() == 2
    ledger.close()
