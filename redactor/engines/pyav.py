"""Sound through the libraries inside PyAV: another decoder than the ffmpeg program that wrote an output."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from redactor.engines.audio_format import DEMUXERS
from redactor.engines.finite import finite
from redactor.errors import MediaError, MissingEngineError

if TYPE_CHECKING:
    from numpy.typing import NDArray

_INSTALL = "the second decoder of sound is missing; install it: pip install 'redactor[asr]'"
_BLOCK_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Decoded:
    """What the decoder says of a sound before it is decoded."""

    rate_hz: int
    channels: int
    codec: str
    """FFmpeg's name of the codec, for example `pcm_mulaw`."""


def described(path: Path, format: str) -> Decoded:
    """The one sound track of `path`, which claims to be `format` (a key of `audio_format.DEMUXERS`).

    Raises `MediaError` (`UNREADABLE`, `NO_AUDIO`), `MissingEngineError` without PyAV.
    """
    av = _av()
    try:
        with _opened(av, path, format) as container:
            stream = _sound(container)
            context = stream.codec_context
            return Decoded(int(context.sample_rate), int(context.channels), str(context.codec.canonical_name))
    except av.error.FFmpegError:
        raise MediaError("the second decoder cannot open the recording", reason="UNREADABLE") from None


def blocks(path: Path, format: str, *, rate_hz: int | None = None) -> Generator[NDArray[np.float32], None, None]:
    """The sound of `path` in blocks of about ten seconds, shape (n, channels), -1..1, at `rate_hz` or its own rate.

    Raises as `described`, and `MediaError` (`UNREADABLE`) when it breaks off, or holds a sample
    that is no number.
    """
    av = _av()
    held: list[NDArray[np.float32]] = []
    size = 0
    try:
        with _opened(av, path, format) as container:
            stream = _sound(container)
            resampler: Any = None
            for frame in container.decode(stream):
                if resampler is None:
                    resampler = av.AudioResampler(format="fltp", layout=frame.layout, rate=rate_hz or frame.sample_rate)
                # Frames follow each other without a gap, as in every player.
                frame.pts = None
                for part in resampler.resample(frame):
                    held.append(part.to_ndarray().T.astype(np.float32, copy=False))
                    size += len(held[-1])
                if size >= _BLOCK_SECONDS * (rate_hz or frame.sample_rate):
                    yield finite(np.concatenate(held))
                    held, size = [], 0
            if resampler is not None:
                held += [part.to_ndarray().T.astype(np.float32, copy=False) for part in resampler.resample(None)]
    except av.error.FFmpegError:
        raise MediaError("the second decoder cannot read the recording to its end", reason="UNREADABLE") from None
    if held:
        yield finite(np.concatenate(held))


def _opened(av: Any, path: Path, format: str) -> Any:
    return av.open(
        f"file:{path.absolute()}",
        format=DEMUXERS[format],
        options={"protocol_whitelist": "file"},
        metadata_errors="ignore",
    )


def _sound(container: Any) -> Any:
    if not container.streams.audio:
        raise MediaError("the recording has no sound", reason="NO_AUDIO")
    return container.streams.audio[0]


def _av() -> Any:
    try:
        import av
    except ImportError:
        raise MissingEngineError(_INSTALL, reason="NO_ENGINE") from None
    return av
