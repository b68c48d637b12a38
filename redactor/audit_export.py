"""An export of the audit trail for a client or an authority: files that can be checked without this program."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from redactor._version import __version__
from redactor.anchors import anchor
from redactor.chain import COLUMNS, walk
from redactor.durable import write_whole
from redactor.errors import PolicyError
from redactor.keyring import Keyring
from redactor.ledger import Ledger
from redactor.removals import detail_of, entries, moments, records
from redactor.rows import queue
from redactor.signatures import pem_of, public_key_of
from redactor.stores import cannot_write

KIND = "redactor-export/1"
_PART = 1000
_CHECKER = Path(__file__).parent / "templates" / "verify_export.py.txt"
_README = Path(__file__).parent / "templates" / "export_readme.txt"


def export(
    ledger: Ledger,
    keyring: Keyring,
    anchors: Path,
    folder: Path,
    *,
    client: str | None,
    first: str = "",
    last: str = "",
    zone: str,
) -> dict[str, Any]:
    """Write the entries of a client (None: all) of these ISO days into a new folder; returns what `manifest.json` says.

    The chain is walked and anchored first. Raises `LedgerError`, `PolicyError` when `folder` has something in it,
    `WithheldError` when it cannot be written.
    """
    since, until = moments(first, last, zone)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise PolicyError("--out has something in it; name a new or an empty folder")
    walk(ledger.database)
    root = anchor(ledger, keyring, anchors)
    if root is None:
        raise PolicyError("the ledger is empty: there is nothing to export")
    key = keyring.signing()
    files: dict[str, str] = {}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        count = _entries_to(folder / "entries.jsonl", _wanted(ledger, client, since, until, root["seq"]))
        write_whole(folder / "anchors.jsonl", anchors.read_bytes())
        write_whole(folder / "public_key.pem", pem_of(public_key_of(key)))
        write_whole(folder / "verify_export.py", _CHECKER.read_text(encoding="utf-8"))
        write_whole(folder / "README.txt", _README.read_text(encoding="utf-8"))
        for path in sorted(folder.iterdir()):
            with path.open("rb") as stream:
                files[path.name] = hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise cannot_write(error) from error
    manifest = {
        "kind": KIND,
        "product": f"redactor {__version__}",
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "client": client,
        "from": first,
        "to": last,
        "whole": client is None and not first and not last,
        "entries": count,
        "root": {name: root[name] for name in ("seq", "hash", "at")},
        "key": public_key_of(key),
        "files": files,
    }
    content = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"
    write_whole(folder / "manifest.json", content)
    write_whole(folder / "manifest.sig", key.sign(content))
    return manifest


def _entries_to(path: Path, rows: Iterator[dict[str, Any]]) -> int:
    count = 0
    with tempfile.NamedTemporaryFile("w", dir=path.parent, encoding="utf-8", newline="\n", delete=False) as out:
        for row in rows:
            out.write(json.dumps(row, ensure_ascii=False, sort_keys=True) + "\n")
            count += 1
    Path(out.name).chmod(0o644)
    Path(out.name).replace(path)
    return count


def _wanted(ledger: Ledger, client: str | None, since: str, until: str, end: int) -> Iterator[dict[str, Any]]:
    """Entries with all columns; which client an entry belongs to is known from the queue, and told by disposals."""
    join = entries.outerjoin(queue, sa.and_(queue.c.store == entries.c.store, queue.c.item == entries.c.item))
    asked = sa.select(*entries.c, queue.c.client).select_from(join).order_by(entries.c.seq).limit(_PART)
    asked = asked.where(entries.c.seq <= end)
    if client is not None:
        asked = asked.where(sa.or_(queue.c.client == client, entries.c.event == "disposed"))
    if since:
        asked = asked.where(entries.c.at >= since)
    if until:
        asked = asked.where(entries.c.at < until)
    after = 0
    while True:
        query = asked.where(entries.c.seq > after)
        part = records(ledger, query)
        for row in part:
            if client is None or _client_of(row["event"], row["detail"], row["client"]) == client:
                yield {name: row[name] for name in COLUMNS}
        if len(part) < _PART:
            return
        after = int(part[-1]["seq"])


def _client_of(event: str, detail: str, row_client: str | None) -> str | None:
    told = detail_of(detail).get("client") if event == "disposed" else None
    return str(told) if told is not None else row_client


def clients(ledger: Ledger) -> set[str]:
    """The clients that the queue knows."""
    query = sa.select(queue.c.client).distinct()
    return {str(one) for one in ledger.database.read(lambda connection: connection.execute(query).scalars().all())}
