"""The outputs that are judged: files by the name of the item, texts by their id."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from redactor.errors import MediaError
from redactor.evaluation.gold import Origin
from redactor.evaluation.problems import Problems
from redactor.readers.formats import parse

SOUND = (".wav", ".mp3", ".ogg", ".opus", ".m4a", ".flac", ".aac", ".webm", ".mka", ".mp4", ".amr")
PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff", ".gif", ".avif")
VIDEOS = (".mp4", ".mkv", ".mov", ".webm", ".avi", ".m4v")
TEXTS = (".txt", ".md", ".csv", ".json", ".eml", ".vtt", ".srt", ".html", ".htm")
SIDECAR = ".redaction.json"
_REPORTS = ("report.html", "report.json")
"""What a run of this product says of itself."""
_TEXT_KEYS = ("text", "full_text")


@dataclass(frozen=True, slots=True)
class Line:
    """A text that came out, with others in one file."""

    item: str
    path: Path
    text: str = field(repr=False)


class Outputs:
    """Everything in a folder (or one file), and what of it was asked for."""

    def __init__(self, path: Path, problems: Problems, *, texts: bool) -> None:
        """Look through `path`; with `texts` files that hold many are read."""
        self.root = path if path.is_dir() else path.parent
        self._problems = problems
        files = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
        self._files = [
            p for p in files if not p.name.startswith(".") and not p.name.endswith(SIDECAR) and p.name not in _REPORTS
        ]
        self._taken: set[Path] = set()
        self._given: set[Path] = set()
        self._asked: set[int] = set()
        self._lines = [line for p in self._files for line in self._read(p)] if texts else []
        self._by_item: dict[str, list[int]] = {}
        for number, line in enumerate(self._lines):
            self._by_item.setdefault(line.item, []).append(number)

    def medium(self, origin: Origin, suffixes: Sequence[str]) -> Path | None:
        """The file of an item, in any format; of several the one in the same folder, then the first, which is told."""
        found = self._named(origin.item, suffixes, origin.folder)
        beside = [p for p in found if p.parent == found[0].parent]
        self._taken.update(beside)
        if len(beside) > 1:
            message = f"{len(beside)} outputs of one original; only {beside[0].suffix} is judged"
            self._problems.output("SEVERAL_OUTPUTS", origin.item, message)
        if found and found[0] in self._given:
            self._problems.output("SHARED_OUTPUT", origin.item, "its output was judged as that of another item too")
        self._given.update(found[:1])
        return found[0] if found else None

    def transcripts(self, origin: Origin) -> list[Path]:
        """What was written down of a recording, the JSON first."""
        found = self._named(origin.item, (".json", ".txt"), origin.folder)
        self._taken.update(found)
        return sorted(found, key=lambda p: (p.suffix.lower() != ".json", found.index(p)))

    def texts(self, origin: Origin) -> list[Line]:
        """What came out of a text; more than one where the same id came out twice."""
        found = self._by_item.get(origin.item, [])
        own = [n for n in found if self._lines[n].path.stem == origin.source] or found
        own = [n for n in own if self._in(self._lines[n].path, origin.folder)] or own
        if own:
            self._asked.update(own)
            return [self._lines[n] for n in own]
        files = self._named(origin.item, TEXTS, origin.folder)
        self._taken.update(files)
        whole = ((p, self._text(p)) for p in files)
        return [Line(origin.item, p, text) for p, text in whole if text is not None]

    def named(self, origin: Origin) -> str | None:
        """All text of the file with the name of an item: as it is, and as a reader of its format would see it."""
        found = [p for p in self._files if p.name == origin.item]
        self._taken.update(found)
        self._asked.update(n for n, line in enumerate(self._lines) if line.path in found)
        text = self._text(found[0]) if found else None
        if text is None:
            return None
        try:
            leaves = parse(found[0].read_bytes(), found[0].suffix.lower().removeprefix(".")).leaves
        except MediaError as error:
            self._bad(error.reason, found[0], "", str(error))
            return None
        return "\n".join((text, *leaves))

    def sidecar(self, output: Path) -> dict[str, Any]:
        """What this product says of an output; empty when it says nothing, or nothing that can be read."""
        try:
            body = json.loads((output.parent / f"{output.stem}{SIDECAR}").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return body if isinstance(body, dict) and body.get("product") == "redactor" else {}

    def unasked(self, *, files: bool) -> Iterator[tuple[str, str]]:
        """File or id, and what it is, of outputs that no gold asked for; with `files` also single text files."""
        asked = {self._lines[n].path for n in self._asked}
        for number, line in enumerate(self._lines):
            if number not in self._asked and line.path in asked:
                yield f"{line.path.name} {line.item}", "a text"
        kinds = (("a picture", PICTURES), ("a video", VIDEOS), ("a recording", SOUND), ("a document", (".pdf",)))
        known = {self._stem(p) for p in self._taken}
        many = {line.path for line in self._lines} - asked
        for path in self._files:
            if path in self._taken or path in asked:
                continue
            if path in many or path.suffix.lower() == ".jsonl":
                yield path.relative_to(self.root).as_posix(), "a file of texts"
                continue
            kind = next((name for name, suffixes in kinds if path.suffix.lower() in suffixes), "")
            if not kind and files and path.suffix.lower() in TEXTS and self._stem(path) not in known:
                kind = "a text"
            if kind:
                yield path.relative_to(self.root).as_posix(), kind

    def _named(self, item: str, suffixes: Sequence[str], folder: str) -> list[Path]:
        def fits(path: Path) -> bool:
            right = item in {path.stem, path.name} or path.name.startswith(f"{item}.")
            return right and path.suffix.lower() in suffixes

        found = [p for p in self._files if fits(p)]
        return sorted(found, key=lambda p: not self._in(p, folder))

    def _in(self, path: Path, folder: str) -> bool:
        return path.parent.relative_to(self.root).as_posix() == (folder or ".")

    def _stem(self, path: Path) -> tuple[Path, str]:
        return path.parent, path.name.split(".")[0]

    def _read(self, path: Path) -> Iterator[Line]:
        """The texts of a file with several; nothing for other files."""
        suffix = path.suffix.lower()
        if suffix == ".jsonl":
            records = list(self._records(path))
            if any(_key(record) for _, record in records):
                for number, (place, record) in enumerate(records):
                    yield from self._line(path, record, number, place)
        elif suffix == ".json":
            try:
                body = json.loads(path.read_bytes())
            except UnicodeDecodeError:
                self._bad("ENCODING", path, "", "not UTF-8")
                return
            except (ValueError, RecursionError):
                self._bad("DAMAGED_JSON", path, "", "not valid JSON")
                return
            if isinstance(body, list) and any(_key(record) for record in body):
                for number, record in enumerate(body):
                    yield from self._line(path, record, number, f"entry {number + 1}")

    def _records(self, path: Path) -> Iterator[tuple[str, Any]]:
        for number, line in enumerate(path.read_bytes().removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
            if not line.strip():
                continue
            try:
                yield f"line {number}", json.loads(line.decode("utf-8"))
            except UnicodeDecodeError:
                self._bad("ENCODING", path, f"line {number}", "not UTF-8")
            except (ValueError, RecursionError):
                self._bad("DAMAGED_JSON", path, f"line {number}", "not valid JSON")

    def _line(self, path: Path, record: Any, number: int, place: str) -> Iterator[Line]:
        key = _key(record)
        if not key:
            self._bad("NO_TEXT", path, place, "no object with a text")
            return
        yield Line(str(record.get("id", number)), path, record[key])

    def _text(self, path: Path) -> str | None:
        try:
            return path.read_bytes().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            self._bad("ENCODING", path, "", f"not UTF-8 (byte {error.start})")
        except OSError as error:
            self._bad("UNREADABLE", path, "", f"cannot be opened ({error.strerror})")
        return None

    def _bad(self, code: str, path: Path, where: str, message: str) -> None:
        self._problems.output(code, f"{path.name}{' ' if where else ''}{where}", f"{message}; it counts as no output")


def _key(record: Any) -> str:
    """Under which key a record holds its text; empty when it holds none."""
    told = record if isinstance(record, dict) else {}
    return next((key for key in _TEXT_KEYS if isinstance(told.get(key), str)), "")
