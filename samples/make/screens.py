"""Renders pages/*.html to screens/ and writes the boxes of every word to gold/screens/.

    python samples/make/screens.py [NAME...]        needs Chromium on the PATH and Pillow

The text rectangles come from the layout and are then shrunk to the ink in the rendered picture. A page names its size,
scene, languages and output file on its <html> element and marks personal data with `data-pii`.
"""

import html
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

MAKE = Path(__file__).parent
SAMPLES = MAKE.parent
INK = 40
"""Levels (0..255) by which a pixel differs from the background to count as ink."""
FRAME = "<style>html, body { margin: 0 } body { width: %dpx; height: %dpx; overflow: hidden }</style>"
CHROMIUM = [
    "chromium",
    "--headless",
    "--no-sandbox",
    "--hide-scrollbars",
    "--force-device-scale-factor=1",
    "--no-first-run",
    *(f"--disable-{part}" for part in ("gpu", "quic", "background-networking", "component-update", "sync")),
]
SAVE: dict[str, dict[str, Any]] = {
    ".png": {"optimize": True},
    ".jpg": {"quality": 88},
    ".webp": {"quality": 90},
    ".tiff": {"compression": "tiff_lzw"},
    ".bmp": {},
}


def chromium(page: str, size: tuple[int, int], *flags: str) -> str:
    """Open a page in a window of `size` (px, with room below for the frame) and return standard output."""
    with tempfile.TemporaryDirectory() as profile:
        source = Path(profile) / "page.html"
        source.write_text(page, encoding="utf-8")
        window = f"--window-size={size[0]},{size[1] + 120}"
        command = [*CHROMIUM, f"--user-data-dir={profile}", window, *flags, source.as_uri()]
        return subprocess.run(command, check=True, capture_output=True, text=True, timeout=120).stdout


def picture(page: str, size: tuple[int, int]) -> Image.Image:
    """The rendered page, RGB, exactly `size` pixels."""
    with tempfile.TemporaryDirectory() as folder:
        shot = Path(folder) / "shot.png"
        chromium(page, size, f"--screenshot={shot}")
        with Image.open(shot) as image:
            return image.convert("RGB").crop((0, 0, *size))


def words(page: str, size: tuple[int, int]) -> list[dict[str, Any]]:
    """Every word with its layout rectangle (CSS pixels, floats) and the datum it belongs to."""
    script = f"<script>{(MAKE / 'measure.js').read_text(encoding='utf-8')}</script></html>"
    dom = chromium(page.replace("</html>", script), size, "--dump-dom")
    found = re.search(r"WORDS(.*)END", dom, re.DOTALL)
    if found is None:
        raise RuntimeError("the page did not report its words")
    listed: list[dict[str, Any]] = json.loads(html.unescape(found[1]))
    return listed


def shrink(pixels: np.ndarray, box: list[float]) -> list[int]:
    """The smallest box (px, half open) around the ink inside `box`."""
    left, top, right, bottom = int(box[0]), int(box[1]), int(np.ceil(box[2])), int(np.ceil(box[3]))
    part = pixels[top:bottom, left:right].astype(int)
    colours, counts = np.unique(part.reshape(-1, 3), axis=0, return_counts=True)
    ink = np.abs(part - colours[counts.argmax()]).max(2) > INK
    rows, columns = np.flatnonzero(ink.any(1)), np.flatnonzero(ink.any(0))
    if not len(rows):
        raise ValueError("a word without ink")
    return [int(left + columns[0]), int(top + rows[0]), int(left + columns[-1] + 1), int(top + rows[-1] + 1)]


def join(boxes: list[list[float]]) -> list[list[float]]:
    """One box per line of text: neighbours that share more than half their height are united."""
    lines: list[list[float]] = []
    for box in boxes:
        last = lines[-1] if lines else None
        if last and min(last[3], box[3]) - max(last[1], box[1]) > (box[3] - box[1]) / 2:
            lines[-1] = [min(last[0], box[0]), min(last[1], box[1]), max(last[2], box[2]), max(last[3], box[3])]
        else:
            lines.append(box)
    return lines


def gold(listed: list[dict[str, Any]], pixels: np.ndarray) -> dict[str, Any]:
    """The `pii` and `words` of one picture."""
    pii = []
    for datum in dict.fromkeys(w["datum"] for w in listed if w["datum"] is not None):
        parts = [w for w in listed if w["datum"] == datum]
        boxes = [shrink(pixels, line) for line in join([w["box"] for w in parts])]
        pii.append({"type": parts[0]["type"], "text": " ".join(w["text"] for w in parts), "boxes": boxes})
    rest = [
        w for w in listed if w["datum"] is None and re.search(r"\w", w["text"])
    ]  # a full stop behind a datum is no word
    plain = [{"text": w["text"], "box": shrink(pixels, w["box"])} for w in rest]
    return {"pii": pii, "non_text_pii": [], "words": plain}


def render(source: Path) -> None:
    """Render one page and write its gold."""
    page = source.read_text(encoding="utf-8")
    told = dict(re.findall(r'data-(size|scene|language|file)="([^"]+)"', page))
    width, height = (int(n) for n in told["size"].split("x"))
    page = page.replace("<style>", FRAME % (width, height) + "<style>", 1)
    image = picture(page, (width, height))
    entry = {
        "image": told["file"],
        "width": width,
        "height": height,
        "language": told["language"].split("+"),
        "scene": told["scene"],
        **gold(words(page, (width, height)), np.asarray(image)),
    }
    target = SAMPLES / "screens" / told["file"]
    stored = image.quantize(256, dither=Image.Dither.NONE) if target.suffix == ".bmp" else image
    stored.save(target, **SAVE[target.suffix])
    text = json.dumps(entry, ensure_ascii=False, separators=(",", ":"))
    text = re.sub(r'(\{"(?:type|text)":)', r"\n\1", text)  # one datum or word a line
    (SAMPLES / "gold" / "screens" / f"{target.stem}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    for path in sorted((MAKE / "pages").glob("*.html")):
        if not sys.argv[1:] or path.stem in sys.argv[1:]:
            render(path)
            print(path.stem)
