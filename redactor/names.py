"""Where the outputs of an item go: planned for all items of a run together, so that no two ever meet."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from redactor.protocols import Kind

SIDECAR = ".redaction.json"
_ORDER: dict[Kind, int] = {"audio": 0, "video": 1, "image": 2, "text": 3}


@dataclass(frozen=True, slots=True)
class Outputs:
    """The places of one item's outputs below the output folder."""

    medium: PurePosixPath = field(repr=False)
    """`NAME.ext`, the same form as the source."""
    sidecar: PurePosixPath = field(repr=False)
    """`NAME.redaction.json`, or `NAME.ext.redaction.json` beside another item of the same stem."""
    transcripts: tuple[tuple[str, PurePosixPath], ...] = field(default=(), repr=False)
    """Form and place of each transcript of a call: `NAME.txt`, or `NAME.ext.txt` when an item of that name exists."""

    def all(self) -> tuple[PurePosixPath, ...]:
        """Every place, the medium last: it is the one that says that the item is done."""
        return (self.sidecar, *(place for _, place in self.transcripts), self.medium)

    def as_json(self) -> str:
        """One line, the same for the same places."""
        beside = [[form, str(place)] for form, place in self.transcripts]
        body = {"medium": str(self.medium), "sidecar": str(self.sidecar), "transcripts": beside}
        return json.dumps(body, ensure_ascii=False)

    @staticmethod
    def from_json(text: str) -> Outputs:
        """The other way; raises `ValueError` or `KeyError` for anything else."""
        body = json.loads(text)
        beside = tuple((str(form), PurePosixPath(place)) for form, place in body["transcripts"])
        return Outputs(PurePosixPath(body["medium"]), PurePosixPath(body["sidecar"]), beside)

    def shown(self) -> PurePosixPath | None:
        """The transcript to read first: `NAME.txt` where there is one."""
        return dict(self.transcripts).get("txt", self.transcripts[0][1] if self.transcripts else None)


def named(public: PurePosixPath, template: str, values: Mapping[str, str]) -> PurePosixPath:
    """`public` under the name that a template gives it; folders and suffix stay.

    Args:
        public: the item's place, free of personal data.
        template: as `NamesPolicy.template` checks it. `{name}` stands for the name in `public` without its suffix.
        values: what stands for the other fields: `digest` (16 hex digits of the SHA-256 of the content: a digest of a
            name could be turned back into a telephone number by trying them all), `date` (UTC, of the last change of
            the file, YYYY-MM-DD), `client` and `store`.
    """
    return public.with_name(template.format(name=public.stem, **values) + public.suffix)


def plan(
    items: Iterable[tuple[PurePosixPath, Kind]], forms: Sequence[str] = ("txt",), taken: Iterable[str] = ()
) -> Iterator[Outputs | None]:
    """The outputs of each `(public path, kind)`, in order; None for an item whose medium place is already taken.

    Media keep their names; sidecars and transcripts (in `forms`, which are suffixes) step aside: calls before pictures
    before texts. None also when both names of one of these are taken. `taken` are the keys (`key`) of places that were
    given away before; `candidates` says which to ask for.
    """
    listed = list(items)
    taken = set(taken)
    media: list[bool] = []
    for place, _ in listed:
        media.append(key(place) not in taken)
        taken.add(key(place))
    planned: dict[int, Outputs] = {}
    for i in sorted(range(len(listed)), key=lambda i: (_ORDER[listed[i][1]], i)):
        place, kind = listed[i]
        if not media[i]:
            continue
        suffixes = _beside(kind, forms)
        beside = [free for suffix in suffixes if (free := _free(place, suffix, taken))]
        if len(beside) == len(suffixes):
            planned[i] = Outputs(place, beside[0], tuple(zip(forms, beside[1:], strict=False)))
    for i in range(len(listed)):
        yield planned.get(i)


def candidates(place: PurePosixPath, kind: Kind, forms: Sequence[str]) -> Iterator[str]:
    """The keys of all places that the outputs of one item could get."""
    yield key(place)
    for suffix in _beside(kind, forms):
        yield key(place.with_name(place.stem + suffix))
        yield key(place.with_name(place.name + suffix))


def _beside(kind: Kind, forms: Sequence[str]) -> list[str]:
    return [SIDECAR, *(f".{form}" for form in forms if kind in ("audio", "video"))]


def _free(place: PurePosixPath, suffix: str, taken: set[str]) -> PurePosixPath | None:
    for chosen in (place.with_name(place.stem + suffix), place.with_name(place.name + suffix)):
        # `call.redaction.wav` has no transcript `call.redaction.json`: that is the name of a sidecar.
        if key(chosen) not in taken and (suffix == SIDECAR or not key(chosen).endswith(SIDECAR)):
            taken.add(key(chosen))
            return chosen
    return None


def key(place: PurePosixPath) -> str:
    """What two places that could be one file have in common."""
    # Mounted shares are often case-insensitive: two names that differ in case only would overwrite each other there.
    return str(place).casefold()
