"""What is installed: engines, versions, model digests, and what to install for the rest. Nothing heavy is imported."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version

from redactor.engines.models import catalogue


@dataclass(frozen=True, slots=True)
class EngineRow:
    """One engine."""

    name: str
    job: str
    version: str
    """Empty when it is not here."""
    model: str
    """Model name, digest (first 12 hex digits) and state; empty when it has none."""
    remedy: str
    """What to run to install it."""
    needed: bool
    """False for second choices, which the default policy does without."""

    def as_dict(self) -> dict[str, object]:
        """Plain JSON types."""
        return asdict(self)


_PACKAGES = (
    ("faster-whisper", "hears calls (default)", "whisper-base", "asr", True),
    ("openai-whisper", "hears calls (second)", "whisper-base-openai", "openai-whisper", False),
    ("tesserocr", "reads screens (default)", "tesseract-ell", "ocr", True),
    ("pytesseract", "reads screens (fallback)", "tesseract-ell", "ocr", False),
    ("zxing-cpp", "decodes QR codes and bar codes", "", "marks", True),
    ("onnxruntime", "runs the name model and finds faces", "centerface", "marks", True),
    ("presidio-analyzer", "finds personal data", "", "", True),
    ("presidio-anonymizer", "replaces personal data in text", "", "", True),
    ("spacy", "English names, tokens", "en_core_web_sm", "ner", True),
    ("pillow", "opens and writes pictures", "", "", True),
    ("pypdfium2", "draws the pages of PDF", "", "pdf", True),
    ("ffmpeg-python", "drives ffmpeg", "", "", True),
    ("av", "decodes and encodes AMR", "", "asr", False),
    ("phonenumbers", "telephone numbers", "", "", True),
    ("python-stdnum", "check digits", "", "", True),
)
_PROGRAMS = (
    ("ffmpeg", "decodes and encodes sound", ("-version",), "apt-get install ffmpeg"),
    ("ffprobe", "looks at sound files", ("-version",), "apt-get install ffmpeg"),
    ("tesseract", "engine behind pytesseract", ("--version",), "apt-get install tesseract-ocr tesseract-ocr-ell"),
)


def inventory() -> list[EngineRow]:
    """All engines that the product can use, present or not."""
    rows = []
    for name, job, model, extra, needed in _PACKAGES:
        package = f"redactor[{extra}]" if extra else "redactor"
        rows.append(EngineRow(name, job, _version(name), _model(model), f'pip install "{package}"', needed))
    for name, job, option, remedy in _PROGRAMS:
        rows.append(EngineRow(name, job, _program(name, option), "", remedy, name != "tesseract"))
    return rows


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _program(name: str, option: tuple[str, ...]) -> str:
    if (path := shutil.which(name)) is None:
        return ""
    shown = subprocess.run([path, *option], capture_output=True, text=True, check=False, timeout=30)
    first = (shown.stdout or shown.stderr).splitlines()[:1]
    words = first[0].split() if first else []
    return next((word for word in words if word[:1].isdigit()), "unknown")


def _model(name: str) -> str:
    if not name:
        return ""
    model = catalogue()[name]
    digest = next((file.sha256[:12] for file in model.files if file.sha256), "")
    return " ".join(part for part in (name, digest, model.state()) if part)
