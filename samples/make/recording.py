"""Builds screens/billing-scroll.mp4, a screen recording, and screens/customer-file.pdf out of the sample screens.

The recording shows a table that is scrolled down and up again while a notice slides over it; it is silent. The document
has two pages, the card of a customer and the sign-up form.

python samples/make/recording.py
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

SAMPLES = Path(__file__).parent.parent
FPS = 10
WIDTH, HEIGHT = 1280, 520
NOTICE = (430, 150)


def main() -> None:
    """Write the two samples and their gold."""
    table, card, form = (_picture(name) for name in ("billing-table.webp", "crm-card-dark.png", "sign-up-form.tiff"))
    command = ["ffmpeg", "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{WIDTH}x{HEIGHT}"]
    command += [
        "-r",
        str(FPS),
        "-i",
        "-",
        "-c:v",
        "libx264",
        "-crf",
        "20",
        "-pix_fmt",
        "yuv420p",
        "-fflags",
        "+bitexact",
    ]
    target = SAMPLES / "screens" / "billing-scroll.mp4"
    with subprocess.Popen([*command, str(target)], stdin=subprocess.PIPE) as process:
        assert process.stdin
        for frame in _frames(np.asarray(table), np.asarray(card)):
            process.stdin.write(frame.tobytes())
    card.save(SAMPLES / "screens" / "customer-file.pdf", save_all=True, append_images=[form], resolution=120)
    _gold("billing-scroll", "billing-table", "crm-card-dark")
    _gold("customer-file", "crm-card-dark", "sign-up-form")


def _picture(name: str) -> Image.Image:
    with Image.open(SAMPLES / "screens" / name) as picture:
        return picture.convert("RGB")


def _frames(table: NDArray[np.uint8], card: NDArray[np.uint8]) -> Iterator[NDArray[np.uint8]]:
    steps = [0] * 8 + list(range(0, 260, 20)) + [260] * 6 + list(range(260, 0, -26)) + [0] * 5
    width, height = NOTICE
    for number, down in enumerate(steps):
        frame = table[down : down + HEIGHT, :WIDTH].copy()
        # The notice slides in from the right edge after two seconds and stays for one.
        shown = min(width, max(0, (number - 20) * 70)) if number < 34 else 0
        if shown:
            frame[HEIGHT - height - 20 : HEIGHT - 20, WIDTH - shown :] = card[60 : 60 + height, 30 : 30 + shown]
        yield frame


def _gold(name: str, *sources: str) -> None:
    """What is personal in the screens that a sample is made of."""
    gold = SAMPLES / "gold" / "screens"
    items = [item for s in sources for item in json.loads((gold / f"{s}.json").read_text(encoding="utf-8"))["pii"]]
    kept = [{"type": item["type"], "text": item["text"]} for item in items]
    body = json.dumps({"made_of": sources, "pii": kept}, ensure_ascii=False, indent=1)
    (gold / f"{name}.json").write_text(body + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
