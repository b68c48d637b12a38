"""Whatever stands in a file and whatever is redacted: what is covered is gone, what is not covered stays."""

import csv
import io
import json
from collections.abc import Sequence
from email.message import EmailMessage
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redactor.findings import Redaction
from redactor.policy import Policy
from redactor.protocols import Media
from redactor.readers.formats import parse
from redactor.readers.text import offsets
from redactor.regions import Span
from redactor.render.replacement import cut
from redactor.render.text import TextRenderer
from tests.render.text_cases import anonymize

LETTERS = "αβγάδέζ ABCDEF0123456789 .,;:-'\"&<>"
TEXTS = st.lists(st.text(LETTERS, min_size=1, max_size=12).map(lambda text: f"ω{text}ω"), min_size=1, max_size=5)


def as_csv(texts: Sequence[str]) -> bytes:
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows([["κ", "λ"], *([text, "μ"] for text in texts)])
    return stream.getvalue().encode()


def as_mail(texts: Sequence[str]) -> bytes:
    message = EmailMessage()
    message["Subject"] = "σ"
    for text in texts:
        message.add_attachment(text, subtype="plain")
    return message.as_bytes()


WRITERS = {
    "txt": lambda texts: "\n".join(texts).encode(),
    "csv": as_csv,
    "json": lambda texts: json.dumps({f"κ{i}": [text, i] for i, text in enumerate(texts)}).encode(),
    "jsonl": lambda texts: "\n".join(json.dumps({"id": i, "text": text}) for i, text in enumerate(texts)).encode(),
    "html": lambda texts: "".join(f'<p title="{escape(text)}">{escape(text)}</p>' for text in texts).encode(),
    "vtt": lambda texts: "\n\n".join(["WEBVTT", *(f"00:00.000 --> 00:01.000\n{escape(text)}" for text in texts)]).encode(),
    "srt": lambda texts: "\n\n".join(f"1\n00:00:00,0 --> 00:00:01,0\n{text}" for text in texts).encode(),
    "eml": as_mail,
}  # fmt: skip


@pytest.mark.parametrize("format", sorted(WRITERS))
@settings(max_examples=60, deadline=None)
@given(texts=TEXTS, data=st.data())
def test_covered_characters_are_gone_and_all_others_stay(format: str, texts: list[str], data: st.DataObject) -> None:
    original = WRITERS[format](texts)
    document = parse(original, format)
    source = "\n".join(document.leaves)
    place = st.integers(0, len(source) - 1)
    spans = st.tuples(place, st.integers(1, 15)).map(lambda p: Span(p[0], min(len(source), p[0] + p[1])))
    parts = st.tuples(st.sampled_from(["A", "B"]), st.lists(spans, min_size=1, max_size=3), st.floats(0.1, 0.5))
    starts = offsets(document.leaves)
    breaks = {start - 1 for start in starts[1:]}
    items = [
        Redaction(kind, tuple(regions), score, "script")
        for kind, regions, score in data.draw(st.lists(parts, max_size=4))
        if any(i not in breaks for region in regions for i in range(region.start, region.end))
    ]
    with TemporaryDirectory() as folder:
        media, target = Media(Path(folder) / "source", "text", format), Path(folder) / "draft"
        media.path.write_bytes(original)
        renderer = TextRenderer(Policy(), anonymize=anonymize)
        renderer.render(media, items, target)
        seen = parse(target.read_bytes(), format).leaves
    covered = {i for item in items for region in item.regions for i in range(region.start, region.end)}
    assert len(seen) == len(document.leaves)
    for leaf, start, found in zip(document.leaves, starts, seen, strict=True):
        uncovered = "".join(c for i, c in enumerate(leaf, start) if i not in covered)
        kept = found.replace("[A]", "").replace("[B]", "")
        # Blanks between the words of one redaction go with them; a number follows keys that became equal.
        assert "".join(kept.split()) == "".join(uncovered.split()) or (format == "json" and kept[:-2] == uncovered)


@given(TEXTS, st.data())
def test_cut_loses_no_character_and_covers_no_other(texts: list[str], data: st.DataObject) -> None:
    source = "\n".join(texts)
    spans = st.tuples(st.integers(0, len(source) - 1), st.integers(0, len(source) - 1)).map(
        lambda p: Span(min(p), max(p) + 1)
    )
    regions = data.draw(st.lists(spans, min_size=1, max_size=6))
    wanted = {i for region in regions for i in range(region.start, region.end) if source[i] != "\n"}
    items = [Redaction("A", (region,), 0.5, "script") for region in regions]
    if any(source[r.start : r.end].strip("\n") == "" for r in regions):
        return
    starts = offsets(texts)
    pieces = [(starts[leaf], stretch) for leaf, stretches in cut(texts, items).items() for stretch in stretches]
    got = [start + i for start, stretch in pieces for i in range(stretch.span.start, stretch.span.end)]
    assert len(got) == len(set(got))
    assert set(got) == wanted
