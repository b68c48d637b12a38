"""Checks that gold and samples agree; prints one line a folder, exits 1 with what is wrong.

    python samples/make/check.py        needs Pillow, numpy, python-stdnum and ffmpeg on the PATH

Texts: every datum stands in its file, in order. Screens: size, and boxes with ink. Calls: length, channels, and sound
exactly where a datum is said. Numbers that have a check digit must pass it.
"""

import html
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from stdnum import iban, iso11649, luhn
from stdnum.gr import amka, vat

SAMPLES = Path(__file__).parent.parent
RATE_HZ = 16000
VALID: dict[str, Callable[[str], bool]] = {
    "GR_AFM": vat.is_valid,
    "GR_AMKA": amka.is_valid,
    "IBAN_CODE": iban.is_valid,
    "RF_PAYMENT_CODE": iso11649.is_valid,
    "CREDIT_CARD": lambda number: luhn.is_valid(number.replace(" ", "")),
}


def plain(path: Path) -> str:
    """What a reader of the file sees; of a mail, chosen headers and every part."""
    raw = path.read_bytes()
    if path.suffix != ".eml":
        return html.unescape(raw.decode()) if path.suffix == ".html" else raw.decode()
    mail = message_from_bytes(raw, _class=EmailMessage, policy=default)
    parts = [part.get_content() for part in mail.walk() if not part.is_multipart()]
    return "\n".join([str(mail["From"]), str(mail["Subject"]), *parts])


def check_text(gold: dict[str, Any], path: Path) -> Iterator[str]:
    """Every datum in the order of the gold."""
    text, at = plain(path), 0
    for item in gold["pii"]:
        found = text.find(item["text"], at)
        if found < 0:
            yield f"no {item['type']} after character {at}"
        else:
            at = found + len(item["text"])


def check_screen(gold: dict[str, Any], path: Path) -> Iterator[str]:
    """The size, and contrast in every box."""
    with Image.open(path) as image:
        grey = np.asarray(image.convert("L"))
    if grey.shape != (gold["height"], gold["width"]):
        yield "wrong size"
    for left, top, right, bottom in [box for item in gold["pii"] for box in item["boxes"]] + [
        w["box"] for w in gold["words"]
    ]:
        if np.ptp(grey[top:bottom, left:right]) < 40:
            yield f"no ink at {left},{top}"


def check_call(gold: dict[str, Any], path: Path) -> Iterator[str]:
    """Length, channels, and sound inside but not just outside the times of every datum."""
    command = ["ffmpeg", "-nostdin", "-v", "error", "-i", str(path), "-ar", str(RATE_HZ), "-f", "f32le", "-"]
    raw = subprocess.run(command, check=True, capture_output=True).stdout
    samples = np.abs(np.frombuffer(raw, np.float32).reshape(-1, gold["channels"]))
    if abs(len(samples) / RATE_HZ - gold["duration"]) > 0.05:
        yield "wrong length"
    for item in gold["pii"]:
        start, end = int(item["start"] * RATE_HZ), int(item["end"] * RATE_HZ)
        sound, edge = samples[:, item["channel"]], RATE_HZ * 6 // 100
        outside = max(sound[start - edge : start].mean(), sound[end : end + edge].mean())
        if min(sound[start : start + 2 * edge].mean(), sound[end - 2 * edge : end].mean()) < 5 * outside:
            yield f"{item['type']} is not at {item['start']}"


def main() -> int:
    """Check all folders."""
    wrong = 0
    for folder, check in {"texts": check_text, "screens": check_screen, "calls": check_call}.items():
        golds = sorted((SAMPLES / "gold" / folder).glob("*.json"))
        data = 0
        for source in golds:
            gold = json.loads(source.read_text(encoding="utf-8"))
            name = gold.get("audio") or gold.get("image") or source.stem
            complaints = list(check(gold, SAMPLES / folder / name))
            written = [i for i in gold["pii"] if i["type"] in VALID and any(c.isdigit() for c in i["text"])]
            complaints += [f"{i['type']} fails its check" for i in written if not VALID[i["type"]](i["text"])]
            for complaint in complaints:
                print(f"{name}: {complaint}")
            wrong, data = wrong + len(complaints), data + len(gold["pii"])
        if len(golds) != sum(1 for p in (SAMPLES / folder).iterdir() if p.is_file()):
            print(f"{folder}: a file without gold, or gold without a file")
            wrong += 1
        print(f"{folder}: {len(golds)} files, {data} data")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
