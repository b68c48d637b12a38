"""What a configuration says of one store: where it is, which files are what, and what their places tell."""

from __future__ import annotations

import string
from pathlib import PurePosixPath
from typing import Annotated, Any, Literal

import regex
from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator

from redactor.jurisdictions import known

Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
TERMS = ("contract_end", "case_closed", "purpose")
"""What they may tell of retention."""
FIELDS = ("client", "date", "channel", "interaction", "priority", *TERMS)
"""What the place of a file, or its line in a manifest, may tell."""
TEMPORARY = ("*.tmp", "*.part", "*.partial", "*.crdownload", "*.filepart", "*~", "~$*", ".DS_Store", "Thumbs.db")
"""Names of files that other programs are still writing, or leave behind."""
_INTERACTION = r"'^(?P<id>\d{8}-\d{4})_'"


class Section(BaseModel):
    """A table of the configuration: frozen, and without keys that nobody knows."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class InteractionsPolicy(Section):
    """Which files belong together and share what was found in them with certainty."""

    by: Literal["none", "folder", "name", "path"] = "none"
    """`folder`: those that lie in one folder; `name`, `path`: those with one id in the name, or path below the source.

    None until somebody says so: a folder may as well hold a day's calls of strangers.
    """
    pattern: str = ""
    """Regular expression with a group `id` (or any first group); files that it is not found in are alone."""

    @field_validator("pattern")
    @classmethod
    def _names(cls, value: str, info: ValidationInfo) -> str:
        by = info.data.get("by")
        if not value:
            return value
        try:
            rule = regex.compile(value)
        except regex.error as error:
            raise ValueError(f"not a regular expression: {error}") from error
        if not rule.groups:
            raise ValueError(f"needs a group that holds the interaction, for example {_INTERACTION}")
        if by in ("none", "folder"):
            raise ValueError(f"by = '{by}' takes no pattern; leave it out, or use by = 'name' or 'path'")
        return value

    @model_validator(mode="after")
    def _has_rule(self) -> InteractionsPolicy:
        if self.by in ("name", "path") and not self.pattern:
            raise ValueError(f"by = '{self.by}' needs a pattern, for example {_INTERACTION}")
        return self


class StorePolicy(Section):
    """One recording store: a source folder that is mirrored into an output folder."""

    name: Name
    source: str = Field(min_length=1)
    """A path or URL (`s3://bucket/folder`, `sftp://host/folder`, ...)."""
    output: str = Field(min_length=1)
    client: str = ""
    jurisdiction: str = ""
    """Where it stands: `GR`, ..., or `EU` or `EEA`; compared with what its clients allow."""
    output_jurisdiction: str = ""
    """Where its output stands, when that is elsewhere."""
    options: dict[str, Any] = Field(default_factory=dict, repr=False)
    """Options of the source for fsspec; `${NAME}` is taken from the environment when the store is opened."""
    output_options: dict[str, Any] = Field(default_factory=dict, repr=False)
    calls: tuple[str, ...] = ()
    """Glob patterns of the files that are calls; with / in it on the whole place below the source, else on the name."""
    screens: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    formats: dict[str, str] = Field(default_factory=dict)
    """Suffixes that are not known -> the one that their files would have (`rec = "wav"`)."""
    ignore: tuple[str, ...] = TEMPORARY
    """Glob patterns of files that are no items at all; manifests never are."""
    interaction: InteractionsPolicy | None = None
    """Which files belong together; absent: what `[interactions]` says."""
    fields: str = ""
    """Regular expression on the place below the source, with some of the named groups of `FIELDS`."""
    manifest: str = ""
    """Glob pattern of CSV, JSON or JSONL files of the source that list files and what is known of them."""
    columns: dict[str, str] = Field(default_factory=dict)
    """How the manifests call what they tell: `file` or one of `FIELDS` -> the name there (`{ file = "Recording" }`)."""
    channels: dict[str, str] = Field(default_factory=dict)
    """What stands for a channel in places and manifests -> one of `audio.speakers` (`{ rx = "customer" }`)."""
    settle_s: float = Field(default=5.0, ge=0, le=86_400)
    """Seconds for which size and time stay the same before a file is taken."""
    priority: int = Field(default=0, ge=-1000, le=1000)
    """Higher first."""
    erase: Literal["delete", "overwrite"] = "delete"
    """How retention removes a file of a local folder; `overwrite` writes over its bytes first, as disks let it."""
    encrypt: bool = False
    """Write outputs encrypted, with a key for each file that retention destroys with it (crypto-erase)."""

    @field_validator("source", "output")
    @classmethod
    def _no_password(cls, value: str) -> str:
        scheme, _, rest = value.partition("://")
        if rest and scheme != "file" and ":" in rest.partition("/")[0].rpartition("@")[0]:
            raise ValueError("holds a password; put it into options, for example password = '${STORE_PASSWORD}'")
        return value

    _label = field_validator("jurisdiction", "output_jurisdiction")(known)

    @field_validator("calls", "screens", "texts", "ignore")
    @classmethod
    def _stay_inside(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for pattern in value:
            _inside(pattern)
        return value

    @field_validator("manifest")
    @classmethod
    def _stays_inside(cls, value: str) -> str:
        if value:
            _inside(value)
            if not value.endswith((".csv", ".json", ".jsonl")):
                raise ValueError("must end in .csv, .json or .jsonl, for example *.manifest.csv")
        return value

    @field_validator("columns")
    @classmethod
    def _known_columns(cls, value: dict[str, str]) -> dict[str, str]:
        if set(value) - {"file", *FIELDS}:
            raise ValueError(f"knows file, {', '.join(FIELDS)} only; for example {{ client = 'CustomerName' }}")
        return value

    @field_validator("formats")
    @classmethod
    def _suffixes(cls, value: dict[str, str]) -> dict[str, str]:
        allowed = set(string.ascii_lowercase + string.digits)
        if any(not word or set(word) - allowed for pair in value.items() for word in pair):
            raise ValueError("suffixes are lower-case letters and digits without the dot, for example rec = 'wav'")
        return value

    @field_validator("fields")
    @classmethod
    def _knows(cls, value: str) -> str:
        if not value:
            return value
        try:
            rule = regex.compile(value)
        except regex.error as error:
            raise ValueError(f"not a regular expression: {error}") from error
        if not rule.groupindex or set(rule.groupindex) - set(FIELDS):
            allowed = ", ".join(FIELDS)
            raise ValueError(f"needs named groups, and only of these: {allowed}; for example ^(?P<client>[^/]+)/")
        return value


def _inside(pattern: str) -> None:
    if not pattern or pattern.startswith("/") or ".." in PurePosixPath(pattern).parts:
        raise ValueError("a pattern must stay below the source: no .. and no / at its beginning")
