"""The pack through the product, by the library and with its real engines."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from benchmarks.bar import calls, screens, texts
from benchmarks.bar.judged import Judged
from benchmarks.bar.pack import SAMPLES, Item
from redactor.errors import WithheldError
from redactor.library import Redactor


def judge(item: Item, redactor: Redactor, folder: Path, demo: Path) -> Judged:
    """Redact one item into `folder` and judge what came out.

    Samples are not redacted again: their copies are taken from the outputs of the nightly job in `demo`.
    """
    if item.source is None:
        return texts.judge(item, redact(redactor, str(item.gold["text"])))
    if item.sample:
        output = demo / item.source.parent.name / item.source.name
    else:
        output = folder / item.source.name
        try:
            redactor.redact_file(item.source, folder)
        except WithheldError:
            output.unlink(missing_ok=True)
    return calls.judge(item, output) if item.group == "calls" else screens.judge(item, output)


def redact(redactor: Redactor, text: str) -> str | None:
    """The redacted text, or None when it is withheld."""
    try:
        return redactor.redact_text(text).text
    except WithheldError:
        return None


def demo(folder: Path, *, threads: int = 2) -> subprocess.CompletedProcess[str]:
    """The nightly job on the samples, as `make demo` runs it, with everything in `folder`; outputs are in its `out`."""
    configured = (SAMPLES / "redactor.toml").read_text(encoding="utf-8").replace("../out", f"{folder}/out")
    for name in ("calls", "screens", "texts"):
        configured = configured.replace(f'source = "{name}"', f'source = "{SAMPLES / name}"')
    configured = configured.replace("[models]", f"[models]\nthreads = {threads}")
    config = folder / "redactor.toml"
    config.write_text(configured, encoding="utf-8")
    command = [sys.executable, "-m", "redactor", "batch", "--config", str(config)]
    return subprocess.run(command, capture_output=True, text=True, cwd=SAMPLES.parent, check=False, timeout=900)
