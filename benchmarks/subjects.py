"""How fast a person is found among 1,000,000 rows of the index, and how many names share a key.

python -m benchmarks.subjects [rows]
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path
from statistics import mean

import sqlalchemy as sa

from benchmarks.machine import keep
from redactor import name_keys, persons, subjects
from redactor.keyring import Keyring
from redactor.ledger import Ledger
from redactor.persons import Term, asked
from redactor.recognizers import gazetteer
from redactor.retained import subjects as table
from redactor.rows import queue

ROWS = 1_000_000
_EACH = 6
_PART = 20_000
_CLIENTS = ("acme", "beta", "gamma", "delta")


def main() -> None:
    """Print the figures, and write them."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    figures = {"names": confusion(), "index": index(rows)}
    print(json.dumps(figures, indent=1))
    keep("subjects", figures)


def confusion() -> dict[str, dict[str, float]]:
    """For each list of names how many other forms share a key with one, by sound and as misheard."""
    listed, english = gazetteer._listed(), gazetteer._english()
    lists = {
        "greek surnames": [word for word, marks in listed.items() if "s" in marks and not word.isascii()],
        "greek first names": [word for word, marks in listed.items() if "f" in marks and not word.isascii()],
        "english surnames": [word for word, marks in english.items() if "S" in marks],
    }
    told = {}
    for name, words in lists.items():
        sounds, heard = shared(words, name_keys.keys), shared(words, name_keys.heard)
        told[name] = {"forms": len(words), "by_sound": round(mean(sounds), 2), "by_sound_most": max(sounds)}
        told[name] |= {"misheard": round(mean(heard), 2), "misheard_most": max(heard)}
    return told


def shared(words: Iterable[str], keys: Callable[[str], Iterable[str]]) -> list[int]:
    """How many other words share a key with each that has one; its own cases among them."""
    by_key: dict[str, set[str]] = defaultdict(set)
    for word in words:
        for key in keys(word):
            by_key[key].add(word)
    return [len(set().union(*(by_key[key] for key in keys(word)))) - 1 for word in words if keys(word)]


def index(rows: int) -> dict[str, float]:
    """Fill an index and ask it."""
    with tempfile.TemporaryDirectory() as folder, closing(Ledger(f"sqlite:///{folder}/ledger.db")) as ledger:
        keyring = Keyring(Path(folder) / "keys")
        began = time.perf_counter()
        _fill(ledger, keyring, rows)
        told: dict[str, float] = {"rows": rows, "fill_s": round(time.perf_counter() - began, 1)}
        for name, query in {
            "phone": [asked("phone", "6970000007")],
            "name": [asked("name", "Μαρία Παπαδοπούλου")],
            "common_first_name": [asked("name", "Μαρία")],
            "many": [asked("name", "Μαρία Παπαδοπούλου"), asked("phone", "6970000007"), asked("afm", "094259216")],
        }.items():
            began = time.perf_counter()
            found = subjects.find(ledger, keyring, query)
            told[f"{name}_s"] = round(time.perf_counter() - began, 3)
            told[f"{name}_matches"] = len(found.matches)
        began = time.perf_counter()
        subjects.left_out(ledger)
        told["left_out_s"] = round(time.perf_counter() - began, 3)
        return told


def _fill(ledger: Ledger, keyring: Keyring, rows: int) -> None:
    random.seed(8)
    listed = gazetteer._listed()
    first = [word for word, marks in listed.items() if "f" in marks and not word.isascii()][:2000]
    last = [word for word, marks in listed.items() if "s" in marks and not word.isascii()]
    keys = {client: keyring.key(client, "index") for client in _CLIENTS}
    made: dict[Term, dict[str, bytes]] = {}
    items, found = [], []
    for number in range(1, rows // _EACH + 1):
        client = _CLIENTS[number % len(_CLIENTS)]
        items.append(_item(number, client))
        name = "μαρια" if number % 20 == 0 else random.choice(first)
        terms = [Term("phone", f"697{number % 10_000_000:07}".encode(), 0.8)]
        for word in (name, random.choice(last)):
            terms += [Term("name", key.encode(), 0.7) for key in name_keys.keys(word)]
            terms += [Term("name_heard", key.encode(), 0.7) for key in name_keys.heard(word)]
        while len(terms) < _EACH:
            terms.append(Term("afm", f"{random.randrange(10**9):09}".encode(), 0.7))
        for term in terms[:_EACH]:
            key = keys[client]
            assert key is not None
            known = made.setdefault(term, {}) if term.kind.startswith("name") else {}
            mac = known.setdefault(client, persons.mac(term, key))
            found.append({"queue_id": number, "client": client, "kind": term.kind, "mac": mac, "score": term.score})
        if len(items) >= _PART:
            _write(ledger, items, found)
    _write(ledger, items, found)


def _write(ledger: Ledger, items: list[dict[str, object]], found: list[dict[str, object]]) -> None:
    def work(connection: sa.Connection) -> None:
        if items:
            connection.execute(sa.insert(queue), items)
            connection.execute(sa.insert(table), found)

    ledger.database.write(work)
    items.clear()
    found.clear()


def _item(number: int, client: str) -> dict[str, object]:
    texts = {column.name: "" for column in queue.columns if isinstance(column.type, sa.String)}
    numbers = {column.name: 0 for column in queue.columns if isinstance(column.type, (sa.Integer, sa.Float))}
    day = f"2026-{number % 12 + 1:02}-{number % 28 + 1:02}"
    own = {"id": number, "store": "calls", "item": f"{number:064x}", "label": f"call-{number}", "client": client}
    state = {"state": "committed", "day": day, "bundle": f"{number:064x}", "kind": "audio", "ticket": None}
    return {**texts, **numbers, **own, **state, "output_stamps": "{}", "categories": "{}", "marks": "[]"}


if __name__ == "__main__":
    main()
