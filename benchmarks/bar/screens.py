"""What can still be seen of the data of a screen: edges of the picture that the copy has, too.

Made for solid fills, which is what the product paints: a picture that is only dimmed or blurred is not told from one.
"""

from __future__ import annotations

import subprocess
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageFilter

from benchmarks.bar.judged import Judged, withheld
from benchmarks.bar.pack import Item

LEFT = 0.05
"""A datum is gone when at most this share of its edges is left."""
EVERY = 4
"""Of a recording, every so many frames are looked at."""
_LEAST = 24
"""Levels of grey between a point and its neighbours that make it an edge."""

_CHANGE = 24
"""Levels by which the neighbourhood of an edge may differ on average: a codec does that, a box beside it does more."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A picture and its copy, point by point; both arrays have the shape (height, width)."""

    edges: NDArray[np.int16]
    """How far the levels of grey around each point of the picture differ."""
    left: NDArray[np.bool_]
    """Where the copy has the edge, too, and looks the same around it."""

    @classmethod
    def of(cls, before: Image.Image, after: Image.Image) -> Compared:
        """Raises `ValueError` when the pictures differ in size."""
        if before.size != after.size:
            raise ValueError("the copy has another size")
        old, new = (picture.convert("RGB").convert("L") for picture in (before, after))
        changed = np.asarray(ImageChops.difference(old, new).filter(ImageFilter.BoxBlur(1)))
        edges = _edges(old)
        return cls(edges, (2 * _edges(new) >= edges) & (changed <= _CHANGE))


def judge(item: Item, output: Path) -> Judged:
    """Judge the copy of a still or of a screen recording."""
    return _recording(item, output) if "video" in item.gold else _still(item, output)


def _still(item: Item, output: Path) -> Judged:
    data = [*item.gold["pii"], *item.gold.get("non_text_pii", [])]
    types = tuple(datum["type"] for datum in data)
    if item.source is None or not output.exists():
        return withheld(item, types)
    with Image.open(item.source) as old, Image.open(output) as new:
        seen = Compared.of(old, new)
    caught = tuple(all(gone(seen, box) for box in _boxes(datum)) for datum in data)
    lost = sum(gone(seen, word["box"], left=0.5) for word in item.gold["words"])
    return Judged(item, types, caught, lost, len(item.gold["words"]))


def _recording(item: Item, output: Path) -> Judged:
    """A datum is one value of one type; it must be gone from each frame in which it stands."""
    frames = item.gold["frames"][::EVERY]
    shown: dict[tuple[str, str], list[bool]] = defaultdict(list)
    for datum in [datum for frame in frames for datum in frame["pii"]]:
        shown[datum["type"], datum["text"]] = []
    types = tuple(kind for kind, _ in shown)
    if item.source is None or not output.exists():
        return withheld(item, types)
    lost = outside = 0
    for frame, before, after in zip(frames, _frames(item, item.source), _frames(item, output), strict=True):
        seen = Compared.of(before, after)
        for datum in frame["pii"]:
            shown[datum["type"], datum["text"]].append(all(gone(seen, box) for box in datum["boxes"]))
        for word in frame.get("words", []):
            lost += gone(seen, word["box"], left=0.5)
            outside += 1
    # No frame to look at, where there should be one, is no catch.
    return Judged(item, types, tuple(bool(seen) and all(seen) for seen in shown.values()), lost, outside)


def gone(seen: Compared, box: Sequence[int], *, left: float = LEFT) -> bool:
    """Whether at most `left` of the edges in `box` (left, top, right, bottom; px, half-open) are there still.

    A box without any edge holds nothing that could be seen.
    """
    x, y, right, bottom = box
    edges, still = (part[y:bottom, x:right] for part in (seen.edges, seen.left))
    if not edges.size:
        return True
    strong = edges >= max(_LEAST, 0.4 * float(np.percentile(edges, 98)))
    return bool((still & strong).sum() <= left * strong.sum())


def _edges(grey: Image.Image) -> NDArray[np.int16]:
    high, low = (np.asarray(grey.filter(kind(3)), np.int16) for kind in (ImageFilter.MaxFilter, ImageFilter.MinFilter))
    return high - low


def _boxes(datum: dict[str, Any]) -> list[list[int]]:
    return datum["boxes"] if "boxes" in datum else [datum["box"]]


def _frames(item: Item, path: Path) -> list[Image.Image]:
    """Every `EVERY`-th frame at the rate of the gold, grey."""
    width, height = item.gold["width"], item.gold["height"]
    chosen = f"fps={item.gold['fps']},select=not(mod(n\\,{EVERY}))"
    command = ["ffmpeg", "-v", "error", "-nostdin", "-i", f"file:{path}", "-vf", chosen, "-fps_mode", "passthrough"]
    command += ["-f", "rawvideo", "-pix_fmt", "gray", "-"]
    raw = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
    return [Image.fromarray(picture) for picture in np.frombuffer(raw, np.uint8).reshape(-1, height, width)]
