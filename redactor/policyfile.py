"""Reading the policy from TOML: every mistake is named with its line and with what is allowed there."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import tomli_w
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from redactor.errors import PolicyError
from redactor.policy import Policy

_PASSWORD = re.compile(r"(://[^/@:]*:)[^/]*@")
_TABLE = re.compile(r"^\s*(\[\[?)\s*([^\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"""^\s*(?:"([^"]+)"|'([^']+)'|([A-Za-z0-9_-]+))\s*[.=]""")


def load_policy(path: Path) -> Policy:
    """Parse and check `path`; relative store and SQLite paths are made absolute from its folder.

    Raises `PolicyError` that lists every mistake as `file:line: what; what is allowed`.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise PolicyError(f"{path}: cannot read the configuration: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise PolicyError(f"{path}: not UTF-8 text (byte {error.start}); save it as UTF-8") from error
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PolicyError(f"{path}: not valid TOML: {error}") from error
    try:
        policy = Policy.model_validate(data)
    except ValidationError as error:
        lines = [_explain(path, text, item) for item in error.errors(include_url=False, include_input=False)]
        raise PolicyError("\n".join(lines)) from error
    return _absolute(policy, path.resolve().parent)


def _absolute(policy: Policy, folder: Path) -> Policy:
    stores = tuple(
        s.model_copy(update={"source": _place(s.source, folder), "output": _place(s.output, folder)})
        for s in policy.stores
    )
    url = policy.ledger.url
    if url.startswith("sqlite:///") and not url.startswith("sqlite:////") and ":memory:" not in url:
        url = f"sqlite:///{(folder / url.removeprefix('sqlite:///')).resolve()}"
    models = policy.models
    if "/" in models.transcriber:
        models = models.model_copy(update={"transcriber": str(folder / models.transcriber)})
    if "/" in models.names:
        models = models.model_copy(update={"names": str(folder / models.names)})
    told = {key: place for key in ("path", "metrics") if (place := getattr(policy.report, key))}
    report = policy.report.model_copy(update={key: _place(place, folder) for key, place in told.items()})
    ledger = policy.ledger.model_copy(update={"url": url})
    changed = {"stores": stores, "ledger": ledger, "models": models, "report": report}
    for section, key in (("keys", "folder"), ("audit", "anchors"), ("retention", "certificates")):
        if place := getattr(getattr(policy, section), key):
            changed[section] = getattr(policy, section).model_copy(update={key: _place(place, folder)})
    return policy.model_copy(update=changed)


def _place(value: str, folder: Path) -> str:
    if "://" in value and not value.startswith("file://"):
        return value
    return str((folder / value.removeprefix("file://")).resolve())


def _explain(path: Path, text: str, item: ErrorDetails) -> str:
    where = item["loc"]
    line = line_of(text, where)
    name = ".".join(str(part) for part in where)
    if item["type"] == "extra_forbidden":
        allowed = _allowed(where[:-1])
        close = difflib.get_close_matches(str(where[-1]), allowed, n=1)
        hint = f"did you mean {close[0]}? " if close else ""
        return f"{path}:{line}: unknown key {name}; {hint}allowed here: {', '.join(allowed)}"
    return f"{path}:{line}: {name}: {item['msg']}"


def _allowed(where: Iterable[str | int]) -> list[str]:
    """The keys of the section at `where`, walking the models' fields."""
    model: type[BaseModel] = Policy
    for part in where:
        if isinstance(part, str) and part in model.model_fields:
            model = _section(model.model_fields[part].annotation) or model
    return sorted(model.model_fields)


def _section(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    found = (_section(argument) for argument in getattr(annotation, "__args__", ()))
    return next((section for section in found if section is not None), None)


def line_of(text: str, where: tuple[str | int, ...]) -> int:
    """The 1-based line where the deepest known part of the path `where` (keys and array indexes) stands.

    tomllib gives no positions, so tables and keys are counted here; a value inside an inline table or a multi-line
    array is named by the line on which it starts.
    """
    best, best_depth = 1, 0
    table: tuple[str | int, ...] = ()
    seen: dict[tuple[str | int, ...], int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if header := _TABLE.match(line):
            table = tuple(part.strip().strip("\"'") for part in header[2].split("."))
            if header[1] == "[[":
                seen[table] = seen.get(table, -1) + 1
                table = (*table, seen[table])
            candidate = table
        elif key := _KEY.match(line):
            candidate = (*table, next(group for group in key.groups() if group))
        else:
            continue
        depth = len(candidate)
        if depth > best_depth and candidate == where[:depth]:
            best, best_depth = number, depth
    return best


def as_toml(policy: Policy) -> str:
    """The whole effective policy as TOML text that `load_policy` takes back, but for a password of the ledger."""
    body = policy.model_dump(mode="json", exclude_none=True)
    body["ledger"]["url"] = _PASSWORD.sub(r"\1***@", body["ledger"]["url"])
    return tomli_w.dumps(body)
