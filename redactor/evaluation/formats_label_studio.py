"""The JSON export of Label Studio: spans in texts, regions in recordings, rectangles in pictures.

Of several annotations of a task that one counts which is marked as ground truth, else the last that was not cancelled.
Rectangles are in percent of the picture; with the label `WORD` they are words that are not personal, and a text span
with the label `NEUTRAL` counts neither way.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from redactor.evaluation.gold import CallDatum, CallGold, Gold, ScreenDatum, ScreenGold, Shown, TextDatum, TextGold
from redactor.evaluation.reading import Source
from redactor.evaluation.schemes import ours
from redactor.regions import Box, Span

_UPLOADED = re.compile(r"^[0-9a-f]{8}-")
"""What Label Studio puts before the name of an uploaded file."""
_PICTURES = frozenset({"FACE", "QR_CODE", "BARCODE", "SIGNATURE"})
_WORD, _NEUTRAL = "WORD", "NEUTRAL"


def read(source: Source, records: Sequence[dict[str, Any]]) -> Iterator[Gold]:
    """The tasks of an export."""
    for number, task in enumerate(records):
        name = f"task {task.get('id', number)}"
        data = task.get("data")
        results = _results(task)
        if not isinstance(data, dict) or results is None:
            source.bad("NOT_ANNOTATED", name, "no data or no finished annotation; it is left out")
            continue
        try:
            yield _item(source, task, data, results, number)
        except (KeyError, TypeError, ValueError, IndexError):
            # The message of the error may quote a value.
            source.bad("BAD_GOLD", name, "a result that is not understood; the task is left out")


def _results(task: Mapping[str, Any]) -> list[Mapping[str, Any]] | None:
    made = task.get("annotations", task.get("completions")) or []
    done = [a for a in made if isinstance(a, dict) and not a.get("was_cancelled")]
    best = [a for a in done if a.get("ground_truth")] or done
    return [r for r in best[-1].get("result", []) if isinstance(r, dict)] if best else None


def _item(
    source: Source, task: Mapping[str, Any], data: dict[str, Any], results: Sequence[Mapping[str, Any]], number: int
) -> Gold:
    if "image" in data:
        return _screen(source, data, results)
    if "audio" in data:
        return _call(source, data, results)
    return _text(source, str(data.get("id", task.get("id", number))), data, results)


def _text(source: Source, item: str, data: dict[str, Any], results: Sequence[Mapping[str, Any]]) -> TextGold:
    text = data["text"]
    if not isinstance(text, str):
        raise TypeError
    found: list[TextDatum] = []
    spared: list[Span] = []
    for place, (label, value) in enumerate(_labelled(results, "labels")):
        datum = source.text_datum(item, text, place, label, value.get("start"), value.get("end"), value.get("text"))
        if datum is not None and label.upper() == _NEUTRAL:
            spared.append(datum.span)
        elif datum is not None:
            found.append(TextDatum(ours(label), datum.span, datum.value))
    return TextGold(source.origin(item, data), text, tuple(dict.fromkeys(found)), tuple(spared))


def _call(source: Source, data: dict[str, Any], results: Sequence[Mapping[str, Any]]) -> CallGold:
    path = _original(source, data["audio"])
    lengths = [float(result["original_length"]) for result in results if "original_length" in result]
    found = []
    for label, value in _labelled(results, "labels"):
        start, end = float(value["start"]), float(value["end"])
        if not 0 <= start < end or (lengths and start >= lengths[0]):
            source.bad("OFFSET_PAST_END", path.stem, "a region outside the recording; it is left out")
            continue
        channel = value.get("channel")
        on = (int(channel),) if channel is not None else ()
        found.append(CallDatum(ours(label), on, start, end, ()))
    return CallGold(source.origin(path.stem, data), path, 0, max(lengths, default=0.0), tuple(found))


def _screen(source: Source, data: dict[str, Any], results: Sequence[Mapping[str, Any]]) -> ScreenGold:
    path = _original(source, data["image"])
    found: list[ScreenDatum] = []
    words: list[Box] = []
    width = height = 0
    for result in results:
        for label, value in _labelled([result], "rectanglelabels"):
            width, height = int(result["original_width"]), int(result["original_height"])
            box = _box(value, width, height)
            if box is None:
                source.bad("OFFSET_PAST_END", path.stem, "a rectangle outside the picture; it is left out")
            elif label.upper() == _WORD:
                words.append(box)
            else:
                found.append(ScreenDatum(ours(label), (box,), "", picture=ours(label) in _PICTURES))
    return ScreenGold(source.origin(path.stem, data), path, width, height, Shown(tuple(found), tuple(words)))


def _box(value: Mapping[str, Any], width: int, height: int) -> Box | None:
    if value.get("rotation"):
        raise ValueError
    left, top = math.floor(value["x"] * width / 100), math.floor(value["y"] * height / 100)
    right = min(width, math.ceil((value["x"] + value["width"]) * width / 100))
    bottom = min(height, math.ceil((value["y"] + value["height"]) * height / 100))
    return Box(0, top, left, bottom, right) if 0 <= left < right and 0 <= top < bottom else None


def _labelled(results: Sequence[Mapping[str, Any]], kind: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for result in results:
        value = result.get("value")
        if isinstance(value, dict):
            for label in value.get(kind, ()):
                yield str(label), value


def _original(source: Source, address: object) -> Path:
    """An upload is stored under a name with a prefix; the original may have either name."""
    name = Path(unquote(str(address)).replace("\\", "/").split("?d=")[-1]).name
    stored = source.original(name)
    return stored if stored.is_file() else source.original(_UPLOADED.sub("", name))
