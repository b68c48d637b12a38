"""Certificates of disposal: what went, how thoroughly, what was not done, and where the ledger tells of it; signed.

A certificate is a JSON file with the facts and their signature, and one PDF page whose digest the facts hold.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, TypeAlias

from redactor._version import __version__
from redactor.anchors import anchor
from redactor.audit_words import ACTIONS, NOT_DONE, WORDS, level_word
from redactor.chain import hash_at, walk
from redactor.durable import write_whole
from redactor.engines.certificate_pdf import Block, one_page
from redactor.errors import LedgerError, PolicyError
from redactor.keyring import Keyring
from redactor.ledger import Ledger
from redactor.removals import End, Wanted, ends, moments
from redactor.signatures import canonical, is_signed, public_key_of, signed
from redactor.words import Language

KIND = "redactor-certificate/1"
Scope: TypeAlias = Literal["item", "client", "night"]
_LISTED = 10_000
"""So many disposals are listed one by one; the digest covers all of them."""
_SHOWN = 12
"""So many kinds of something are shown on the page."""


def wanted_of(scope: Scope, value: str, zone: str) -> Wanted:
    """The disposals of an item (its digest or its first 8 digits or more), a client, or a night (a run or an ISO day).

    Raises `PolicyError`.
    """
    if scope == "item":
        if len(value) < 8 or set(value) - set("0123456789abcdef"):
            raise PolicyError("--item takes the digest of an item, or its first 8 digits or more")
        return Wanted(item=value)
    if scope == "client":
        return Wanted(client=value)
    if value.count("-") == 2 and value.replace("-", "").isdigit():
        since, until = moments(value, value, zone)
        return Wanted(since=since, until=until)
    return Wanted(run=value)


def certify(
    ledger: Ledger,
    keyring: Keyring,
    anchors: Path,
    folder: Path,
    scope: Scope,
    value: str,
    *,
    zone: str,
    language: Language = "en",
) -> tuple[Path, Path]:
    """Write the certificate as JSON and PDF; returns their places. The chain is walked and anchored first.

    Raises `LedgerError` (`CHAIN_BROKEN`, ...), `PolicyError` when nothing was disposed of, `WithheldError` when it
    cannot be written.
    """
    walk(ledger.database)
    root = anchor(ledger, keyring, anchors)
    facts = _facts(ends(ledger, wanted_of(scope, value, zone)), language)
    if root is None or not facts["totals"]["items"]:
        raise PolicyError("nothing was disposed of there; look at redactor retention plan")
    if scope == "item" and len({(one["store"], one["item"]) for one in facts["items"]}) > 1:
        raise PolicyError("several items begin with these digits; give more of them")
    facts |= {"kind": KIND, "scope": {scope: value}, "language": language, "product": f"redactor {__version__}"}
    facts["at"] = datetime.now(UTC).isoformat(timespec="seconds")
    facts["ledger"] |= {"id": hash_at(ledger.database, 1), "root": {name: root[name] for name in ("seq", "hash", "at")}}
    key = keyring.signing()
    page = _page(facts, public_key_of(key), language)
    body = signed({**facts, "page": hashlib.sha256(page).hexdigest()}, key)
    stem = f"{scope}-{hashlib.sha256(value.encode()).hexdigest()[:12]}-{facts['at'].replace(':', '')[:17]}"
    places = folder / f"{stem}.json", folder / f"{stem}.pdf"
    write_whole(places[1], page)
    write_whole(places[0], json.dumps(body, ensure_ascii=False, indent=1, sort_keys=True) + "\n")
    return places


def verify_certificate(path: Path, public_key: str) -> dict[str, Any]:
    """The facts of a certificate (its JSON or its page, both must stand side by side), when it is as it was signed.

    Raises `LedgerError` (`CERTIFICATE_FORGED`).
    """
    try:
        body = json.loads(path.with_suffix(".json").read_bytes())
        page = path.with_suffix(".pdf").read_bytes()
    except (OSError, ValueError):
        message = "the certificate cannot be read; its .json and its .pdf must stand side by side"
        raise LedgerError(message, reason="CERTIFICATE_FORGED") from None
    whole = isinstance(body, dict) and body.get("kind") == KIND and is_signed(body, public_key)
    if not whole or body.get("page") != hashlib.sha256(page).hexdigest():
        message = "the certificate is not as it was signed, or was signed with another key; ask for it anew"
        raise LedgerError(message, reason="CERTIFICATE_FORGED")
    return dict(body)


def _facts(found: Iterable[End], language: Language) -> dict[str, Any]:
    counted: dict[str, Counter[str]] = {
        name: Counter() for name in ("action", "level", "rule", "store", "client", "kind")
    }
    categories: Counter[str] = Counter()
    listed: list[dict[str, Any]] = []
    digest, total, parts = hashlib.sha256(), 0, 0
    first: End | None = None
    last: End | None = None
    open_ends: set[str] = set()
    dues: list[str] = []
    for end in found:
        first, last, total, parts = first or end, end, total + 1, parts + end.parts
        digest.update(f"{end.seq} {end.hash}\n".encode())
        for name, counter in counted.items():
            counter[getattr(end, name)] += 1
        categories.update(end.categories)
        open_ends |= {end.level, end.action} | ({"others"} if end.others else set())
        if end.due:
            dues = [min([*dues[:1], end.due]), max([*dues[1:], end.due])]
        if total <= _LISTED:
            listed.append(asdict(end))
    not_done = [words for key, words in NOT_DONE[language].items() if key == "always" or key in open_ends]
    totals: dict[str, Any] = {f"{name}s": dict(sorted(counter.items())) for name, counter in counted.items()}
    totals |= {"items": total, "parts": parts, "categories": dict(sorted(categories.items()))}
    edge = {"from": [first.seq, first.hash, first.at], "to": [last.seq, last.hash, last.at]} if first and last else {}
    trail = {**edge, "entries": total, "digest": digest.hexdigest()}
    return {"totals": totals, "dues": dues, "items": listed, "not_done": not_done, "ledger": trail}


def _page(facts: Mapping[str, Any], key: str, language: Language) -> bytes:
    word, totals, trail = WORDS[language], facts["totals"], facts["ledger"]
    (scope, value), first, last = next(iter(facts["scope"].items())), trail["from"], trail["to"]
    listed = facts["items"]
    rows = [
        (word["items"], str(totals["items"])),
        (word["when"], _span(first[2], last[2])),
        (word["due"], _span(*facts["dues"]) if facts["dues"] else word["none"]),
        (word["action"], _named(totals["actions"], word, lambda one: ACTIONS[language].get(one, one))),
        (word["level"], _named(totals["levels"], word, lambda one: level_word(one, language))),
        (word["rule"], _named(totals["rules"], word)),
        (word["stores"], _named(totals["stores"], word)),
        (word["clients"], _named(totals["clients"], word)),
        (word["kinds"], _named(totals["kinds"], word)),
        (word["categories"], _named(totals["categories"], word)),
    ]
    if len(listed) == 1:
        rows.insert(0, (word["scope_item"], listed[0]["item"]))
    root = trail["root"]
    evidence = [
        (word["entries"], f"{first[0]} – {last[0]} ({trail['entries']})"),
        (word["first_hash"], first[1]),
        (word["last_hash"], last[1]),
        (word["entries_digest"], trail["digest"]),
        (word["root"], word["root_entries"].format(n=root["seq"], at=_moment(root["at"]))),
        (word["root_hash"], root["hash"]),
        (word["body"], hashlib.sha256(canonical(facts)).hexdigest()),
        (word["signed_by"], key),
        (word["made"], _moment(facts["at"])),
    ]
    blocks = [Block(word["went"], rows), Block(word["not_done"], lines=facts["not_done"])]
    blocks.append(Block(word["evidence"], evidence, [word["check"]]))
    shown = value if len(value) <= 80 else value[:79] + "…"
    return one_page(word["certificate"], f"{word[f'scope_{scope}']}: {shown}", blocks)


def _named(counts: Mapping[str, int], word: Mapping[str, str], show: Any = str) -> str:
    most = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    told = [f"{show(name) or '–'}: {n}" for name, n in most[:_SHOWN]]
    if len(most) > _SHOWN:
        told.append(word["more"].format(n=len(most) - _SHOWN))
    return "; ".join(told) or word["none"]


def _span(first: str, last: str) -> str:
    told = [_moment(one) for one in (first, last)]
    return told[0] if told[0] == told[1] else " – ".join(told)


def _moment(at: str) -> str:
    """To the second, with its offset from UTC."""
    try:
        return datetime.fromisoformat(at).isoformat(sep=" ", timespec="seconds")
    except ValueError:
        return at
