"""Sound files through the ffmpeg and ffprobe programs; the `ffmpeg-python` package builds the command lines.

The demuxer is always named, so that a playlist or a text with the name of a recording is refused; only local files and
pipes may be opened; programs are ended with the block that started them, whatever happens. What the programs say on
their error output is never passed on, because it quotes file names and tags.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Literal

import numpy as np

from redactor.engines import amr
from redactor.engines.audio_format import DEMUXERS, FORMATS, AudioInfo, described, settings
from redactor.engines.finite import finite
from redactor.errors import EngineError, MediaError, MissingEngineError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Block = NDArray[np.floating[Any]]
    """Sound of all channels, -1..1, shape (n, channels)."""

__all__ = ["FORMATS", "SPEECH_RATE_HZ", "AudioInfo", "Block", "decode", "encoder", "pictures", "probe"]

SPEECH_RATE_HZ = 16_000
"""The rate that speech engines take."""
BLOCK_SECONDS = 10

_PROBE_SECONDS = 60


def probe(path: Path, format: str) -> AudioInfo:
    """Read the header of `path`, which claims to be `format` (one of `FORMATS`).

    Raises `MediaError` for a file that is not what it claims, has no sound, or several sound tracks, and
    `MissingEngineError` without the ffprobe program.
    """
    if format not in FORMATS:
        raise MediaError(
            f"sound in this format is not supported; supported: {', '.join(sorted(FORMATS))}",
            reason="UNSUPPORTED_FORMAT",
        )
    command = [
        "ffprobe",
        "-v",
        "error",
        "-protocol_whitelist",
        "file,pipe",
        "-f",
        DEMUXERS[format],
        "-show_streams",
        "-show_format",
        "-show_chapters",
        "-of",
        "json",
        _url(path),
    ]
    with _running(command, stdout=subprocess.PIPE) as process:
        try:
            answer, _ = process.communicate(timeout=_PROBE_SECONDS)
        except subprocess.TimeoutExpired:
            raise MediaError("the header of the recording could not be read in a minute", reason="UNREADABLE") from None
    if process.returncode:
        raise MediaError(f"the file is not a readable {format} recording", reason="UNREADABLE")
    return described(json.loads(answer), format)


def decode(path: Path, info: AudioInfo, *, rate_hz: int | None = None) -> Generator[Block, None, None]:
    """The sound of `path` in blocks of ten seconds, shape (n, channels), -1..1, in constant memory.

    Args:
        path: the recording that `info` describes.
        info: from `probe`.
        rate_hz: resample to this rate; by default the sound keeps its own.

    Raises:
        MediaError: the decoder gave up, there was no sound at all, or a sample that is no number.
    """
    if info.container == "amr":
        yield from amr.decode(path, BLOCK_SECONDS, rate_hz or info.sample_rate_hz)
        return
    import ffmpeg

    dtype: np.dtype[np.floating[Any]] = np.dtype(np.float64 if info.wide else np.float32)
    raw = "f64le" if info.wide else "f32le"
    rate = rate_hz or info.sample_rate_hz
    source = ffmpeg.input(
        _url(path),
        f=DEMUXERS[info.container],
        protocol_whitelist="file,pipe",
        nostdin=None,
        v="quiet",
        hide_banner=None,
    )
    command = source["a:0"].output("pipe:1", format=raw, acodec=f"pcm_{raw}", ar=rate).compile()
    width = info.channels * dtype.itemsize
    total = 0
    with _running(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as process:
        output = _pipe(process.stdout)
        while data := output.read(BLOCK_SECONDS * rate * width):
            whole = len(data) // width * width
            total += whole
            yield finite(np.frombuffer(data[:whole], dtype).reshape(-1, info.channels).copy())
        process.wait()
    if process.returncode:
        raise MediaError(f"decoding stopped after {total / width / rate:.1f} s", reason="UNREADABLE")
    if not total:
        raise MediaError("the recording holds no sound", reason="NO_AUDIO")


def pictures(
    path: Path, container: str, size: tuple[int, int], wanted: Sequence[int]
) -> Generator[NDArray[np.uint8], None, None]:
    """Frames of a video, RGB as a viewer shows them, shape (height, width, 3), one at a time.

    Args:
        path: the video.
        container: as in `Media.format`.
        size: height and width in pixels; other frames are an error.
        wanted: indices of the frames to come, ascending.

    Raises:
        MediaError: the decoder gave up before the last of them.
    """
    import ffmpeg

    if not wanted:
        return
    source = ffmpeg.input(
        _url(path), f=DEMUXERS[container], protocol_whitelist="file,pipe", nostdin=None, v="quiet", hide_banner=None
    )
    shown = source["v:0"]
    if len(wanted) <= wanted[-1]:
        shown = shown.filter("select", "+".join(f"eq(n,{number})" for number in wanted))
    command = shown.output("pipe:1", format="rawvideo", pix_fmt="rgb24", fps_mode="passthrough").compile()
    height, width = size
    length = 3 * height * width
    with _running(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as process:
        output = _pipe(process.stdout)
        for number in wanted:
            data = output.read(length)
            if len(data) < length:
                raise MediaError(f"another decoder cannot read frame {number}", reason="UNREADABLE")
            yield np.frombuffer(data, np.uint8).reshape(height, width, 3)


@contextmanager
def encoder(target: Path, info: AudioInfo) -> Iterator[Callable[[Block], None]]:
    """A function that takes blocks and writes them to `target` in the form that `info` describes.

    Container, codec family, rate and channels stay; the bit rate is as near as the encoder can; nothing but the sound
    is written. `target` is removed again when the block is left by an exception. Raises `EngineError`.
    """
    writing = amr.encoder(target) if info.container == "amr" else _encoding(target, info)
    left = info.padding
    try:
        with writing as put:

            def write(block: Block) -> None:
                nonlocal left
                put(block[left:])
                left -= min(left, len(block))

            yield write
    except BaseException:
        if target.is_file() or target.is_symlink():
            target.unlink()
        raise


@contextmanager
def _encoding(target: Path, info: AudioInfo) -> Iterator[Callable[[Block], None]]:
    import ffmpeg

    raw = "f64le" if info.wide else "f32le"
    dtype = np.float64 if info.wide else np.float32
    source = ffmpeg.input(
        "pipe:0",
        f=raw,
        ar=info.sample_rate_hz,
        ac=info.channels,
        protocol_whitelist="file,pipe",
        v="quiet",
        hide_banner=None,
    )
    command = source.output(_url(target), **settings(info)).compile(overwrite_output=True)
    with _running(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as process:
        stdin = _pipe(process.stdin)

        def write(block: Block) -> None:
            stdin.write(np.ascontiguousarray(block, dtype=dtype).tobytes())

        try:
            yield write
            stdin.close()
        except BrokenPipeError:
            raise EngineError("the encoder stopped; is the disk full?", reason="ENCODE_FAILED") from None
        process.wait()
    if process.returncode:
        raise EngineError(f"the encoder for {info.codec} failed; is the disk full?", reason="ENCODE_FAILED")


def _url(path: Path) -> str:
    # With the protocol in front no name can look like an option or like another protocol.
    return f"file:{path.absolute()}"


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise EngineError("the program was started without its pipe", reason="INTERNAL")
    return pipe


@contextmanager
def _running(
    command: list[str], *, stdin: int = subprocess.DEVNULL, stdout: int | Literal[-3] = subprocess.DEVNULL
) -> Iterator[subprocess.Popen[bytes]]:
    try:
        process = subprocess.Popen(command, stdin=stdin, stdout=stdout, stderr=subprocess.DEVNULL)
    except FileNotFoundError:
        raise MissingEngineError(
            f"the {command[0]} program is missing; install it, for example: apt-get install ffmpeg", reason="NO_FFMPEG"
        ) from None
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None and not pipe.closed:
                try:
                    pipe.close()
                except BrokenPipeError:
                    # The program ended before it had read everything: its exit code tells why.
                    continue
        process.wait()
