"""What a sound file is, and which forms of sound are read and written here: containers, codecs, settings of encoders.

Only what can be written again in the same form is taken: a recording that would come out as something else is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from redactor.errors import MediaError

DEMUXERS = {
    "wav": "wav",
    "mp3": "mp3",
    "m4a": "mov",
    "ogg": "ogg",
    "opus": "ogg",
    "flac": "flac",
    "amr": "amr",
    "aac": "aac",
    "mka": "matroska",
    "mkv": "matroska",
    "webm": "matroska",
    "mp4": "mov",
    "mov": "mov",
    "avi": "avi",
}
"""Format of `Media.format` -> the one demuxer of ffmpeg that may open it."""
FORMATS = frozenset(DEMUXERS)
"""The formats of `Media.format` that are read and written here."""
MUXERS = DEMUXERS | {"m4a": "ipod", "opus": "opus", "aac": "adts", "webm": "webm", "mp4": "mp4"}
_ENCODERS = {
    "mp3": "libmp3lame",
    "opus": "libopus",
    "vorbis": "libvorbis",
    "speex": "libspeex",
    "gsm_ms": "libgsm_ms",
    "amr_nb": "libopencore_amrnb",
    **{same: same for same in ("aac", "ac3", "alac", "flac", "adpcm_ms", "adpcm_ima_wav")},
    **{f"pcm_{kind}": f"pcm_{kind}" for kind in ("u8", "s8", "mulaw", "alaw")},
    **{f"pcm_{kind}{end}": f"pcm_{kind}{end}" for kind in ("s16", "s24", "s32", "f32", "f64") for end in ("le", "be")},
}
_PICTURES = ("libx264", "libx265", "libvpx", "libvpx-vp9", "libsvtav1", "mpeg4", "mjpeg", "ffv1", "png")
_PCM = frozenset(codec for codec in _ENCODERS if codec.startswith("pcm_"))
_MATROSKA = (_PCM - {"pcm_s8", "pcm_f32be", "pcm_f64be"}) | {"aac", "ac3", "alac", "flac", "mp3", "opus", "vorbis"}
_WRITABLE: dict[str, frozenset[str]] = {
    "m4a": frozenset({"aac", "alac"}),
    "amr": frozenset({"amr_nb"}),
    "aac": frozenset({"aac"}),
    "webm": frozenset({"opus", "vorbis"}),
    "mka": _MATROSKA,
    "mkv": _MATROSKA,
    "mp4": frozenset({"aac", "ac3", "alac", "flac", "mp3", "opus", "vorbis"}),
    "mov": _PCM | {"aac", "ac3", "alac", "mp3"},
    "avi": frozenset(codec for codec in _PCM if not codec.endswith(("be", "s8")))
    | {"aac", "ac3", "adpcm_ima_wav", "adpcm_ms", "gsm_ms", "mp3"},
}
"""What the muxer of a container takes, where that is less than all encoders."""
_RATED = frozenset({"mp3", "opus", "vorbis", "speex", "aac", "ac3"})
"""Codecs with a bit rate to choose."""
LOSSY = _RATED | {"gsm_ms", "adpcm_ms", "adpcm_ima_wav", "amr_nb"}
"""Codecs that change the sound each time."""
_WIDE = frozenset({"pcm_s32le", "pcm_s32be", "pcm_f64le", "pcm_f64be"})
_PADDING = {"aac": 1024, "mp3": 1105, "ac3": 256}
"""Samples of silence that an encoder puts before the sound (LAME: 576, and 529 of every decoder)."""
_UNTRIMMED = frozenset({"aac", "mka", "mkv", "avi"})
"""Containers that do not tell players to leave that silence out (Matroska does from ffmpeg 6 on)."""
# What the muxers write by themselves, with the only values that they may have in a file of ours.
_STRUCTURAL_TAGS = {
    "major_brand": {"M4A ", "isom", "qt  "},
    "minor_version": {"512"},
    "compatible_brands": {
        *("M4A isomiso2", "isomiso2", "M4A mp42isom", "isomiso2mp41", "isomdby1iso2mp41", "qt  "),
        *("isomiso2avc1mp41", "isomav01iso2mp41", "isomiso2av01mp41"),
    },
    "handler_name": {"SoundHandler", "VideoHandler"},
    "vendor_id": {"[0][0][0][0]", "FFMP"},
    "alpha_mode": {"0"},
    "language": {"und"},
    "encoder": {"Lavf", "Lavf lame", *(f"Lavc {name}" for name in (*_ENCODERS.values(), *_PICTURES))},
}
_MATROSKA_LENGTH = re.compile(r"\d\d:\d\d:\d\d\.\d{9}")
"""The length of a track, which the Matroska muxer writes as a tag `DURATION`."""
_RIFF_BYTES = 4_000_000_000
"""A longer WAV file needs the 64-bit form."""


@dataclass(frozen=True, slots=True)
class AudioInfo:
    """What a sound file is, as far as its header tells."""

    container: str
    """Canonical format, one of `FORMATS`."""
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
        return self.codec in LOSSY

    @property
    def wide(self) -> bool:
        """True when single-precision floats cannot hold a sample."""
        return self.codec in _WIDE

    @property
    def padding(self) -> int:
        """Samples per channel that an encoder of this codec puts before the sound and no player leaves out.

        What was decoded from such a file begins with that of its first encoder; as many must be dropped before it is
        encoded again, or the sound would come later in each copy.
        """
        return _PADDING.get(self.codec, 0) if self.container in _UNTRIMMED else 0


def settings(info: AudioInfo) -> dict[str, Any]:
    """Options of the ffmpeg program that write sound in the form of `info`, and nothing else."""
    options: dict[str, Any] = {
        "format": MUXERS[info.container],
        "acodec": _ENCODERS[info.codec],
        "map_metadata": -1,
        "map_chapters": -1,
        "fflags": "+bitexact",
        "flags:a": "+bitexact",
    }
    if info.container == "wav" and info.duration_ms * info.bit_rate / 8000 > _RIFF_BYTES:
        options["rf64"] = "always"
    if info.container == "mp3":
        options |= {"id3v2_version": 0, "write_id3v1": 0}
    if info.codec in ("flac", "alac"):
        planar = "p" if info.codec == "alac" else ""
        options["sample_fmt"] = ("s16" if info.sample_format == "s16" else "s32") + planar
    if info.codec == "flac" and info.container == "mp4":
        options["strict"] = "experimental"
    # Above 50 kHz Vorbis has qualities only.
    if info.codec in _RATED and info.bit_rate and not (info.codec == "vorbis" and info.sample_rate_hz > 50_000):
        options["b:a"] = _bit_rate(info)
    if info.codec == "opus":
        # Stereo telephone calls are two voices: phase tricks between the channels would mix them.
        options |= {"mapping_family": 0 if info.channels <= 2 else 1, "apply_phase_inv": 0}
    return options


def _bit_rate(info: AudioInfo) -> int:
    low, high = {
        "opus": (6_000, 256_000 * info.channels),
        "mp3": (8_000, 320_000),
        # Inside the tables of libvorbis at every rate; it refuses what lies outside.
        "vorbis": (info.sample_rate_hz * info.channels * 11 // 10, info.sample_rate_hz * info.channels * 39 // 10),
    }.get(info.codec, (4_000, 512_000))
    return max(low, min(high, info.bit_rate))


def described(found: Mapping[str, Any], format: str) -> AudioInfo:
    """The form of a recording from what ffprobe `found` in it (its JSON: streams, format, chapters).

    Raises `MediaError`: `NO_AUDIO`, `SEVERAL_STREAMS`, `UNSUPPORTED_CODEC`, `UNSUPPORTED_FORMAT`, `UNREADABLE`.
    """
    sounds = [stream for stream in found["streams"] if stream.get("codec_type") == "audio"]
    if not sounds:
        raise MediaError(
            "the file has no sound, and of a video only the sound is kept; save the pictures that you need as png",
            reason="NO_AUDIO",
        )
    if len(sounds) > 1:
        raise MediaError(
            f"the file has {len(sounds)} audio streams; split it, one recording each", reason="SEVERAL_STREAMS"
        )
    stream = sounds[0]
    codec = str(stream.get("codec_name", ""))
    if codec not in _WRITABLE.get(format, _ENCODERS) or codec not in _ENCODERS:
        raise MediaError(
            f"sound coded as {codec or 'something unknown'} cannot be written into a {format} file here; "
            "convert the recording, for example to wav",
            reason="UNSUPPORTED_CODEC",
        )
    header = found.get("format", {})
    rate, channels = int(stream.get("sample_rate", 0)), int(stream.get("channels", 0))
    if not rate or not channels:
        raise MediaError(f"the file is not a readable {format} recording", reason="UNREADABLE")
    if rate < 1000 or channels > 8:
        raise MediaError(
            f"{channels} channels at {rate} Hz: 1 to 8 channels from 1000 Hz are supported", reason="UNSUPPORTED_FORMAT"
        )
    seconds = float(stream.get("duration") or header.get("duration") or 0)
    # The rate of the file is that of the sound only when there is nothing else in it.
    whole = header.get("bit_rate") if len(found["streams"]) == 1 else None
    tags = [tag for part in (header, *found["streams"]) for tag in telling(part.get("tags", {}))]
    return AudioInfo(
        container=format,
        codec=codec,
        sample_rate_hz=rate,
        channels=channels,
        duration_ms=max(0, -int(-seconds * 1000 // 1)),
        bit_rate=int(stream.get("bit_rate") or whole or 0),
        sample_format=str(stream.get("sample_fmt", "")).removesuffix("p"),
        bits=int(stream.get("bits_per_raw_sample") or stream.get("bits_per_sample") or 0),
        tags=(*sorted(tags), *("chapter" for _ in found.get("chapters", ()))),
        other_streams=len(found["streams"]) - 1,
    )


def telling(tags: Mapping[str, str]) -> Iterator[str]:
    """The names of tags (lower case) that say more than a container needs."""
    for name, value in tags.items():
        structural = value in _STRUCTURAL_TAGS.get(name.lower(), ())
        if not structural and not (name == "DURATION" and _MATROSKA_LENGTH.fullmatch(value)):
            yield name.lower()
