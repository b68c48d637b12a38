"""The policy: the whole configuration as one frozen value, read from one TOML file; its digest goes in the ledger."""

from __future__ import annotations

import hashlib
import json
import os
import re
from pathlib import Path
from typing import Annotated, Literal

import regex
from pydantic import Field, ValidationInfo, field_validator, model_validator

from redactor.contradictions import unknown_clients
from redactor.gate_policy import BarPolicy
from redactor.report_policy import ReportPolicy
from redactor.retention_policy import AuditPolicy, KeysPolicy, RetentionPolicy, SubjectsPolicy, refused
from redactor.run_policy import RunPolicy
from redactor.storepolicy import InteractionsPolicy, Section, StorePolicy

Language = Literal["el", "en"]
EntityType = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$")]
Speaker = Annotated[str, Field(pattern=r"^\p{L}[\p{L} _-]*( ?\d{1,2})?$", max_length=40)]
"""The name of a channel; few digits, so that none is taken for a number that identifies somebody."""
Form = Literal["txt", "vtt", "srt", "json"]


NAME_FIELDS = ("name", "digest", "date", "client", "store")
"""What `names.template` may hold in braces."""
_PASSWORD = re.compile(r":[^:@/]*@")
_TEMPLATE = re.compile(rf"(?:\{{(?:{'|'.join(NAME_FIELDS)})\}}|[\w .-])+")


NOT_OF_OUTPUTS = {"ledger", "stores", "run", "report", "retention", "keys", "audit", "subjects", "gate"}
"""Sections that change no output."""


class LedgerPolicy(Section):
    """Where the audit trail is kept."""

    url: str = ""
    """SQLAlchemy URL. Relative SQLite paths count from the configuration file; empty: the user's state folder."""


class PatternPolicy(Section):
    """A recognizer of your own: a regular expression for one type of identifier."""

    entity: EntityType
    regex: str = Field(min_length=1)
    score: float = Field(default=0.8, ge=0, le=1)

    @field_validator("regex")
    @classmethod
    def _compiles(cls, value: str) -> str:
        try:
            regex.compile(value)
        except regex.error as error:
            raise ValueError(f"not a regular expression: {error}") from error
        return value


class WordsPolicy(Section):
    """A list of your own: words that are always personal, and of which type."""

    entity: EntityType
    words: tuple[str, ...] = Field(min_length=1)


class DetectionPolicy(Section):
    """What counts as personal data."""

    languages: tuple[Language, ...] = Field(default=("el", "en"), min_length=1)
    threshold: float = Field(default=0.35, ge=0, le=1)
    """Findings below this score are left alone; low on purpose: recall first."""
    thresholds: dict[EntityType, Annotated[float, Field(ge=0, le=1)]] = Field(default_factory=dict)
    """Thresholds of single entity types, where they differ (for example `URL = 0.1`)."""
    keep: tuple[EntityType, ...] = ()
    """Entity types that may stay (for example `URL`)."""
    allow: tuple[str, ...] = ()
    """Words that are never personal (the company's own names and numbers), compared without case and accents."""
    deny: tuple[str, ...] = ()
    """Words that are always redacted, compared without case and accents."""
    patterns: tuple[PatternPolicy, ...] = ()
    words: tuple[WordsPolicy, ...] = ()

    def threshold_of(self, entity_type: str) -> float:
        """The least score, 0..1, that counts for an entity type."""
        return self.thresholds.get(entity_type, self.threshold)


NO_NAMES = "none"
"""Stands for no name model."""


class ModelsPolicy(Section):
    """Which engines and models do the work."""

    transcriber: str = Field(default="whisper-base", min_length=1)
    """A name in models.toml, or a path to a model folder."""
    names: str = Field(default="name-model", min_length=1)
    """The model of names, places, health and credentials: a name, a path, or `none` for rules and lists alone."""
    speech_engine: Literal["faster-whisper", "openai-whisper"] = "faster-whisper"
    text_reader: Literal["tesserocr", "pytesseract"] = "tesserocr"
    beam: int = Field(default=5, ge=1, le=10)
    """Beam width of the first reading."""
    beam_again: int = Field(default=1, ge=1, le=10)
    """Beam width of the second reading, which looks for what the first one missed."""
    temperatures: tuple[Annotated[float, Field(ge=0, le=1)], ...] = (0.0,)
    """Tried in order while a window comes out as a loop; those above 0 sample, and hear something else in every run."""
    threads: int = Field(default=2, ge=1, le=64)
    """Processors that one worker uses: windows of speech and channels at a time, and inside the name model."""


class AudioPolicy(Section):
    """How sound is masked."""

    mask: Literal["tone", "silence", "noise"] = "tone"
    pad_ms: int = Field(default=200, ge=0, le=2000)
    """Added before and after each personal word."""
    merge_gap_ms: int = Field(default=400, ge=0, le=5000)
    """Masked ranges of one channel that are closer than this become one."""
    round_ms: int = Field(default=250, ge=1, le=2000)
    """Lengths of masked ranges are rounded up to a multiple of this, so that they do not count digits."""
    uncertain: Literal["mask", "refuse", "keep"] = "mask"
    """What becomes of speech that gave no words, and of unsure words where a value is expected."""
    unsure: float = Field(default=0.2, ge=0, le=1)
    """Words of less confidence than this are uncertain behind a label or a question, and words that last too long for
    their letters, or that no dictionary knows in a row with a value; 0: none is."""
    max_hours: float = Field(default=4.0, gt=0, le=24)
    speakers: tuple[Speaker, ...] = ("agent", "customer")
    """Names of the channels from the left, in transcripts; a channel without one, and a mono call's, is `channel N`."""

    @field_validator("speakers")
    @classmethod
    def _told_apart(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if len({name.casefold() for name in value}) < len(value):
            raise ValueError("two channels have the same name; names must differ")
        if any(name.casefold().startswith("channel") for name in value):
            raise ValueError("channel N is the name of a channel without one; choose another, for example agent")
        return value


class TranscriptPolicy(Section):
    """What is written beside the sound of a call."""

    formats: tuple[Form, ...] = Field(default=("txt", "json"), min_length=1)
    """Forms of the redacted transcript: lines to read, WebVTT or SubRip captions, JSON with the time of each word."""

    @field_validator("formats")
    @classmethod
    def _once(cls, value: tuple[Form, ...]) -> tuple[Form, ...]:
        if len(set(value)) < len(value):
            raise ValueError("a form is named twice; name each once, for example ['txt', 'json']")
        return value


MarkKind = Literal["faces", "codes", "signatures", "documents"]


class MarksPolicy(Section):
    """What is covered in pictures without being text, and how sure its detector must be."""

    detect: tuple[MarkKind, ...] = ("faces", "codes", "signatures", "documents")
    """The detectors that look at each picture; one that is left out is switched off."""
    faces: float = Field(default=0.2, ge=0.05, le=1)
    """Least heat of a face. Real faces of 24 px and more reach 0.3 and mostly 0.7, icons and charts stay below 0.1."""
    codes: float = Field(default=0.5, ge=0, le=1)
    """Least score of a code. A decoded one has 1, one that a decoder located 0.9, one that only looks like it less."""
    signatures: float = Field(default=0.5, ge=0, le=1)
    """Least score of a signature: how much its strokes look like handwriting, more beside a label that expects one."""
    documents: float = Field(default=0.5, ge=0, le=1)
    """Least score of the picture of an identity document: 0.6 for a title or a machine-readable zone, 0.9 for both."""

    @field_validator("detect")
    @classmethod
    def _once(cls, value: tuple[MarkKind, ...]) -> tuple[MarkKind, ...]:
        if len(set(value)) < len(value):
            raise ValueError("a detector is named twice; name each once, for example ['faces', 'codes']")
        return value


class ImagePolicy(Section):
    """How pictures are covered."""

    fill: str = Field(default="#000000", pattern=r"^#[0-9A-Fa-f]{6}$")
    margin_px: int = Field(default=3, ge=0, le=50)
    bucket_px: int = Field(default=48, ge=0, le=1000)
    """Covers are widened to a multiple of this, as far as no word that stays is in the way, so that their widths do not
    tell how long a value is; 0: as wide as the value."""
    labels: bool = False
    """Write the entity type (`PERSON`, `GR_AFM`, ...) on each cover that has room for it."""
    unsure: float = Field(default=0.5, ge=0, le=1)
    """Words that are read with less confidence than this are covered where a label announces a value; 0: none is."""
    max_pixels: int = Field(default=50_000_000, ge=1)
    """Pictures with more pixels than this are refused before they are decoded; of a document each page counts."""
    max_pages: int = Field(default=200, ge=1, le=10_000)
    """Pages of a document, or frames of an animation."""
    max_total_pixels: int = Field(default=1_000_000_000, ge=1)
    """Of all pages together."""
    max_bytes: int = Field(default=500_000_000, ge=1)
    """Larger files are refused before they are opened."""
    pdf_dpi: int = Field(default=150, ge=72, le=600)
    """Dots per inch that the pages of a PDF are drawn in: at 150 print of 6 points has the size of text on a screen."""
    marks: MarksPolicy = MarksPolicy()


class VideoPolicy(Section):
    """How screen recordings are read; they are covered as pictures are, and their sound as calls are."""

    max_hours: float = Field(default=4.0, gt=0, le=24)
    max_frames: int = Field(default=1_000_000, ge=1)
    max_pixels: int = Field(default=9_000_000, ge=1)
    """Videos with more pixels a frame than this (a little more than 4K) are refused before a frame is decoded."""


class TextPolicy(Section):
    """How text is replaced."""

    placeholder: str = Field(default="[{type}]", max_length=40)
    """Stands in for the value; `{type}` is the entity type."""
    max_bytes: int = Field(default=50_000_000, ge=1)

    @field_validator("placeholder")
    @classmethod
    def _formats(cls, value: str) -> str:
        if value.replace("{type}", "").count("{") or "{type}" not in value:
            raise ValueError("must hold {type} and no other braces, for example [{type}]")
        return value


class VerifyPolicy(Section):
    """How an output is read again before it is published."""

    rounds: int = Field(default=5, ge=1, le=10)
    """How often an output that still shows something is redone with more covered before it is withheld."""
    listenings: int = Field(default=1, ge=1, le=10)
    """How often a call is listened to after it was masked. What the last listening finds is masked as well."""
    mode: Literal["full", "changed", "sample"] = "changed"
    """How much of an output its witness looks at, see `redactor.witnesses`: all of it; what was changed and what stands
    beside it; or all of it in a share of the items, nothing in the others. What costs little is done for each."""
    sample_share: float = Field(default=0.05, gt=0, le=1)
    """The share of items that `mode = "sample"` looks at, chosen by their digest: the same ones at every run."""
    threshold: float = Field(default=0.8, ge=0, le=1)
    """From this score on counts what only a further listening takes for personal: every listening mishears anew."""


class NamesPolicy(Section):
    """How outputs are called."""

    template: str = Field(default="{name}", max_length=100)
    """The name without its suffix; folders stay. What the fields stand for says `names.named`."""

    @field_validator("template")
    @classmethod
    def _fills(cls, value: str) -> str:
        if not _TEMPLATE.fullmatch(value) or value[0] in " ." or value.endswith(".redaction"):
            allowed = ", ".join(f"{{{field}}}" for field in NAME_FIELDS)
            raise ValueError(
                f"allowed are {allowed}, letters, digits, blanks and . _ - between them, no folders; it begins with "
                "neither . nor a blank and does not end in .redaction; for example {date}_{digest}"
            )
        if not ("{name}" in value or "{digest}" in value):
            raise ValueError("must hold {name} or {digest}, or all outputs would have one name")
        return value


class Policy(Section):
    """The whole configuration. `Policy()` is right for a Greek contact centre."""

    ledger: LedgerPolicy = LedgerPolicy()
    stores: tuple[StorePolicy, ...] = ()
    detection: DetectionPolicy = DetectionPolicy()
    models: ModelsPolicy = ModelsPolicy()
    audio: AudioPolicy = AudioPolicy()
    transcript: TranscriptPolicy = TranscriptPolicy()
    image: ImagePolicy = ImagePolicy()
    video: VideoPolicy = VideoPolicy()
    text: TextPolicy = TextPolicy()
    names: NamesPolicy = NamesPolicy()
    interactions: InteractionsPolicy = InteractionsPolicy()
    verify: VerifyPolicy = VerifyPolicy()
    gate: dict[EntityType, BarPolicy] = Field(default_factory=dict)
    """What each entity type must reach before the outputs of a run leave, see `release`."""
    run: RunPolicy = RunPolicy()
    report: ReportPolicy = ReportPolicy()
    retention: RetentionPolicy = RetentionPolicy()
    keys: KeysPolicy = KeysPolicy()
    audit: AuditPolicy = AuditPolicy()
    subjects: SubjectsPolicy = SubjectsPolicy()

    @field_validator("stores")
    @classmethod
    def _distinct(cls, value: tuple[StorePolicy, ...]) -> tuple[StorePolicy, ...]:
        names = [store.name for store in value]
        if len(set(names)) < len(names):
            raise ValueError("two stores have the same name; names must differ")
        outputs = [store.output for store in value]
        if len(set(outputs)) < len(outputs):
            raise ValueError("two stores have the same output; each needs its own folder")
        return value

    @field_validator("audio")
    @classmethod
    def _channels(cls, value: AudioPolicy, info: ValidationInfo) -> AudioPolicy:
        for store in info.data.get("stores", ()):
            if unknown := sorted(set(store.channels.values()) - set(value.speakers)):
                raise ValueError(f"channels of store {store.name} names {', '.join(unknown)}; add it to speakers here")
        return value

    @field_validator("names")
    @classmethod
    def _clients(cls, value: NamesPolicy, info: ValidationInfo) -> NamesPolicy:
        if "{client}" in value.template:
            bad = [s.name for s in info.data.get("stores", ()) if not re.fullmatch(r"\w[\w .-]*", s.client)]
            if bad:
                what = "a client of letters, digits, blanks and . _ -, which template puts into names"
                raise ValueError(f"these stores need {what}: {', '.join(bad)}")
        return value

    @model_validator(mode="after")
    def _contracts(self) -> Policy:
        # Where no store is configured nothing is retained, and what places and manifests tell may be any client.
        if self.stores and (found := unknown_clients(self.retention, self.stores)):
            raise refused(found)
        return self

    def digest(self) -> str:
        """SHA-256 (hex) of all that changes an output; places (ledger, stores), `run` and retention are left out."""
        body = self.model_dump(mode="json", exclude=NOT_OF_OUTPUTS)
        canonical = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()


def default_ledger_url() -> str:
    """The ledger of the user's state folder, where no configuration names one."""
    state = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return f"sqlite:///{Path(state) / 'redactor' / 'ledger.db'}"


def keys_folder(policy: Policy) -> Path:
    """The folder of keys: `[keys] folder`, or `keys` beside a SQLite ledger, or in the user's state folder."""
    if policy.keys.folder:
        return Path(policy.keys.folder)
    return _beside(policy) / "keys"


def certificates_folder(policy: Policy) -> Path:
    """The folder of certificates: `[retention] certificates`, or `certificates` beside the keys' default place."""
    return Path(policy.retention.certificates) if policy.retention.certificates else _beside(policy) / "certificates"


def anchors_file(policy: Policy) -> Path:
    """The file of anchors: `[audit] anchors`, or `anchors.jsonl` in the folder of keys."""
    return Path(policy.audit.anchors) if policy.audit.anchors else keys_folder(policy) / "anchors.jsonl"


def _beside(policy: Policy) -> Path:
    url = policy.ledger.url or default_ledger_url()
    if url.startswith("sqlite:///") and ":memory:" not in url:
        return Path(url.removeprefix("sqlite:///")).parent
    # One folder for each server and database: keys and anchors of two ledgers must not meet.
    name = hashlib.sha256(_PASSWORD.sub("@", url).encode()).hexdigest()[:16]
    return Path(default_ledger_url().removeprefix("sqlite:///")).parent / name
