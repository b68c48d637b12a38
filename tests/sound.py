"""Sound for tests, made here: something like speech (noise with syllables), and files of every format."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from redactor.engines import ffmpeg
from redactor.engines.ffmpeg import AudioInfo
from redactor.protocols import Media

PICTURES = ["-f", "lavfi", "-i", "testsrc=d=2:s=64x64:r=5"]
"""A second input: two seconds of pictures."""
VIDEO = [*PICTURES, "-map", "0:a", "-map", "1:v", "-metadata", "title=somebody"]
"""Pictures beside the sound, and a tag."""
FORMATS: dict[str, list[str]] = {
    "u8.wav": ["-c:a", "pcm_u8"],
    "s16.wav": ["-c:a", "pcm_s16le"],
    "s24.wav": ["-c:a", "pcm_s24le"],
    "s32.wav": ["-c:a", "pcm_s32le"],
    "f32.wav": ["-c:a", "pcm_f32le"],
    "mulaw.wav": ["-c:a", "pcm_mulaw"],
    "alaw.wav": ["-c:a", "pcm_alaw"],
    "gsm.wav": ["-c:a", "libgsm_ms", "-ac", "1"],
    "ima.wav": ["-c:a", "adpcm_ima_wav"],
    "ms.wav": ["-c:a", "adpcm_ms"],
    "cbr.mp3": ["-b:a", "24k"],
    "vbr.mp3": ["-q:a", "5"],
    "bare.mp3": ["-b:a", "32k", "-write_xing", "0"],
    "aac.m4a": ["-b:a", "48k"],
    "fast.m4a": ["-b:a", "48k", "-movflags", "faststart"],
    "vorbis.ogg": ["-c:a", "libvorbis"],
    "opus.ogg": ["-c:a", "libopus", "-b:a", "48k"],
    "opus.opus": ["-c:a", "libopus", "-b:a", "32k"],
    "flac.flac": [],
    "wide.flac": ["-sample_fmt", "s32", "-ar", "48000"],
    "alac.m4a": ["-c:a", "alac", "-sample_fmt", "s16p"],
    "narrow.amr": ["-c:a", "amr_nb", "-ac", "1"],
    "adts.aac": ["-b:a", "32k", "-ar", "16000"],
    "opus.webm": ["-c:a", "libopus"],
    "vorbis.webm": ["-c:a", "libvorbis"],
    "live.webm": ["-c:a", "libopus", "-live", "1"],
    "s16.mka": ["-c:a", "pcm_s16le"],
    "aac.mka": ["-c:a", "aac", "-ar", "16000"],
    "mp3.mka": ["-c:a", "libmp3lame"],
    "video.mp4": [*VIDEO, "-c:a", "aac", "-c:v", "mpeg4"],
    "parts.mp4": [*VIDEO, "-c:a", "aac", "-ar", "16000", "-c:v", "mpeg4", "-movflags", "frag_keyframe+empty_moov"],
    "flac.mp4": [*VIDEO, "-c:a", "flac", "-strict", "-2", "-c:v", "mpeg4"],
    "video.mov": [*VIDEO, "-c:a", "aac", "-c:v", "mpeg4"],
    "s16.mov": [*VIDEO, "-c:a", "pcm_s16be", "-c:v", "mpeg4"],
    "video.mkv": [*VIDEO, "-c:a", "aac", "-ar", "16000", "-c:v", "mpeg4"],
    "ac3.mkv": [*VIDEO, "-c:a", "ac3", "-ar", "48000", "-c:v", "mpeg4"],
    "video.webm": [*VIDEO, "-c:a", "libopus", "-c:v", "libvpx", "-b:v", "100k", "-deadline", "realtime"],
    "mp3.avi": [*VIDEO, "-c:a", "libmp3lame", "-c:v", "mpeg4"],
    "s16.avi": [*VIDEO, "-c:a", "pcm_s16le", "-c:v", "mpeg4"],
}
"""File name -> what ffmpeg is told to make it."""
EXACT = {"u8.wav", "s16.wav", "s24.wav", "s32.wav", "f32.wav", "mulaw.wav", "alaw.wav", "flac.flac", "wide.flac"}
EXACT |= {"alac.m4a", "s16.mka", "flac.mp4", "s16.mov", "s16.avi"}
"""Formats that keep every sample as it is."""


def syllables(seconds: float, rate_hz: int = 8000, *, seed: int = 1, channels: int = 1) -> NDArray[np.float32]:
    """Shape (n, channels): low noise, swelling four times a second, another in every channel."""
    n = round(seconds * rate_hz)
    swell = 0.55 - 0.45 * np.cos(2 * np.pi * 4 * np.arange(n) / rate_hz)
    columns = []
    for channel in range(channels):
        noise = np.random.default_rng((seed, channel)).normal(size=n + 7)
        columns.append(np.convolve(noise, np.ones(8) / 8, "valid") * swell * 0.25)
    return np.stack(columns, axis=1).clip(-1, 1).astype(np.float32)


def write_wav(path: Path, sound: NDArray[np.float32], rate_hz: int = 8000) -> Media:
    """A PCM file of 16 bits."""
    info = AudioInfo("wav", "pcm_s16le", rate_hz, sound.shape[1], 0, 0, "s16", 16)
    with ffmpeg.encoder(path, info) as write:
        write(sound)
    return Media(path, "audio", "wav")


def convert(source: Path, target: Path, options: list[str]) -> Media:
    """`source` in another format, by the ffmpeg program itself; AMR, which it cannot write, by our own encoder."""
    if target.suffix == ".amr":
        with ffmpeg.encoder(target, AudioInfo("amr", "amr_nb", 8000, 1, 0, 0, "flt", 0)) as write:
            write(heard(Media(source, "audio", source.suffix[1:]), 8000)[:, :1])
        return Media(target, "audio", "amr")
    command = ["ffmpeg", "-v", "error", "-nostdin", "-y", "-i", str(source), *options, f"file:{target}"]
    subprocess.run(command, check=True)
    return Media(target, "audio", target.suffix[1:])


def heard(media: Media, rate_hz: int | None = None) -> NDArray[np.floating]:
    """All of a file, shape (n, channels)."""
    info = ffmpeg.probe(media.path, media.format)
    return np.concatenate(list(ffmpeg.decode(media.path, info, rate_hz=rate_hz)))
