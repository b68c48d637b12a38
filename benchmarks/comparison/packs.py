"""What is compared on: packs with black-box scorers, or, without them, the pack of the regression bar."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

from benchmarks.bar import calls, screens, texts
from benchmarks.bar.judged import Judged
from benchmarks.bar.pack import Item, items
from benchmarks.comparison.engines import Engine, Kind
from benchmarks.packs import RECORDINGS, STILLS, judged
from redactor.engines import ffmpeg

_SOUND = {".wav", ".mp3", ".ogg", ".flac", ".m4a"}


@dataclass(frozen=True, slots=True)
class Work:
    """One thing to redact."""

    name: str
    order: Mapping[str, str]
    """`text`, or `source`."""
    size: float
    """Kilobytes of a text, seconds of a call, 1 for a screen."""
    recording: bool = False


@dataclass(frozen=True, slots=True)
class Score:
    """How the outputs of one engine on one kind of medium were judged; shares in 0..1, None where there is nothing."""

    data: int
    """Personal data in the pack; of screens, those that are text on stills."""
    recall: float | None
    hard_leak_rate: float | None
    """Share of the items with personal data in which anything leaks."""
    over_redaction: float | None
    over_redaction_without_data: float | None
    """The same on items without personal data."""
    by_language: Mapping[str, float | None]
    """Recall."""
    pictures: tuple[int, int] | None = None
    """Of screens: faces, codes and signatures, those gone and all."""
    recordings: float | None = None
    """Of screens: recall in the frames of recordings."""

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


class Pack(Protocol):
    """Things to redact, and a judge of the outputs."""

    name: str
    told: str
    """What it is, for the report."""

    def work(self, kind: Kind) -> Sequence[Work]:
        """All things of one kind."""
        ...

    def score(self, engine: Engine, out: Path, written: Mapping[str, str | None]) -> Score:
        """The judgement of the copies in `out`, or of the texts `written`; a text that is missing was not redacted."""
        ...

    def digest(self, kind: Kind) -> str:
        """SHA-256 of what is redacted and what is judged by."""
        ...


class BlackBox:
    """A folder with `calls/`, `screens/`, `texts/dev.jsonl` and `score_*.py`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.name = folder.resolve().name
        self.told = "the development packs, judged by the black-box scorers beside them, which see only what comes out"

    def work(self, kind: Kind) -> Sequence[Work]:
        """The media of a folder, or id and text of the documents: the answers beside them stay here."""
        if kind == "texts":
            return [_text(line["id"], line["text"]) for line in self._documents()]
        return [_medium(path) for path in self._media(kind)]

    def score(self, engine: Engine, out: Path, written: Mapping[str, str | None]) -> Score:
        """By the scorer of the kind."""
        if engine.kind == "texts":
            lines = [json.dumps({"id": key, "text": text or ""}) for key, text in written.items()]
            (out / "dev.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
        found = judged(self._folder, engine.kind, f"score_{engine.kind}.py", out)
        return {"texts": _of_texts, "screens": _of_screens, "calls": self._of_calls}[engine.kind](found, engine)

    def digest(self, kind: Kind) -> str:
        """Of the folder and the scorer."""
        paths = [*sorted((self._folder / kind).iterdir()), self._folder / f"score_{kind}.py"]
        return hashlib.sha256(b"".join(hashlib.sha256(path.read_bytes()).digest() for path in paths)).hexdigest()

    def _documents(self) -> list[dict[str, Any]]:
        lines = (self._folder / "texts" / "dev.jsonl").read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines if line.strip()]

    def _media(self, kind: Kind) -> list[Path]:
        taken = _SOUND if kind == "calls" else STILLS | RECORDINGS
        return [path for path in sorted((self._folder / kind).iterdir()) if path.suffix in taken]

    def _of_calls(self, found: dict[str, Any], _engine: Engine) -> Score:
        gold = [json.loads(path.read_text(encoding="utf-8")) for path in (self._folder / "calls").glob("*.json")]
        leaking = {leak["call"] for leak in found["leaks"]}
        return Score(
            found["by"]["all"]["n"],
            found["recall"],
            round(len(leaking) / sum(bool(call["pii"]) for call in gold), 4),
            found["over_redaction"],
            found["over_redaction_no_pii"],
            {
                key.removeprefix("language "): row["recall"]
                for key, row in found["by"].items()
                if key.startswith("language ")
            },
        )


class Own:
    """Items with gold that stand in this repository, judged by the scorers of the regression bar."""

    def __init__(self, name: str, told: str, found: Sequence[Item]) -> None:
        self.name, self.told = name, f"{told}, judged by the scorers of the regression bar"
        self._items = found

    def work(self, kind: Kind) -> Sequence[Work]:
        """Items by kind; recordings are screens."""
        return [_medium(item.source) if item.source else _text(item.name, item.gold["text"]) for item in self._of(kind)]

    def score(self, engine: Engine, out: Path, written: Mapping[str, str | None]) -> Score:
        """By the scorers of the bar; a text that is missing is judged as it was."""
        found = [self._judged(item, out, written) for item in self._of(engine.kind)]
        stills = [one for one in found if one.item.group != "recordings"]
        recordings = [one for one in found if one.item.group == "recordings"]
        marks = [hit for one in stills for hit, kind in zip(one.caught, one.types, strict=True) if not _is_text(kind)]
        languages = sorted({one.item.language for one in stills if one.types})
        with_data = [one for one in stills if any(map(_is_text, one.types))]
        return Score(
            _gone(stills)[1],
            _share(*_gone(stills)),
            _share(sum(_leaks(one) for one in with_data), len(with_data)),
            _share(*_lost(stills)),
            _share(*_lost([one for one in stills if not one.types])),
            {key: _share(*_gone([one for one in stills if one.item.language == key])) for key in languages},
            (sum(marks), len(marks)) if marks else None,
            _share(*_gone(recordings)) if engine.recordings else None,
        )

    def digest(self, kind: Kind) -> str:
        """Of gold and media."""
        state = hashlib.sha256()
        for item in self._of(kind):
            state.update(json.dumps(item.gold, sort_keys=True).encode())
            state.update(item.source.read_bytes() if item.source else b"")
        return state.hexdigest()

    def _of(self, kind: Kind) -> list[Item]:
        groups = {"screens", "recordings"} if kind == "screens" else {kind}
        return [item for item in self._items if item.group in groups]

    def _judged(self, item: Item, out: Path, written: Mapping[str, str | None]) -> Judged:
        if item.source is None:
            # Held back is given out as nothing.
            return texts.judge(item, written.get(item.name, item.gold["text"]) or "")
        if item.group == "calls":
            return calls.judge(item, out / item.source.name)
        copies = (path for path in out.glob(f"{item.source.stem}.*") if path.suffix in STILLS | RECORDINGS)
        return screens.judge(item, next(copies, out / item.source.name))


def bar() -> Own:
    """The pack of the regression bar, calls and stills of the samples among it."""
    return Own("own", "the pack of the regression bar, and the calls and screens of `samples/`", items())


def unseen() -> Own:
    """Texts of which no leak was looked at while rules were written."""
    lines = (Path(__file__).parents[1] / "texts" / "unseen.jsonl").read_text(encoding="utf-8").splitlines()
    found = [Item(gold["id"], "texts", gold["language"], gold) for gold in map(json.loads, lines)]
    return Own("unseen", "`texts/unseen.jsonl`, of which nobody looked at a leak while rules were written", found)


def _text(name: str, text: str) -> Work:
    return Work(str(name), {"text": text}, len(text.encode()) / 1000)


def _medium(path: Path) -> Work:
    if path.suffix in _SOUND:
        return Work(path.stem, {"source": str(path)}, ffmpeg.probe(path, path.suffix[1:]).duration_ms / 1000)
    return Work(path.stem, {"source": str(path)}, 1, path.suffix in RECORDINGS)


def _of_texts(found: dict[str, Any], _engine: Engine) -> Score:
    return Score(
        found["spans"],
        found["recall"],
        found["hard_leak_rate"],
        found["over_redaction"],
        found["over_redaction_no_pii_docs"],
        {key: row["recall"] for key, row in found["recall_by_language"].items()},
    )


def _of_screens(found: dict[str, Any], engine: Engine) -> Score:
    types, words, screens_with_data = found["recall_by_type"], found["over_redaction"], len(found["recall_by_screen"])
    pictures = types.get("ALL pictures")
    return Score(
        types["ALL text"]["of"],
        types["ALL text"]["rate"],
        round(1 - found["screens_without_leak"] / screens_with_data, 4),
        words["ALL"]["rate"],
        words.get("no-PII screens", {}).get("rate"),
        {key: row["rate"] for key, row in found["recall_by_language"].items()},
        (pictures["hit"], pictures["of"]) if pictures else None,
        found["video_recall"]["ALL"]["rate"] if engine.recordings and found["video_recall"] else None,
    )


def _is_text(kind: str) -> bool:
    return kind not in {"FACE", "QR_CODE", "BARCODE", "SIGNATURE"}


def _leaks(one: Judged) -> bool:
    return not all(hit for hit, kind in zip(one.caught, one.types, strict=True) if _is_text(kind))


def _gone(found: Iterable[Judged]) -> tuple[int, int]:
    """Data that are gone, and all, pictures left out."""
    flat = [hit for one in found for hit, kind in zip(one.caught, one.types, strict=True) if _is_text(kind)]
    return sum(flat), len(flat)


def _lost(found: Sequence[Judged]) -> tuple[int, int]:
    """Units outside of personal data that are gone, and all."""
    return sum(one.lost for one in found), sum(one.outside for one in found)


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
