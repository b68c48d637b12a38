"""Gold and outputs for tests: texts with their data marked, a call made of noise, a screen with drawn words."""

from __future__ import annotations

import json
import re
import subprocess
import wave
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"
RATE_HZ, CALL_S = 16_000, 6.0
SPOKEN = ((1, 2.0, 3.0), (0, 4.5, 5.2))
"""Channel, start and end (seconds) of the data of the call."""
SIZE, NAME_BOX, PHONE_BOX, WORD_BOX = (320, 120), (20, 20, 120, 40), (20, 60, 150, 80), (200, 20, 290, 40)


def marked(text: str, item: str = "t1", **more: object) -> dict[str, object]:
    """A record of gold from a text with its data marked, as in `I am {PERSON|Anna}.`; `{~|...}` is neutral."""
    plain, data, neutral = "", [], []
    for piece in re.split(r"(\{[^|{}]+\|[^{}]+\})", text):
        if not piece.startswith("{"):
            plain += piece
            continue
        kind, value = piece[1:-1].split("|")
        span = {"start": len(plain), "end": len(plain) + len(value)}
        plain += value
        if kind == "~":
            neutral.append(span)
        else:
            data.append({"type": kind, **span, "text": value})
    return {"id": item, "text": plain, "pii": data, "neutral": neutral, **more}


def write_lines(path: Path, records: list[dict[str, object]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records), encoding="utf-8")
    return path


def call(channels: int = 2) -> NDArray[np.float32]:
    """Noise with syllables, shape (n, channels): it sounds all the time, and no stretch is like another."""
    noise = np.random.default_rng(7).standard_normal((int(CALL_S * RATE_HZ), channels))
    at = np.arange(len(noise)) / RATE_HZ
    return (0.1 * noise * (1.2 + np.sin(2 * np.pi * 4 * at))[:, None]).astype(np.float32)


def without(sound: NDArray[np.float32], *stretches: tuple[int, float, float]) -> NDArray[np.float32]:
    """The sound with stretches (channel, start, end in seconds) silent."""
    bare = sound.copy()
    for channel, start, end in stretches:
        bare[int(start * RATE_HZ) : int(end * RATE_HZ), channel] = 0
    return bare


def write_call(path: Path, sound: NDArray[np.float32]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(sound.shape[1])
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes((np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes())
    return path


def call_gold(folder: Path, **more: object) -> Path:
    """The call and its gold in a folder."""
    write_call(folder / "one.wav", call())
    data = [
        {"type": "PERSON", "text": "Ελένη Παππά", "spoken": "Ελένη Παππά", "channel": 1, "start": 2.0, "end": 3.0},
        {
            "type": "PHONE_NUMBER",
            "text": "6971234567",
            "spoken": "εξήντα εννέα",
            "channel": 0,
            "start": 4.5,
            "end": 5.2,
        },
    ]
    speech = [{"text": "Καλημέρα σας, τι θα θέλατε;", "channel": 0, "start": 0.1, "end": 1.5}]
    body = {"audio": "one.wav", "language": "el", "form": "wav", "duration": CALL_S, "channels": 2, "pii": data}
    (folder / "one.json").write_text(json.dumps({**body, "speech": speech, **more}), encoding="utf-8")
    return folder


def screen() -> Image.Image:
    """A name, a number, and a word that is not personal."""
    image = Image.new("RGB", SIZE, "#f4f4f4")
    draw, font = ImageDraw.Draw(image), ImageFont.truetype(FONT, 15)
    for text, box in (("Anna Jones", NAME_BOX), ("6971 234 567", PHONE_BOX), ("Invoices", WORD_BOX)):
        draw.text((box[0] + 2, box[1] + 1), text, "#202020", font)
    return image


def filled(image: Image.Image, *boxes: tuple[int, int, int, int]) -> Image.Image:
    image = image.copy()
    for box in boxes:
        image.paste((0, 0, 0), box)
    return image


def screen_body(**more: object) -> dict[str, object]:
    data = [
        {"type": "PERSON", "text": "Anna Jones", "boxes": [NAME_BOX]},
        {"type": "PHONE_NUMBER", "text": "6971 234 567", "boxes": [PHONE_BOX]},
    ]
    words = [{"text": "Invoices", "box": WORD_BOX}]
    return {"width": SIZE[0], "height": SIZE[1], "language": ["en"], "pii": data, "words": words, **more}


def screen_gold(folder: Path, **more: object) -> Path:
    """The screen and its gold in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    screen().save(folder / "card.png")
    body = {"image": "card.png", "scene": "crm", **screen_body(non_text_pii=[]), **more}
    (folder / "card.json").write_text(json.dumps(body), encoding="utf-8")
    return folder


def write_video(path: Path, frames: list[Image.Image], fps: int = 5) -> Path:
    """The frames as H.264, nearly without loss."""
    path.parent.mkdir(parents=True, exist_ok=True)
    raw = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{SIZE[0]}x{SIZE[1]}", "-r", str(fps), "-i", "-"]
    command = ["ffmpeg", "-v", "error", "-y", *raw, "-c:v", "libx264", "-crf", "8", "-pix_fmt", "yuv420p", str(path)]
    subprocess.run(command, input=b"".join(frame.tobytes() for frame in frames), check=True)
    return path


def video_gold(folder: Path, count: int = 5) -> Path:
    """A recording of the screen that stands still, and its gold, in a folder."""
    write_video(folder / "film.mp4", [screen()] * count)
    frame = {key: value for key, value in screen_body().items() if key in {"pii", "words"}}
    body = {"video": "film.mp4", "fps": 5, "width": SIZE[0], "height": SIZE[1], "frames": [frame] * count}
    (folder / "film.json").write_text(json.dumps(body), encoding="utf-8")
    return folder
