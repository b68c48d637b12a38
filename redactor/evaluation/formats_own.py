"""Our own gold: a JSON beside each medium, or a line per text (`id`, `text`, `pii`, `neutral`).

A recording has "audio", a picture "image", a screen recording "video"; a JSON with only types and values under "pii"
says what must not stand in the output of the file that it is named after (`letter.eml.json`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from redactor.evaluation.gold import (
    CallDatum,
    CallGold,
    Gold,
    ListedGold,
    RecordingGold,
    ScreenDatum,
    ScreenGold,
    Shown,
    TextDatum,
    TextGold,
)
from redactor.evaluation.reading import Source
from redactor.regions import Box, Span

_SLACK_S = 0.05
"""Times of gold are rounded; so much beyond the end is no error."""


def read(source: Source, records: Sequence[dict[str, Any]]) -> Iterator[Gold]:
    """The items of a file; a text is called by its id, all else by the file, or by its place among several."""
    for number, record in enumerate(records):
        item = str(number) if len(records) > 1 else source.path.stem
        item = str(record["id"]) if "id" in record and "text" in record else item
        try:
            found = _item(source, record, item)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            # The message of the error may quote a value.
            missing = f"no {error.args[0]}" if isinstance(error, KeyError) else "a field of another type than expected"
            source.bad("BAD_GOLD", item, f"{missing}; it is left out")
            continue
        if found is not None:
            yield found


def _item(source: Source, record: dict[str, Any], item: str) -> Gold | None:
    medium = next((kind for kind in _MEDIA if kind in record), None)
    if medium is not None:
        return _MEDIA[medium](source, record, item)
    if "text" in record:
        return _text(source, record, item)
    if "made_of" in record:
        source.bad("NO_PLACES", item, "the gold says what is in it, but not where; it is not evaluated")
        return None
    values = tuple((str(datum["type"]), str(datum["text"])) for datum in record["pii"])
    return ListedGold(source.origin(item, record), values)


def _text(source: Source, record: dict[str, Any], item: str) -> TextGold:
    text = record["text"]
    if not isinstance(text, str):
        raise TypeError
    data = tuple(_text_data(source, item, text, record["pii"]))
    spared = (
        source.span(item, text, span["start"], span["end"], "a neutral stretch") for span in record.get("neutral", ())
    )
    return TextGold(source.origin(item, record), text, data, tuple(s for s in spared if isinstance(s, Span)))


def _text_data(source: Source, item: str, text: str, pii: Sequence[Mapping[str, Any]]) -> Iterator[TextDatum]:
    for number, datum in enumerate(pii):
        found = source.text_datum(
            item, text, number, datum["type"], datum.get("start"), datum.get("end"), datum.get("text")
        )
        if found is not None:
            yield found


def _call(source: Source, record: dict[str, Any], item: str) -> CallGold:
    duration, channels = float(record.get("duration", 0)), int(record.get("channels", 0))
    data = []
    for number, datum in enumerate(record["pii"]):
        start, end, channel = float(datum["start"]), float(datum["end"]), datum.get("channel")
        what = f"datum {number + 1}"
        if not 0 <= start < end:
            source.bad("BAD_OFFSETS", item, f"{what} starts at {start:g} s and ends at {end:g} s; it is left out")
        elif duration and end > duration + _SLACK_S:
            source.bad("OFFSET_PAST_END", item, f"{what} ends at {end:g} s, the call at {duration:g} s; it is left out")
        elif channel is not None and channels and not 0 <= int(channel) < channels:
            source.bad("NO_CHANNEL", item, f"{what} is on channel {channel} of {channels}; it is left out")
        else:
            on = () if channel is None else (int(channel),)
            forms = tuple(str(datum[form]) for form in ("text", "spoken") if datum.get(form))
            data.append(CallDatum(str(datum["type"]), on, start, end, forms))
    speech = sorted(record.get("speech", ()), key=lambda said: float(said.get("start", 0)))
    path = source.original(record["audio"])
    said = tuple(str(part["text"]) for part in speech)
    return CallGold(source.origin(item, record), path, channels, duration, tuple(data), said)


def _screen(source: Source, record: dict[str, Any], item: str) -> ScreenGold:
    path, (width, height) = source.original(record["image"]), _size(record)
    shown = shown_of(source, record, item, width, height)
    return ScreenGold(source.origin(item, record), path, width, height, shown)


def _recording(source: Source, record: dict[str, Any], item: str) -> RecordingGold:
    path, (width, height) = source.original(record["video"]), _size(record)
    frames = tuple(shown_of(source, frame, item, width, height) for frame in record["frames"])
    return RecordingGold(source.origin(item, record), path, float(record["fps"]), width, height, frames)


def shown_of(source: Source, record: Mapping[str, Any], item: str, width: int, height: int) -> Shown:
    """Data and words of one picture; boxes that lie outside are told and left out."""
    data = []
    for number, datum in enumerate(record.get("pii", ())):
        boxes = tuple(_boxes(source, item, f"datum {number + 1}", datum["boxes"], width, height))
        if boxes:
            data.append(ScreenDatum(str(datum["type"]), boxes, str(datum.get("text", ""))))
    for number, datum in enumerate(record.get("non_text_pii", ())):
        boxes = tuple(_boxes(source, item, f"picture {number + 1}", [datum["box"]], width, height))
        if boxes:
            data.append(ScreenDatum(str(datum["type"]), boxes, "", picture=True))
    words = tuple(_boxes(source, item, "a word", [word["box"] for word in record.get("words", ())], width, height))
    return Shown(tuple(data), words)


def _boxes(
    source: Source, item: str, what: str, boxes: Sequence[Sequence[int]], width: int, height: int
) -> Iterator[Box]:
    for left, top, right, bottom in boxes:
        if right > width or bottom > height:
            source.bad("OFFSET_PAST_END", item, f"{what} has a box past the edge of {width} x {height} px")
        if 0 <= left < min(right, width) and 0 <= top < min(bottom, height):
            yield Box(0, int(top), int(left), int(min(bottom, height)), int(min(right, width)))
        else:
            source.bad("BAD_OFFSETS", item, f"{what} has a box without a pixel; it is left out")


def _size(record: Mapping[str, Any]) -> tuple[int, int]:
    return int(record["width"]), int(record["height"])


_MEDIA: dict[str, Callable[[Source, dict[str, Any], str], Gold]] = {
    "audio": _call,
    "image": _screen,
    "video": _recording,
}
