"""Assembly: which reader, renderer and detector a policy asks for; each is built once, on first use, under a lock.

Engines are shared by threads, but each thread has its own item: `told` keeps whom a reader tells how far it is.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from copy import copy
from typing import TYPE_CHECKING, TypeVar, cast

from redactor.detection import Detector
from redactor.known import Known
from redactor.policy import NO_NAMES, Policy
from redactor.protocols import Finder, Kind, MarkDetector, Progress, Reader, Renderer, Rereader, Witness

if TYPE_CHECKING:
    from redactor.protocols import TextReader, Transcriber
    from redactor.readers.image import ImageReader
    from redactor.readers.video import VideoReader
    from redactor.witnesses.once import ReadOnce

T = TypeVar("T")
_READING: ContextVar[Progress | None] = ContextVar("reading", default=None)


@contextmanager
def told(progress: Progress) -> Iterator[Progress]:
    """While the block runs in this thread, readers tell `progress` the share that they have read.

    Yields the callback for the stages. A reader does not know whether it reads an original or an output: what it tells
    counts for the stage that was named last (`read` or `verify`).
    """
    stage = ""

    def name(new: str, share: float) -> None:
        nonlocal stage
        stage = new
        progress(new, share)

    token = _READING.set(lambda _stage, share: progress(stage, share))
    try:
        yield name
    finally:
        _READING.reset(token)


def _tell(stage: str, share: float) -> None:
    if progress := _READING.get():
        progress(stage, share)


class Assembly:
    """The engines of one policy, shared by all threads. Own engines may be handed in: any object of the protocols."""

    def __init__(
        self,
        policy: Policy,
        *,
        readers: Mapping[Kind, Reader] | None = None,
        finder: Finder | None = None,
        witnesses: Mapping[Kind, Witness] | None = None,
    ) -> None:
        self.policy = policy
        self._readers = dict(readers or {})
        self._witnesses = dict(witnesses or {})
        self._finder = finder
        self._lock = threading.RLock()
        self._built: dict[str, object] = {}
        self._knowing: Detector | None = None

    def knowing(self, known: Known) -> Assembly:
        """The same engines with a detector that knows these values, too."""
        other = copy(self)
        other._knowing = self.detector().knowing(known)
        return other

    def reader(self, kind: Kind) -> Reader:
        """The reader for a kind of medium. Raises `MissingEngineError`."""
        if (own := self._readers.get(kind)) is not None:
            return own
        builders: dict[Kind, Callable[[], Reader]] = {
            "audio": self._audio_reader,
            "image": self._image_reader,
            "video": self._video_reader,
            "text": self._text_reader,
        }
        return self._once(f"reader {kind}", builders[kind])

    def rereader(self, kind: Kind) -> Reader:
        """The reader for the draft of what `reader` read: other eyes, whose word counts beside that of the first ones.

        Alone, without a first reading or a sidecar that says what was explained, they misread too much: what others
        made is for `reader`.
        """
        if kind in self._readers or kind not in ("image", "video"):
            return self.reader(kind)
        return self._once(f"rereader {kind}", lambda: self._read_once(kind))

    def renderer(self, kind: Kind) -> Renderer:
        """The renderer for a kind of medium. Raises `MissingEngineError`."""
        return self._once(f"renderer {kind}", lambda: self._renderer(kind))

    def witness(self, kind: Kind, *, published: bool = False) -> Witness | None:
        """The witness for a kind of medium. An own reader has none but the one that was handed in with it.

        That of `published` outputs takes covers of any colour: they may have been made with another policy.
        """
        if kind in self._witnesses or kind in self._readers:
            return self._witnesses.get(kind)
        builders: dict[Kind, Callable[[], Witness]] = {
            "audio": self._sound_witness,
            "image": lambda: self._picture_witness(any_fill=published),
            "video": lambda: self._recording_witness(any_fill=published),
            "text": self._text_witness,
        }
        return self._once(f"witness {kind} {published}", builders[kind])

    def detector(self) -> Detector:
        """The detector. Raises `MissingEngineError`."""
        return self._knowing or self._unknowing()

    def _unknowing(self) -> Detector:
        return self._once("detector", lambda: Detector(self.policy.detection, [self._finder or self._presidio()]))

    def names(self, kind: Kind) -> tuple[str, ...]:
        """Names and versions of the engines that work on a kind of medium, for the receipt."""
        parts: list[object] = [self._finder or self._presidio()]
        if own := self._readers.get(kind):
            parts.append(own)
        elif kind == "audio":
            parts.append(self.transcriber())
        elif kind == "image":
            parts += [self.text_reader(), *self.mark_detectors()]
        elif kind == "video":
            parts += [self.text_reader(), *self.mark_detectors(), self.transcriber()]
        if witness := self.witness(kind):
            parts.append(witness)
        return tuple(str(getattr(part, "name", type(part).__name__)) for part in parts)

    def transcriber(self) -> Transcriber:
        """The speech recogniser of the policy."""
        return self._once("transcriber", self._transcriber)

    def text_reader(self) -> TextReader:
        """The character recogniser of the policy."""
        return self._once("text reader", self._ocr)

    def mark_detectors(self) -> tuple[MarkDetector, ...]:
        """The detectors of faces, codes, signatures and documents that the policy asks for."""
        return self._once("mark detectors", self._mark_detectors)

    def _once(self, key: str, build: Callable[[], T]) -> T:
        with self._lock:
            if key not in self._built:
                self._built[key] = build()
            return cast("T", self._built[key])

    def _presidio(self) -> Finder:
        from redactor.engines import models
        from redactor.engines.presidio import PresidioFinder

        chosen = self.policy.models.names
        names = None if chosen == NO_NAMES else models.locate(chosen)
        threads = self.policy.models.threads
        return self._once("presidio", lambda: PresidioFinder(self.policy.detection, names, threads=threads))

    def _transcriber(self) -> Transcriber:
        from redactor.engines import models

        chosen = self.policy.models
        if chosen.speech_engine == "openai-whisper":
            from redactor.engines.openai_whisper import OpenAIWhisperTranscriber

            name = f"{chosen.transcriber}-openai" if chosen.transcriber in models.catalogue() else chosen.transcriber
            return OpenAIWhisperTranscriber(models.locate(name), name, beam=chosen.beam, threads=chosen.threads)
        from redactor.engines.faster_whisper import FasterWhisperTranscriber

        folder = models.locate(chosen.transcriber)
        return FasterWhisperTranscriber(
            folder,
            chosen.transcriber,
            beam=chosen.beam,
            beam_again=chosen.beam_again,
            temperatures=chosen.temperatures,
            threads=chosen.threads,
        )

    def _ocr(self) -> TextReader:
        if self.policy.models.text_reader == "pytesseract":
            from redactor.engines.pytesseract import PytesseractReader

            return PytesseractReader(self.policy.detection.languages)
        from redactor.engines.tesserocr import TesserocrReader

        return TesserocrReader(self.policy.detection.languages)

    def _mark_detectors(self) -> tuple[MarkDetector, ...]:
        wanted = self.policy.image.marks
        detectors: list[MarkDetector] = []
        if "faces" in wanted.detect or "documents" in wanted.detect:
            from redactor.engines import centerface, models

            faces = centerface.load(models.locate(centerface.MODEL), wanted.faces)
            if "documents" in wanted.detect:
                from redactor.readers.documents import DocumentDetector

                shown = "faces" in wanted.detect
                detectors.append(DocumentDetector(faces, wanted.documents, show_faces=shown))
            else:
                detectors.append(faces)
        if "codes" in wanted.detect:
            from redactor.engines.zxing import ZXingReader
            from redactor.readers.codes import CodeDetector

            detectors.append(CodeDetector(ZXingReader(), wanted.codes))
        if "signatures" in wanted.detect:
            from redactor.readers.signatures import SignatureDetector

            detectors.append(SignatureDetector(wanted.signatures))
        return tuple(detectors)

    def _audio_reader(self) -> Reader:
        from redactor.engines.faster_whisper import SileroSpeechDetector
        from redactor.readers.audio import AudioReader

        return AudioReader(self.policy, self.transcriber(), SileroSpeechDetector(), _tell)

    def _image_reader(self) -> Reader:
        return self._pictures(self.text_reader())

    def _video_reader(self) -> Reader:
        return self._recordings(self.text_reader())

    def _pictures(self, eyes: TextReader) -> ImageReader:
        from redactor.readers.image import ImageReader

        return ImageReader(self.policy, eyes, self.mark_detectors())

    def _recordings(self, eyes: TextReader) -> VideoReader:
        from redactor.readers.video import VideoReader

        return VideoReader(self.policy, eyes, lambda: self.reader("audio"), self.mark_detectors(), _tell)

    def _read_once(self, kind: Kind) -> ReadOnce:
        from redactor.witnesses.once import ReadOnce

        eyes = self._other_eyes()
        return ReadOnce(self._pictures(eyes) if kind == "image" else self._recordings(eyes))

    def _other_eyes(self) -> TextReader:
        """The engine of the first reading with other views; with those of the first, too, where all is looked at."""
        from redactor.engines.tesseract import Shown
        from redactor.engines.views import AGAIN, SETTINGS

        reader = self.text_reader()
        if not isinstance(reader, Shown):
            return reader
        return reader.shown((*SETTINGS, *AGAIN) if self.policy.verify.mode == "full" else AGAIN)

    def _picture_witness(self, *, any_fill: bool) -> Witness:
        from redactor.engines import models, text_spotter
        from redactor.witnesses.picture import PictureWitness

        spotter = None
        if self.policy.verify.mode != "changed":
            spotter = text_spotter.load(models.locate(text_spotter.MODEL))
        return PictureWitness(self.policy, _both(self.rereader("image")), spotter=spotter, any_fill=any_fill)

    def _recording_witness(self, *, any_fill: bool) -> Witness:
        from redactor.witnesses.recording import RecordingWitness

        reader = _both(self.rereader("video"))
        return RecordingWitness(self.policy, reader, self.witness("audio"), any_fill=any_fill)

    def _text_reader(self) -> Reader:
        from redactor.readers.text import TextReader as FileReader

        return FileReader(self.policy)

    def _sound_witness(self) -> Witness:
        """It serves all items, so it must not know the values of the interaction for which it was built."""
        from redactor.engines.faster_whisper import SileroSpeechDetector
        from redactor.readers.audio import AudioReader
        from redactor.witnesses.sound import SoundWitness

        reader = self.reader("audio")
        shared = reader if isinstance(reader, AudioReader) else None
        return SoundWitness(self.policy, self.transcriber(), SileroSpeechDetector(), self._unknowing(), reader=shared)

    def _text_witness(self) -> Witness:
        from redactor.witnesses.text import TextWitness

        return TextWitness(self.reader("text"), self.policy.text.placeholder)

    def _renderer(self, kind: Kind) -> Renderer:
        if kind == "audio":
            from redactor.render.audio import AudioRenderer

            return AudioRenderer(self.policy)
        if kind == "image":
            from redactor.render.image import ImageRenderer

            return ImageRenderer(self.policy)
        if kind == "video":
            from redactor.render.video import VideoRenderer

            return VideoRenderer(self.policy, self.renderer("audio"))
        from redactor.render.text import TextRenderer

        return TextRenderer(self.policy)


def _both(reader: Reader) -> Rereader:
    assert isinstance(reader, Rereader)
    return reader
