"""The ledger: chained, append-only, shared by threads and processes."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from pathlib import Path

import pytest

from redactor.errors import LedgerError
from redactor.ledger import Entry, Ledger


def entry(number: int = 0, event: str = "published") -> Entry:
    return Entry("run", event, "calls", f"{number:064x}", "call.wav", "s" * 64, "p" * 64, "o" * 64)


def test_entries_are_chained_and_found_again(tmp_path: Path) -> None:
    ledger = Ledger(f"sqlite:///{tmp_path}/sub/ledger.db")
    first, second = ledger.append(entry(1)), ledger.append(entry(2, "refused"))
    assert first != second
    assert ledger.verify() == 2
    assert ledger.published(f"{1:064x}", "s" * 64, "p" * 64) == "o" * 64
    assert ledger.published(f"{2:064x}", "s" * 64, "p" * 64) is None
    assert ledger.published(f"{1:064x}", "s" * 64, "q" * 64) is None
    assert ledger.knows("o" * 64)
    assert not ledger.knows("x" * 64)


@pytest.mark.parametrize(
    "tamper",
    [
        "UPDATE entries SET code = 4 WHERE seq = 2",
        "DELETE FROM entries WHERE seq = 2",
        "UPDATE entries SET seq = CASE seq WHEN 1 THEN -2 WHEN 2 THEN -1 END WHERE seq < 3",
        "UPDATE entries SET prev_hash = hash WHERE seq = 3",
    ],
)
def test_tampering_is_noticed(tmp_path: Path, tamper: str) -> None:
    ledger = Ledger(f"sqlite:///{tmp_path}/ledger.db")
    for number in range(3):
        ledger.append(entry(number))
    ledger.close()
    with sqlite3.connect(tmp_path / "ledger.db") as connection:
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            connection.execute(tamper)
        connection.execute("DROP TRIGGER no_update")
        connection.execute("DROP TRIGGER no_delete")
        connection.execute(tamper)
    connection.close()
    with pytest.raises(LedgerError, match="broken at entry"):
        Ledger(f"sqlite:///{tmp_path}/ledger.db").verify()


def test_many_writers_make_one_chain(tmp_path: Path) -> None:
    ledgers = [Ledger(f"sqlite:///{tmp_path}/ledger.db") for _ in range(3)]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda n: ledgers[n % 3].append(entry(n)), range(60)))
    assert ledgers[0].verify() == 60


def test_as_many_threads_as_workers_share_one_ledger(tmp_path: Path) -> None:
    ledger = Ledger(f"sqlite:///{tmp_path}/ledger.db")

    def work(number: int) -> bool:
        before = ledger.published(f"{number:064x}", "s" * 64, "p" * 64)
        ledger.append(entry(number))
        after = ledger.published(f"{number:064x}", "s" * 64, "p" * 64)
        return before is None and after == "o" * 64 and ledger.knows("o" * 64)

    with ThreadPoolExecutor(64) as pool:
        assert all(pool.map(work, range(128)))
    assert ledger.verify() == 128
    ledger.close()


def test_a_ledger_that_cannot_be_opened_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a database " * 99)
    for url in (f"sqlite:///{tmp_path}/file/ledger.db", "nonsense", f"sqlite:///{tmp_path}/file"):
        with pytest.raises(LedgerError, match="cannot open"):
            Ledger(url)


def test_an_entry_has_no_field_for_text() -> None:
    assert {f.name for f in fields(Entry)} == {
        "run", "event", "store", "item", "label", "source_digest", "policy_digest", "output_digest", "code", "reason",
        "detail",
    }  # fmt: skip
