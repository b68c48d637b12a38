"""The library's face: one object that holds a policy and its engines, and redacts text and files."""

from __future__ import annotations

import json
import secrets
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING

from redactor import stores
from redactor.assembly import Assembly, told
from redactor.errors import ExitCode, MediaError, RedactorError, WithheldError
from redactor.evidence import Evidence
from redactor.findings import Finding
from redactor.foreign import Interruptible, translated
from redactor.interactions import FirstReading, Shared, look
from redactor.ledger import Entry, Ledger
from redactor.names import SIDECAR, Outputs, named, plan
from redactor.policy import Policy
from redactor.prepare import as_kept, prepare
from redactor.protocols import Finder, Kind, Media, Progress, Reader
from redactor.receipt import Receipt
from redactor.recognizers.file_name import is_personal
from redactor.removed import Removed
from redactor.sidecar import is_ours

if TYPE_CHECKING:
    from types import TracebackType

_LAST_S = datetime(9999, 12, 31, tzinfo=UTC).timestamp()
"""File systems can hold times after this one, dates cannot."""


@dataclass(frozen=True, slots=True)
class RedactedText:
    """A text without its personal data."""

    text: str = field(repr=False)
    """With a placeholder for each value."""
    findings: tuple[Finding, ...]
    """What was found, with spans in the *original* text."""


class Redactor:
    """De-identifies text, calls and pictures under one policy.

    Engines are built on first use and shared by all threads. `readers` (by kind: audio, image, text) and `finder` take
    engines of your own: any object with `read(media)` or `find(text)`. With a `ledger`, each file gets an entry.
    """

    def __init__(
        self,
        policy: Policy | None = None,
        *,
        readers: Mapping[Kind, Reader] | None = None,
        finder: Finder | None = None,
        ledger: Ledger | None = None,
        run: str = "",
    ) -> None:
        self.policy = policy or Policy()
        self.assembly = Assembly(self.policy, readers=readers, finder=finder)
        self.ledger = ledger
        self.run = run or f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"

    def __enter__(self) -> Redactor:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.ledger is not None:
            self.ledger.close()

    def redact_text(self, text: str) -> RedactedText:
        """Replace every value found in `text` by its placeholder, and what was removed wherever else it is said."""
        from redactor.engines.presidio import anonymize
        from redactor.traces import Search
        from redactor.verify import remaining

        placeholder, detector = self.policy.text.placeholder, self.assembly.detector()
        findings = detector.detect(text)
        search = Search([Removed(text[f.span.start : f.span.end], f.entity_type, ()) for f in findings], placeholder)

        def left() -> tuple[Finding, ...]:
            return remaining(redacted, detector, placeholder, known=True) or search.find(redacted)

        redacted = anonymize(text, [(f.span, f.entity_type) for f in findings], placeholder)
        for _ in range(self.policy.verify.rounds):
            if not (more := left()):
                return RedactedText(redacted, findings)
            redacted = anonymize(redacted, [(f.span, f.entity_type) for f in more], placeholder)
        if left():
            raise WithheldError("personal data is still found after every round", reason="STILL_FOUND")
        return RedactedText(redacted, findings)

    def detect(self, source: str | Path) -> list[Finding]:
        """Findings in a text (`str`) or in what is read from a file (`Path`); spans count in that text."""
        if isinstance(source, str):
            return list(self.assembly.detector().detect(source))
        evidence = self.read(source)
        return list(self.assembly.detector().detect(evidence.text, celled=evidence.celled))

    def read(self, source: Path) -> Evidence:
        """The words of a file with their places. Raises `MediaError` when it is none, or cannot be read."""
        item = _file(source)
        if item.media is None:
            raise item.refusal or MediaError("not a file")
        media = as_kept(item.media)
        return self.assembly.reader(media.kind).read(media)

    def redact_file(
        self,
        source: str | Path | bytes | IO[bytes],
        out_dir: str | Path,
        *,
        name: str = "",
        progress: Progress | None = None,
    ) -> Receipt:
        """Write the de-identified copy of one file, its transcripts (calls) and its sidecar into `out_dir`.

        `source` is a path, the content as bytes, or a binary file object; the latter two need `name`, whose suffix says
        what they are. Raises a `RedactorError`; then no output was left behind.
        """
        if isinstance(source, (str, Path)):
            return self._redact_path(Path(source), Path(out_dir), progress)
        if not name or PurePosixPath(name).name != name:
            raise MediaError("bytes need a plain file name, for example name='call.wav'", reason="NO_NAME")
        with tempfile.TemporaryDirectory(prefix="redactor-") as folder:
            path = Path(folder) / name
            with path.open("xb") as target:
                if isinstance(source, bytes):
                    target.write(source)
                else:
                    shutil.copyfileobj(source, target)
            return self._redact_path(path, Path(out_dir), progress)

    def _redact_path(self, path: Path, out_dir: Path, progress: Progress | None) -> Receipt:
        item = _file(path)
        outputs = self.plan([(item, self.public_name(item.relative))], "redact")[0]
        return self.redact_item(item, outputs, out_dir, progress=progress)

    def plan(self, items: Iterable[tuple[stores.Item, PurePosixPath]], store: str) -> list[Outputs | None]:
        """The outputs of `(item, public name)`, planned together; None for an item that has no place of its own.

        `store` names the store for `names.template`.
        """
        places = [(item.media, self._named(item, public, store)) for item, public in items]
        planned = plan(
            [(place, media.kind) for media, place in places if media and place], self.policy.transcript.formats
        )
        return [next(planned) if media and place else None for media, place in places]

    def _named(self, item: stores.Item, public: PurePosixPath, store: str) -> PurePosixPath | None:
        """The place of an item's medium; None when the item cannot be read, which `redact_item` will say."""
        template = self.policy.names.template
        values = {
            "store": store,
            "client": next((s.client for s in self.policy.stores if s.name == store), "") or "none",
        }
        try:
            values["digest"] = stores.sha256(item.path)[:16] if "{digest}" in template and item.media else ""
            changed_s = item.path.stat().st_mtime if "{date}" in template and item.media else 0.0
        except OSError:
            return None
        values["date"] = f"{datetime.fromtimestamp(min(changed_s, _LAST_S), UTC):%Y-%m-%d}"
        return named(public, template, values)

    def redact_item(
        self,
        item: stores.Item,
        outputs: Outputs | None,
        out_dir: Path,
        *,
        store: str = "redact",
        progress: Progress | None = None,
        overwrite: bool = False,
        interruptible: Interruptible = nullcontext,
        shared: Shared | None = None,
    ) -> Receipt:
        """Redact one scanned item to its planned outputs; success and refusal both go in the ledger.

        `interruptible` is entered around all that comes before anything is published. `shared` is what its first
        reading and the other files of its interaction gave.
        """
        entry = self._entry(item, store)
        try:
            if item.media is None:
                raise item.refusal or MediaError("it cannot be read")
            with translated(item.path):
                digest = shared.own.source_digest if shared else ""
                entry = replace(entry, source_digest=digest or stores.sha256(item.path))
            return self._redact(
                item, item.media, outputs, out_dir, entry, progress or _silent, overwrite, interruptible, shared
            )
        except KeyboardInterrupt:
            self._interrupted(entry)
            raise
        except RedactorError as error:
            if error.exit_code != ExitCode.LEDGER:
                event = "refused" if error.exit_code in {ExitCode.UNREADABLE, ExitCode.WITHHELD} else "failed"
                self._note(replace(entry, event=event, code=error.exit_code, reason=error.reason))
            raise

    def first_reading(
        self, item: stores.Item, progress: Progress | None = None, interruptible: Interruptible = nullcontext
    ) -> FirstReading:
        """What a scanned item shows before anything is written; an error is part of that, and goes in no ledger yet."""
        digest = ""
        try:
            if item.media is None:
                raise item.refusal or MediaError("it cannot be read")
            with translated(item.path):
                digest = stores.sha256(item.path)
                with interruptible(), told(progress or _silent) as stages:
                    return look(as_kept(item.media), digest, self.assembly, stages)
        except RedactorError as error:
            return FirstReading(digest, error=error)

    def give_up(self, item: stores.Item, store: str) -> None:
        """Tell the ledger that work on an item was interrupted outside of `redact_item`."""
        self._interrupted(self._entry(item, store))

    def _entry(self, item: stores.Item, store: str) -> Entry:
        label = str(self.public_name(item.relative))
        return Entry(self.run, "refused", store, item.digest, label, policy_digest=self.policy.digest())

    def _interrupted(self, entry: Entry) -> None:
        self._note(replace(entry, event="interrupted", code=ExitCode.INTERRUPTED, reason="INTERRUPTED"))

    def _redact(
        self,
        item: stores.Item,
        media: Media,
        outputs: Outputs | None,
        out_dir: Path,
        entry: Entry,
        progress: Progress,
        overwrite: bool,
        interruptible: Interruptible,
        shared: Shared | None,
    ) -> Receipt:
        if outputs is None:
            message = "another input would be written to the same place; give it another output folder"
            raise WithheldError(message, reason="OUTPUT_TAKEN")
        targets = [out_dir / place for place in outputs.all()]
        with (
            stores.output_folder(out_dir) as scratch,
            stores.draft_folder(scratch) as folder,
            translated(item.path, folder),
        ):
            self._may_write(item.path, targets, overwrite)
            digest = entry.source_digest
            ready = prepare(media, digest, outputs, folder, self.assembly, progress, interruptible, shared)
            receipt, targets = ready.receipt, [out_dir / place for _, place in ready.files]
            stores.publish([(draft, out_dir / place) for draft, place in ready.files])
            try:
                detail = json.dumps(receipt.as_dict(), ensure_ascii=False, sort_keys=True)
                self._note(replace(entry, event="published", output_digest=receipt.output_digest, detail=detail))
            except RedactorError:
                stores.withdraw(targets)
                raise
        return receipt

    def public_name(self, relative: PurePosixPath) -> PurePosixPath:
        """The name under which an item may be shown and written: personal parts are replaced by digests."""
        return stores.public_path(relative, self._is_personal)

    def _is_personal(self, name: str) -> bool:
        return is_personal(name, self.assembly.detector().detect)

    def _may_write(self, source: Path, targets: list[Path], overwrite: bool) -> None:
        """Never the source itself, and nothing that this product did not write, unless told to overwrite."""
        if any(target.exists() and target.samefile(source) for target in targets):
            raise WithheldError(
                "the output would replace its own source; choose another folder", reason="OUTPUT_IS_SOURCE"
            )
        if overwrite:
            return
        medium, transcripts = targets[-1], targets[1:-1]
        if medium.exists() and not self._is_medium(medium):
            message = "a file of that name that this product did not write is in the way; move it, or use --overwrite"
            raise WithheldError(message, reason="OUTPUT_EXISTS")
        if any(place.exists() and self._is_medium(place) for place in transcripts):
            message = "the output of another input has the name of the transcript; move it, or use --overwrite"
            raise WithheldError(message, reason="OUTPUT_EXISTS")

    def _is_medium(self, path: Path) -> bool:
        """True when a sidecar beside a file, or the ledger, says that its bytes are an output of this product."""
        if any(is_ours(path.with_name(name + SIDECAR), path) for name in (path.stem, path.name)):
            return True
        return self.ledger is not None and self.ledger.knows(stores.sha256(path))

    def _note(self, entry: Entry) -> None:
        if self.ledger is not None:
            self.ledger.append(entry)


def _file(path: Path) -> stores.Item:
    if path.is_dir():
        raise MediaError("this is a folder; name a file, or use redactor.batch", reason="NOT_A_FILE")
    return next(iter(stores.scan(path)))


def _silent(_stage: str, _share: float) -> None:
    """No progress wanted."""
