"""Witnesses of screens: `python -m benchmarks.witness_pictures PACKS_DIR`, the folder with `screens/`.

Of each screen and recording: the share of the time that verification takes of all else; whether a correct output was
redone (a false alarm of the second reading or the witness) or withheld; and how many outputs broken on purpose are
caught by what they show alone.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image, ImageFilter

from benchmarks.machine import keep
from benchmarks.packs import RECORDINGS, STILLS
from redactor import pipeline, stores
from redactor.assembly import Assembly
from redactor.engines import pages
from redactor.errors import RedactorError, WithheldError
from redactor.findings import Redaction
from redactor.pipeline import Draft
from redactor.policy import Policy, VerifyPolicy
from redactor.protocols import Media
from redactor.regions import Box, Track

if TYPE_CHECKING:
    from redactor.protocols import Pixels

    Break = Callable[[Pixels, Pixels], Pixels]
    """What a box shows in place of its cover, of what it hides and what covers it; both of one shape."""

_CHECKING = ("verify", "witness")
_FILLED, _HALF, _LATE = 0.7, 0.5, 3


def main() -> None:
    """Measure, print, keep in results/witness_pictures.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("packs", type=Path)
    parser.add_argument("--mode", choices=("changed", "full"), default="changed")
    options = parser.parse_args()
    assembly = Assembly(Policy(verify=VerifyPolicy(mode=options.mode)))
    items = [item.media for item in stores.scan(options.packs / "screens") if item.media]
    media = [m for m in items if m.path.suffix in STILLS | RECORDINGS]
    with tempfile.TemporaryDirectory() as scratch:
        # Once for what engines load with their first picture.
        _redacted(media[0], assembly, Path(scratch))
        rows = [_row(m, assembly, Path(scratch)) for m in media]
    figures = {"mode": options.mode, **_summary(rows), "items": rows}
    print(json.dumps({name: value for name, value in figures.items() if name != "items"}))
    print(keep("witness_pictures", figures))


def _summary(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    kinds = {}
    for kind in ("image", "video"):
        here = [row for row in rows if row["kind"] == kind]
        done = [row for row in here if not row["withheld"]]
        broken = [caught for row in done for caught in row["broken"].values()]
        kinds[kind] = {
            "items": len(here),
            "median_share": round(statistics.median(row["share"] for row in done), 3) if done else None,
            "share_of_all": round(sum(r["checking_s"] for r in done) / sum(r["rest_s"] for r in done), 3),
            "redone": sum(row["rounds"] > 1 for row in done),
            "withheld": len(here) - len(done),
            "broken": len(broken),
            "caught": sum(broken),
        }
    return kinds


def _redacted(media: Media, assembly: Assembly, folder: Path) -> Draft:
    folder.mkdir(exist_ok=True)
    for path in folder.glob("draft*"):
        path.unlink()
    return pipeline.run(media, assembly, folder, lambda _stage, _share: None)


def _row(media: Media, assembly: Assembly, folder: Path) -> dict[str, Any]:
    row: dict[str, Any] = {"item": media.path.name, "kind": media.kind, "withheld": ""}
    try:
        draft = _redacted(media, assembly, folder)
    except RedactorError as error:
        return {**row, "withheld": error.reason}
    spent = dict(draft.seconds)
    checking = sum(spent.get(stage, 0.0) for stage in _CHECKING)
    rest = sum(spent.values()) - checking
    row |= {"rounds": draft.rounds, "checking_s": round(checking, 2), "rest_s": round(rest, 2)}
    row |= {"share": round(checking / rest, 3), "covers": len(draft.covers)}
    broken = _broken_stills(media, draft) if media.kind == "image" else _broken_recordings(media, draft, assembly)
    row["broken"] = {name: _caught(other, covers, draft, assembly) for name, other, covers in broken}
    print(json.dumps(row), flush=True)
    return row


def _caught(output: Media, covers: Sequence[Redaction], draft: Draft, assembly: Assembly) -> bool:
    witness = assembly.witness(output.kind)
    assert witness is not None
    try:
        return bool(witness.left(output, covers, draft.removed, "changed"))
    except WithheldError:
        return True


def _small(hidden: Pixels, cover: Pixels) -> Pixels:
    part = hidden.copy()
    part[:, : round(_FILLED * part.shape[1])] = cover[:, : round(_FILLED * part.shape[1])]
    return part


def _blurred(hidden: Pixels, _cover: Pixels) -> Pixels:
    return np.asarray(Image.fromarray(hidden).filter(ImageFilter.GaussianBlur(max(2, len(hidden) / 6))))


def _mosaic(hidden: Pixels, _cover: Pixels) -> Pixels:
    side = max(3, len(hidden) // 3)
    rows, columns = (np.minimum(np.arange(n) // side * side + side // 2, n - 1) for n in hidden.shape[:2])
    coarse: Pixels = hidden[rows][:, columns]
    return coarse


def _shifted(hidden: Pixels, cover: Pixels) -> Pixels:
    part = cover.copy()
    rows = max(2, len(part) // 3)
    part[:rows] = hidden[:rows]
    return part


_BREAKS: dict[str, Break] = {
    "one missing": lambda hidden, _cover: hidden,
    "30 % too small": _small,
    "a third too low": _shifted,
    "blurred": _blurred,
    "mosaic": _mosaic,
    "inverted": lambda hidden, _cover: 255 - hidden,
    "faint": lambda hidden, _cover: hidden // 3,
}


def _broken_stills(media: Media, draft: Draft) -> Iterator[tuple[str, Media, Sequence[Redaction]]]:
    policy = Policy().image
    output = Media(draft.medium, media.kind, media.format)
    covers = [region for cover in draft.covers for region in cover.regions if isinstance(region, Box)]
    if not covers:
        return
    yield "its source", media, draft.covers
    source = [picture.pixels for picture in pages.load(media, policy)]
    covered = [picture.pixels for picture in pages.load(output, policy)]
    # The cover with the most under it: where nothing is hidden, nothing can be broken.
    box = max(covers, key=lambda b: (float(_part(source[b.page], b).std()), b))
    for name, change in _BREAKS.items():
        shown = [pixels.copy() for pixels in covered]
        _part(shown[box.page], box)[:] = change(_part(source[box.page], box).copy(), _part(covered[box.page], box))
        other = replace(output, path=draft.medium.with_name(f"broken.{media.format}"))
        other.path.unlink(missing_ok=True)
        pages.save(shown, media, policy, other.path)
        yield name, other, draft.covers


def _part(pixels: Pixels, box: Box) -> Pixels:
    return pixels[box.top : box.bottom, box.left : box.right]


def _broken_recordings(
    media: Media, draft: Draft, assembly: Assembly
) -> Iterator[tuple[str, Media, Sequence[Redaction]]]:
    """The recording rendered again with one value left out, half covered, or covered late."""
    tracks = [(redaction, region) for redaction in draft.redactions for region in redaction.regions]
    alone = [
        (redaction, region)
        for redaction, region in tracks
        if isinstance(region, Track) and sum(isinstance(t, Track) and t.overlaps(region) for _, t in tracks) == 1
    ]
    if not alone:
        return
    yield "its source", media, draft.covers
    chosen, track = max(alone, key=lambda pair: (pair[1].hull.end - pair[1].hull.start, pair[1]))
    others = [redaction for redaction in draft.redactions if redaction is not chosen]
    small = [replace(s, right=s.left + max(1, round(_HALF * (s.right - s.left)))) for s in track.stays]
    late = [replace(s, start=s.start + _LATE) for s in track.stays if s.end > s.start + _LATE]
    for name, stays in (("one missing", []), ("half of one", small), ("one comes late", late)):
        kept = [replace(chosen, regions=(Track(tuple(sorted(stays))),))] if stays else []
        other = replace(media, path=draft.medium.with_name(f"broken.{media.format}"))
        other.path.unlink(missing_ok=True)
        assembly.renderer("video").render(media, [*others, *kept], other.path)
        yield name, other, draft.covers


if __name__ == "__main__":
    main()
