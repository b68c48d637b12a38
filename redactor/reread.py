"""Reading published outputs again: `redactor verify`, for our own outputs and for anybody else's."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from redactor import stores
from redactor.boundary import UNRELEASED
from redactor.byte_traces import byte_traces_of
from redactor.described import Described, described
from redactor.errors import MediaError, RedactorError, WithheldError
from redactor.findings import Finding, Redaction
from redactor.foreign import translated
from redactor.library import Redactor
from redactor.names import SIDECAR
from redactor.prepare import as_kept
from redactor.protocols import Media, Reader
from redactor.regions import TimeRange
from redactor.removed import Removed
from redactor.render.audio import AudioRenderer
from redactor.render.transcript import FORMS, said
from redactor.sealing import looks_sealed
from redactor.sources import Sources
from redactor.testimony import scope_of
from redactor.traces import Search, traces
from redactor.verify import remaining, second_reading
from redactor.witnesses.artefacts import carried
from redactor.witnesses.text import trace_left

_STYLES = {
    r"\[{type}\]": "[{type}]",
    "<{type}>": "<{type}>",
    r"\{\{{type}\}\}": "{{{type}}}",
    r"\({type}\)": "({type})",
}
"""Placeholders of other programs, `<PERSON>` or `{{PERSON}}`, as they are found and as a policy writes them."""
_LEDGER = "ledger.db"
_BOOKS = {".redactor.lock", "report.html", "report.json", *(_LEDGER + end for end in ("", "-journal", "-wal", "-shm"))}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the second reading of one file said."""

    label: str
    """Its name, free of personal data."""
    clean: bool
    left: tuple[tuple[str, int], ...] = ()
    """What is still found: entity types with counts."""
    error: RedactorError | None = None
    """Why it could not be read, or does not fit its sidecar."""


def reread(redactor: Redactor, path: Path, source: Path | Sources | None = None) -> Iterator[Verdict]:
    """Read every output below `path` (or one file) again. What cannot be read is not clean.

    With `source`, the folder of the originals (or the one original), the values that are found in each are looked for
    in its outputs, also in those that have no sidecar because another program made them. What a release gate holds
    back is no output yet: it is read where `path` lies in its folder.
    """
    sources = Sources(redactor, source) if isinstance(source, Path) else source
    for item in stores.scan(path):
        if UNRELEASED in item.relative.parts:
            continue
        if item.path.name in _BOOKS or item.path.name.endswith(SIDECAR):
            continue
        label = str(redactor.public_name(item.relative))
        try:
            with translated(item.path):
                left = _left(redactor, item, sources)
        except RedactorError as error:
            yield Verdict(label, False, error=error)
        else:
            yield Verdict(label, not left, tuple(sorted(Counter(r.entity_type for r in left).items())))


def _left(redactor: Redactor, item: stores.Item, sources: Sources | None) -> tuple[Redaction, ...]:
    if item.media is None:
        raise item.refusal or MediaError("it cannot be read")
    if looks_sealed(item.path):
        message = "it is encrypted; write copies with redactor open --config FILE PLACE --out FOLDER, and verify these"
        raise WithheldError(message, reason="SEALED")
    told = described(item.path)
    if told and told.digest != stores.sha256(item.path):
        raise WithheldError("it is not the file that its sidecar describes", reason="DIGEST_DIFFERS")
    values: tuple[Removed, ...] = ()
    if sources:
        original = sources.of(item.path, item.relative, told.source_digest if told else "")
        values = sources.values(original)
        if told and told.covers and item.media.kind == "audio":
            _compared(redactor, sources.media(original), told, item.path)
    if (transcript := _transcript(item.media, redactor.policy.audio.speakers)) is not None:
        return _written(redactor, transcript, values, known=told is not None)
    try:
        return _read(redactor, as_kept(item.media), told, values)
    except WithheldError as error:
        raise WithheldError(f"it cannot be judged: {error}", reason=error.reason) from None


def _compared(redactor: Redactor, original: Media, told: Described, output: Path) -> None:
    """Nothing of the original is heard in the masks of a call, however faint, and nothing else was changed."""
    masks = [region for cover in told.covers for region in cover.regions if isinstance(region, TimeRange)]
    AudioRenderer(redactor.policy).compare(original, masks, output)


def _written(redactor: Redactor, transcript: str, values: Sequence[Removed], *, known: bool) -> tuple[Redaction, ...]:
    """What is left in the transcript of a call. One that says nothing was never written by us.

    `known`: a sidecar says that it is ours, so that its words were judged in their whole text before.
    """
    if not transcript.strip():
        raise WithheldError("the transcript is empty", reason="SECOND_READING_SHORT")
    placeholder = redactor.policy.text.placeholder
    found: tuple[Finding, ...] = remaining(transcript, redactor.assembly.detector(), placeholder, known=known)
    found += traces(transcript, values, placeholder=placeholder)
    return tuple(Redaction(f.entity_type, (f.span,), f.score, f.detector) for f in found)


def _read(redactor: Redactor, media: Media, told: Described | None, values: Sequence[Removed]) -> tuple[Redaction, ...]:
    """What is left in any other output, by the words of its sidecar if it has one."""
    assembly, policy = redactor.assembly, redactor.policy
    # What other programs write into their containers is theirs to say; a value is not.
    strings = carried(media.path, media.format) if told else ()
    search = Search(values, policy.text.placeholder)
    kept = {f.entity_type for text in strings for f in search.find(text)} | set(byte_traces_of(media.path, values))
    if kept:
        raise trace_left(kept)
    covers, explained = (told.covers, told.explained) if told else ((), ())
    # Without covers nothing is beside them: of an output that others made all is looked at.
    scope = scope_of(policy.verify, told.source_digest) if told else "full"
    if not told:
        # Where the values were says nothing of an output that does not say what it covered.
        values = [replace(value, regions=()) for value in values]
    left: tuple[Redaction, ...] = ()
    witness = assembly.witness(media.kind, published=True) if scope else None
    if witness and scope:
        left = tuple(witness.left(media, covers, values, scope))
        if told and media.kind == "audio":
            return left
    reader = assembly.rereader(media.kind) if told else _Whole(assembly.reader(media.kind))
    placeholder = policy.text.placeholder
    if media.kind == "text" and not told:
        placeholder = _style(reader.read(media).text, placeholder)
    again = second_reading(
        media,
        reader,
        assembly.detector(),
        covers,
        placeholder,
        explained=explained,
        threshold=policy.verify.threshold,
        known=told is not None and media.kind == "text",
    ).left
    if witness and told:
        # Every listening mishears anew; of our own masks the witness has proved that they cover, and heard the rest.
        again = tuple(r for r in again if not isinstance(r.regions[0], TimeRange))
    return (*left, *again)


class _Whole:
    """A reader that knows of no covers: it reads what others made as it reads an original, to the last word."""

    def __init__(self, reader: Reader) -> None:
        self.read = reader.read


def _style(text: str, own: str) -> str:
    """How the placeholders of `text` are written, if they are written as other programs do."""
    found = {style: len(re.findall(style.replace("{type}", "[A-Z][A-Z0-9_]+"), text)) for style in _STYLES}
    best = max(found, key=found.__getitem__)
    return _STYLES[best] if found[best] else own


def _transcript(media: Media, speakers: Sequence[str]) -> str | None:
    """What was said in the transcript of a call; None for any other file."""
    if media.format not in FORMS:
        return None
    try:
        return said(media.format, media.path.read_bytes().decode("utf-8"), speakers)
    except (OSError, UnicodeDecodeError):
        return None
