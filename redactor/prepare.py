"""From a file to drafts that may be published: redacted, read again, with its sidecar and its transcripts beside it."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path, PurePosixPath

from redactor import minors, persons, pipeline, stores
from redactor.assembly import Assembly, told
from redactor.errors import MediaError, WithheldError
from redactor.foreign import Interruptible
from redactor.interactions import Shared
from redactor.names import Outputs
from redactor.protocols import Media, Progress
from redactor.receipt import Receipt
from redactor.sidecar import counts, sidecar, uncertain_ms
from redactor.witnesses.outputs import require_nothing_left


@dataclass(frozen=True, slots=True)
class Prepared:
    """Verified drafts of one item that have not been published yet."""

    receipt: Receipt
    files: tuple[tuple[Path, PurePosixPath], ...] = field(repr=False)
    """Each draft with its place below the output folder: the sidecar, the transcripts, and last the medium."""
    index: tuple[persons.Hashed, ...] = field(default=(), repr=False)
    """Whom it speaks of or shows, as keyed hashes; empty without a key."""


def prepare(
    media: Media,
    digest: str,
    outputs: Outputs,
    folder: Path,
    assembly: Assembly,
    progress: Progress,
    interruptible: Interruptible = nullcontext,
    shared: Shared | None = None,
    index_key: bytes = b"",
    day: str = "",
) -> Prepared:
    """Redact `media`, whose SHA-256 (hex) is `digest`, into drafts in `folder`. Nothing is written anywhere else.

    `index_key`: that of the client, for the index of persons. `day`: ISO date of the recording, empty when not known.
    Raises a `RedactorError` when there are none to be had, `MediaError` (`CHANGED`) when the file is no longer as it
    was. Foreign errors pass through; `translated` makes them ours.
    """
    try:
        media = as_kept(media)
        with interruptible(), told(progress) as stages:
            engines = assembly.knowing(shared.known) if shared else assembly
            draft = pipeline.run(media, engines, folder, stages, shared.own if shared else None, digest=digest)
    except (MediaError, WithheldError):
        # A file that is still being written may look broken, or differ from what was read of it before; that it
        # changes is what to say.
        _require_unchanged(media.path, digest)
        raise
    _require_unchanged(media.path, digest)
    seen = persons.seen(draft.evidence, draft.findings, draft.redactions)
    receipt = _receipt(media, draft, digest, outputs, assembly)
    receipt = replace(receipt, interaction=shared.others if shared else (), marks=minors.marks(seen, day))
    index = persons.indexed(seen, index_key) if index_key else ()
    # A video in which nobody speaks has no transcript.
    told_in = [] if media.kind == "video" and not draft.transcript else list(outputs.transcripts)
    transcripts = {place.name: draft.transcript[form] for form, place in told_in}
    digests = {name: sha256(text.encode("utf-8")).hexdigest() for name, text in transcripts.items()}
    texts = [sidecar(draft, receipt, digests), *transcripts.values()]
    files = [folder / f"beside{number}" for number in range(len(texts))]
    for file, text in zip(files, texts, strict=True):
        file.write_text(text, encoding="utf-8")
    places = (outputs.sidecar, *(place for _, place in told_in), outputs.medium)
    require_nothing_left(
        draft.medium,
        media.format,
        places,
        texts[0],
        {form: draft.transcript[form] for form, _ in told_in},
        draft.removed,
        assembly.policy.text.placeholder,
        searched=media.kind == "text" and assembly.witness("text") is not None,
    )
    return Prepared(receipt, tuple(zip((*files, draft.medium), places, strict=True)), index)


def _receipt(media: Media, draft: pipeline.Draft, digest: str, outputs: Outputs, assembly: Assembly) -> Receipt:
    return Receipt(
        source_digest=digest,
        output_digest=stores.sha256(draft.medium),
        policy_digest=assembly.policy.digest(),
        output=str(outputs.medium),
        kind=media.kind,
        engines=assembly.names(media.kind),
        counts=counts(draft.redactions),
        uncertain_ms=uncertain_ms(draft.redactions),
        rounds=draft.rounds,
        verdict="verified",
        at=datetime.now(UTC).isoformat(timespec="seconds"),
        seconds=draft.seconds,
    )


def as_kept(media: Media) -> Media:
    """A video without pictures is a call; so is one that cannot be opened, of which its reader says why."""
    if media.kind != "video":
        return media
    from redactor.engines.video import has_pictures

    try:
        pictured = has_pictures(media)
    except MediaError:
        pictured = False
    return media if pictured else replace(media, kind="audio")


def _require_unchanged(path: Path, digest: str) -> None:
    if stores.sha256(path) != digest:
        raise MediaError("the file changed while it was read; run again when it is complete", reason="CHANGED")
