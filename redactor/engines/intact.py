"""Is a recording whole? A call without its second half must be refused, with how far it could be read."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from redactor.engines import ffmpeg
from redactor.engines.claim import Claim
from redactor.engines.container import read_claim
from redactor.engines.ffmpeg import AudioInfo
from redactor.errors import MediaError
from redactor.protocols import Media

_SLACK_MS = 300
"""Decoders trim what encoders padded: up to 2257 samples for LAME, 282 ms at 8 kHz."""


def intact(media: Media, max_hours: float) -> AudioInfo:
    """Decode the whole recording once and return its header with the length that was really there.

    The answer is remembered for a file as long as its inode, size and time of change stay: reader, renderer and check
    each ask, and each decoding of a long call costs seconds.

    Raises `MediaError`: `EMPTY_FILE`, `UNREADABLE`, `NO_AUDIO`, `SEVERAL_STREAMS`, `UNSUPPORTED_FORMAT`,
    `UNSUPPORTED_CODEC`, `TOO_LONG` (more than `max_hours`), `TRUNCATED`.
    """
    status = media.path.stat()
    identity = (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)
    return _intact(media, max_hours, identity)


@lru_cache(maxsize=64)
def _intact(media: Media, max_hours: float, _identity: tuple[int, ...]) -> AudioInfo:
    if media.format not in ffmpeg.FORMATS:
        raise MediaError("sound in this format is not supported", reason="UNSUPPORTED_FORMAT")
    claim = read_claim(media.path, media.format)
    try:
        info = ffmpeg.probe(media.path, media.format)
    except MediaError as error:
        if claim.cut_off and error.reason in ("UNREADABLE", "NO_AUDIO"):
            raise _truncated(0.0, 0.0) from error
        raise
    claimed_ms = _claimed_ms(claim, info)
    limit_ms = max_hours * 3_600_000
    if claimed_ms > limit_ms:
        raise _too_long(max_hours)
    samples = 0
    try:
        for block in ffmpeg.decode(media.path, info):
            samples += len(block)
            if samples * 1000 > limit_ms * info.sample_rate_hz:
                raise _too_long(max_hours)
    except MediaError as error:
        if claim.cut_off and error.reason in ("UNREADABLE", "NO_AUDIO"):
            raise _truncated(samples / info.sample_rate_hz, claimed_ms / 1000) from error
        raise
    heard_ms = -(-samples * 1000 // info.sample_rate_hz)
    if claim.cut_off or heard_ms < claimed_ms - _SLACK_MS:
        raise _truncated(heard_ms / 1000, claimed_ms / 1000)
    return replace(info, duration_ms=heard_ms)


def _claimed_ms(claim: Claim, info: AudioInfo) -> int:
    if claim.samples is not None:
        return claim.samples * 1000 // claim.rate_hz
    # Elsewhere the prober guesses the length from the size of the file.
    return info.duration_ms if info.container in ("m4a", "mp4", "mov") else 0


def _truncated(heard: float, claimed: float) -> MediaError:
    of = f" of {claimed:.1f} s" if claimed > heard else ""
    return MediaError(f"the recording breaks off: {heard:.1f} s{of} can be read", reason="TRUNCATED")


def _too_long(max_hours: float) -> MediaError:
    return MediaError(f"the recording is longer than {max_hours:g} hours (audio.max_hours)", reason="TOO_LONG")
