"""AMR narrow band through PyAV, which holds OpenCORE: the ffmpeg program cannot write it, nor read its pauses (SID).

A file is `#!AMR\\n` and frames of 20 ms (RFC 4867, section 5); the frames are cut here, so that no demuxer is needed.
"""

from __future__ import annotations

import mmap
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from redactor.engines.frames import AMR_MAGIC, amr_frames
from redactor.errors import EngineError, MediaError, MissingEngineError

if TYPE_CHECKING:
    from numpy.typing import NDArray

_RATE_HZ = 8000
_FRAME = 160
"""Samples of a frame."""
_FRAMES_PER_SECOND = 50
_BIT_RATE = 12_200
"""The best mode: each generation of so small a codec loses enough as it is."""
_INSTALL = "the engine for AMR is missing; install it: pip install 'redactor[asr]'"


def decode(path: Path, seconds: int, rate_hz: int) -> Generator[NDArray[np.floating[Any]], None, None]:
    """The sound of `path` at `rate_hz` in blocks of about `seconds`, shape (n, 1), -1..1, in constant memory.

    Raises `MediaError` when a frame cannot be decoded or there is none, `MissingEngineError` without PyAV.
    """
    av = _av()
    codec = _codec(av, "r")
    resampler = av.AudioResampler(format="flt", layout="mono", rate=rate_hz)
    held: list[NDArray[np.float32]] = []
    count = 0
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        for at, size in amr_frames(data):
            try:
                frames = codec.decode(av.Packet(data[at : at + size]))
            except av.error.FFmpegError:
                message = f"decoding stopped after {count / _FRAMES_PER_SECOND:.1f} s"
                raise MediaError(message, reason="UNREADABLE") from None
            held += [part.to_ndarray()[0] for frame in frames for part in resampler.resample(_untimed(frame))]
            count += 1
            if count % (seconds * _FRAMES_PER_SECOND) == 0:
                yield np.concatenate(held)[:, None]
                held = []
    if not count:
        raise MediaError("the recording holds no sound", reason="NO_AUDIO")
    held += [part.to_ndarray()[0] for part in resampler.resample(None)]
    if held:
        yield np.concatenate(held)[:, None]


@contextmanager
def encoder(target: Path) -> Iterator[Callable[[NDArray[np.floating[Any]]], None]]:
    """A function that takes blocks of shape (n, 1) at 8 kHz and writes them to `target`. Raises `EngineError`."""
    av = _av()
    codec = _codec(av, "w")
    rest = np.zeros(0, np.int16)
    try:
        with target.open("wb") as file:

            def write(block: NDArray[np.floating[Any]]) -> None:
                nonlocal rest
                whole = np.rint(np.asarray(block)[:, 0] * 32768).clip(-32768, 32767).astype(np.int16)
                rest = np.concatenate([rest, whole])
                for _ in range(len(rest) // _FRAME):
                    frame = av.AudioFrame.from_ndarray(rest[None, :_FRAME].copy(), format="s16", layout="mono")
                    frame.sample_rate = _RATE_HZ
                    rest = rest[_FRAME:]
                    for packet in codec.encode(frame):
                        file.write(bytes(packet))

            file.write(AMR_MAGIC)
            yield write
            if len(rest):
                write(np.zeros((_FRAME - len(rest), 1), np.float32))
            for packet in codec.encode(None):
                file.write(bytes(packet))
    except OSError:
        raise EngineError("the copy could not be written; is the disk full?", reason="ENCODE_FAILED") from None


def _codec(av: Any, mode: str) -> Any:
    codec = av.CodecContext.create("libopencore_amrnb", mode)
    codec.sample_rate, codec.layout = _RATE_HZ, "mono"
    if mode == "w":
        codec.format, codec.bit_rate = "s16", _BIT_RATE
    return codec


def _untimed(frame: Any) -> Any:
    # Frames follow each other without a gap; times that the decoder makes up would be taken for gaps.
    frame.pts = None
    return frame


def _av() -> Any:
    try:
        import av
    except ImportError:
        raise MissingEngineError(_INSTALL, reason="NO_ENGINE") from None
    return av
