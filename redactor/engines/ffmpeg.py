"""Sound files through the ffmpeg and ffprobe programs; the `ffmpeg-python` package builds the command lines.

The demuxer is always named, so that a playlist or a text with the name of a recording is refused; only local files and
pipes may be opened; programs are ended with the block that started them, whatever happens. What the programs say on
their error output is never passed on, because it quotes file names and tags.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Literal

import numpy as np

from redactor.errors import EngineError, MediaError, MissingEngineError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Block = NDArray[np.floating[Any]]
    """Sound of all channels, -1..1, shape (n, channels)."""

SPEECH_RATE_HZ = 16_000
"""The rate that speech engines take."""
BLOCK_SECONDS = 10

_DEMUXERS = {"wav": "wav", "mp3": "mp3", "m4a": "mov", "ogg": "ogg", "opus": "ogg", "flac": "flac"}
_MUXERS = {"wav": "wav", "mp3": "mp3", "m4a": "ipod", "ogg": "ogg", "opus": "opus", "flac": "flac"}
FORMATS = frozenset(_DEMUXERS)
"""The formats of `Media.format` that are read and written here."""
_ENCODERS = {
    "mp3": "libmp3lame",
    "opus": "libopus",
    "vorbis": "libvorbis",
    "speex": "libspeex",
    "gsm_ms": "libgsm_ms",
    "aac": "aac",
    "alac": "alac",
    "flac": "flac",
    "adpcm_ms": "adpcm_ms",
    "adpcm_ima_wav": "adpcm_ima_wav",
    **{f"pcm_{kind}": f"pcm_{kind}" for kind in ("u8", "s16le", "s24le", "s32le", "f32le", "f64le", "mulaw", "alaw")},
}
_RATED = frozenset({"mp3", "opus", "vorbis", "speex", "aac"})
"""Codecs with a bit rate to choose."""
_LOSSY = _RATED | {"gsm_ms", "adpcm_ms", "adpcm_ima_wav"}
_WIDE = frozenset({"pcm_s32le", "pcm_f64le"})
# What the muxers write by themselves, with the only values that they may have in a file of ours.
_STRUCTURAL_TAGS = {
    "major_brand": {"M4A "},
    "minor_version": {"512"},
    "compatible_brands": {"M4A isomiso2", "isomiso2", "M4A mp42isom"},
    "handler_name": {"SoundHandler"},
    "vendor_id": {"[0][0][0][0]"},
    "language": {"und"},
    "encoder": {"Lavc libopus", "Lavc libvorbis", "Lavc libspeex", "Lavf lame"},
}
_PROBE_SECONDS = 60
_RIFF_BYTES = 4_000_000_000
"""A longer WAV file needs the 64-bit form."""


@dataclass(frozen=True, slots=True)
class AudioInfo:
    """What a sound file is, as far as its header tells."""

    container: str
    """Canonical format: `wav`, `mp3`, `m4a`, `ogg`, `opus`, `flac`."""
    codec: str
    """ffmpeg's name of the codec, for example `pcm_mulaw`."""
    sample_rate_hz: int
    channels: int
    duration_ms: int
    """As the header claims, rounded up; 0 when it does not say."""
    bit_rate: int
    """Bits per second of the stream (or of the file); 0 when unknown."""
    sample_format: str
    """ffmpeg's name of the decoded samples, for example `s16`."""
    bits: int
    """Significant bits of a sample; 0 when the codec has none."""
    tags: tuple[str, ...] = field(default=(), repr=False)
    """Names of tags that say more than the container needs (values are never kept)."""
    other_streams: int = 0
    """Pictures, video, subtitles, data: everything that is not the one audio stream."""

    @property
    def lossy(self) -> bool:
        """True when decoding and encoding again changes the sound."""
        return self.codec in _LOSSY


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
        _DEMUXERS[format],
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
    found = json.loads(answer)
    sounds = [stream for stream in found["streams"] if stream.get("codec_type") == "audio"]
    if not sounds:
        raise MediaError("the file has no audio stream", reason="NO_AUDIO")
    if len(sounds) > 1:
        raise MediaError(
            f"the file has {len(sounds)} audio streams; split it, one recording each", reason="SEVERAL_STREAMS"
        )
    return _info(sounds[0], found, format)


def decode(path: Path, info: AudioInfo, *, rate_hz: int | None = None) -> Generator[Block, None, None]:
    """The sound of `path` in blocks of ten seconds, shape (n, channels), -1..1, in constant memory.

    Args:
        path: the recording that `info` describes.
        info: from `probe`.
        rate_hz: resample to this rate; by default the sound keeps its own.

    Raises:
        MediaError: the decoder gave up, or there was no sound at all.
    """
    import ffmpeg

    wide = info.codec in _WIDE
    dtype: np.dtype[np.floating[Any]] = np.dtype(np.float64 if wide else np.float32)
    raw = "f64le" if wide else "f32le"
    rate = rate_hz or info.sample_rate_hz
    source = ffmpeg.input(
        _url(path),
        f=_DEMUXERS[info.container],
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
            yield np.frombuffer(data[:whole], dtype).reshape(-1, info.channels).copy()
        process.wait()
    if process.returncode:
        raise MediaError(f"decoding stopped after {total / width / rate:.1f} s", reason="UNREADABLE")
    if not total:
        raise MediaError("the recording holds no sound", reason="NO_AUDIO")


@contextmanager
def encoder(target: Path, info: AudioInfo) -> Iterator[Callable[[Block], None]]:
    """A function that takes blocks and writes them to `target` in the form that `info` describes.

    Container, codec family, rate and channels stay; the bit rate is as near as the encoder can; nothing but the sound
    is written. `target` is removed again when the block is left by an exception. Raises `EngineError`.
    """
    import ffmpeg

    raw = "f64le" if info.codec in _WIDE else "f32le"
    dtype = np.float64 if info.codec in _WIDE else np.float32
    source = ffmpeg.input(
        "pipe:0",
        f=raw,
        ar=info.sample_rate_hz,
        ac=info.channels,
        protocol_whitelist="file,pipe",
        v="quiet",
        hide_banner=None,
    )
    command = source.output(_url(target), **_settings(info)).compile(overwrite_output=True)
    try:
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
    except BaseException:
        if target.is_file() or target.is_symlink():
            target.unlink()
        raise


def _settings(info: AudioInfo) -> dict[str, Any]:
    settings: dict[str, Any] = {
        "format": _MUXERS[info.container],
        "acodec": _ENCODERS[info.codec],
        "map_metadata": -1,
        "map_chapters": -1,
        "fflags": "+bitexact",
        "flags:a": "+bitexact",
    }
    if info.container == "wav" and info.duration_ms * info.bit_rate / 8000 > _RIFF_BYTES:
        settings["rf64"] = "always"
    if info.container == "mp3":
        settings |= {"id3v2_version": 0, "write_id3v1": 0}
    if info.codec == "flac":
        settings["sample_fmt"] = "s16" if info.sample_format == "s16" else "s32"
    if info.codec in _RATED and info.bit_rate:
        settings["b:a"] = _bit_rate(info)
    if info.codec == "opus":
        # Stereo telephone calls are two voices: phase tricks between the channels would mix them.
        settings |= {"mapping_family": 0 if info.channels <= 2 else 1, "apply_phase_inv": 0}
    return settings


def _bit_rate(info: AudioInfo) -> int:
    low, high = {"opus": (6_000, 256_000), "mp3": (8_000, 320_000)}.get(info.codec, (4_000, 512_000))
    ceiling = high * info.channels if info.codec == "opus" else high
    return max(low, min(ceiling, info.bit_rate))


def _info(stream: Mapping[str, Any], found: Mapping[str, Any], format: str) -> AudioInfo:
    codec = str(stream.get("codec_name", ""))
    if codec not in _ENCODERS:
        raise MediaError(f"sound coded as {codec or 'something unknown'} is not supported", reason="UNSUPPORTED_CODEC")
    header = found.get("format", {})
    rate, channels = int(stream.get("sample_rate", 0)), int(stream.get("channels", 0))
    if not rate or not channels:
        raise MediaError(f"the file is not a readable {format} recording", reason="UNREADABLE")
    if rate < 1000 or channels > 8:
        raise MediaError(
            f"{channels} channels at {rate} Hz: 1 to 8 channels from 1000 Hz are supported", reason="UNSUPPORTED_FORMAT"
        )
    seconds = float(stream.get("duration") or header.get("duration") or 0)
    tags = [tag for part in (header, *found["streams"]) for tag in _telling(part.get("tags", {}))]
    return AudioInfo(
        container=format,
        codec=codec,
        sample_rate_hz=rate,
        channels=channels,
        duration_ms=max(0, -int(-seconds * 1000 // 1)),
        bit_rate=int(stream.get("bit_rate") or header.get("bit_rate") or 0),
        sample_format=str(stream.get("sample_fmt", "")).removesuffix("p"),
        bits=int(stream.get("bits_per_raw_sample") or stream.get("bits_per_sample") or 0),
        tags=(*sorted(tags), *("chapter" for _ in found.get("chapters", ()))),
        other_streams=len(found["streams"]) - 1,
    )


def _telling(tags: Mapping[str, str]) -> Iterator[str]:
    for name, value in tags.items():
        if value not in _STRUCTURAL_TAGS.get(name.lower(), ()):
            yield name.lower()


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
