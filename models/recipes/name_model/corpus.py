"""The written text: documents with marks and slots, and how they become labelled texts.

A file of models/text/ holds documents between empty lines; `#` begins a comment. `[P ...]` and the like mark personal
data, `{...}` are slots (see `slots`), `A: ` and `C: ` begin the turns of agent and customer.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from pathlib import Path

from models.recipes.name_model.slots import fill

TEXT = Path(__file__).parents[2] / "text"
EVERYDAY = Path(__file__).parents[1] / "number_sounds" / "everyday.txt"
"""A thousand lines of talk without personal data; the first `TALK` of them are learnt from."""
TALK = 800
LABELS = {
    "P": "PERSON",
    "A": "ADDRESS",
    "L": "LOCATION",
    "B": "DATE_OF_BIRTH",
    "G": "AGE",
    "H": "HEALTH",
    "U": "USERNAME",
    "W": "PASSWORD",
    "N": "CUSTOMER_ID",
}
"""Mark -> entity type; the order is that of the model's outputs."""
_PART = re.compile(r"\[([PALBGHUWN]) ([^\[\]]+)\]|([^\[\]]+)")
_SLOT = re.compile(r"\{([a-z.]+)\}")
_TOKEN = re.compile(r"\w+|[^\w\s]|\s+")
_TURN = re.compile(r"^([AC]): ", re.MULTILINE)
_SPEAKERS = (
    ("Πράκτορας: ", "Πελάτης: "), ("Εκπρόσωπος: ", "Πελάτης: "), ("Agent: ", "Customer: "), ("[a] ", "[c] "),
    ("Ομιλητής 1: ", "Ομιλητής 2: "), ("- ", "- "), ("— ", "— "), ("Α: ", "Π: "),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Document:
    """One written document."""

    source: str
    """Name of its file."""
    body: str
    """With marks and slots."""

    @property
    def english(self) -> bool:
        """True for the files of English text."""
        return self.source.startswith("en") or self.source.endswith("-en")

    @property
    def heard(self) -> bool:
        """True for what a recogniser wrote, or was made to look like it: no slips of the ear come on top."""
        return self.source.startswith("heard") or self.source.endswith("misheard")

    @property
    def spoken(self) -> bool:
        """True for what is said rather than typed."""
        return (
            "calls" in self.source or "sensitive" in self.source or "negatives" in self.source or "\nC: " in self.body
        )


@dataclass(slots=True)
class Token:
    """A word, a sign or a blank of a filled document."""

    text: str
    label: str
    """Entity type, or empty."""
    entity: int
    """Number of its entity in the document, -1 outside."""


def documents(folder: Path = TEXT) -> list[Document]:
    """All documents of a folder in the order of its files. Raises ValueError for a bracket that marks nothing."""
    found = []
    for path in sorted(folder.glob("*.txt")):
        lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
        for body in re.split(r"\n\s*\n", "\n".join(lines).strip()):
            if "".join(m.group() for m in _PART.finditer(body)) != body:
                raise ValueError(f"{path.name}: a bracket without a mark in {body[:40]!r}")
            if body.strip():
                found.append(Document(path.stem, body.strip()))
    talk = EVERYDAY.read_text(encoding="utf-8").splitlines()[:TALK]
    found += [Document("el-talk-negatives", line) for line in talk if line.strip()]
    heard = folder / "heard.tsv"
    for line in heard.read_text(encoding="utf-8").splitlines() if heard.exists() else ():
        language, _, written = line.split("\t")
        found.append(Document(f"heard-{language}", written))
    return found


def filled(document: Document, rng: random.Random) -> list[Token]:
    """The document with values in its slots and the names of its speakers in one of many styles."""
    body = document.body
    if _TURN.search(body):
        body = _turns(body, rng, english=document.english)
    tokens: list[Token] = []
    for number, part in enumerate(_PART.finditer(body)):
        mark, inside, outside = part.groups()
        label = LABELS[mark] if mark else ""
        text = _SLOT.sub(lambda slot: fill(slot.group(1), rng), inside or outside)
        tokens += [Token(piece, label, number if mark else -1) for piece in _TOKEN.findall(text)]
    return tokens


def _turns(body: str, rng: random.Random, *, english: bool) -> str:
    style = rng.random()
    if style < 0.25:
        return _TURN.sub("", body)
    if style < 0.5:
        return _TURN.sub("", body).replace("\n", " ")
    speakers = rng.choice(_SPEAKERS if not english else _SPEAKERS[2:6])
    names = {"A": speakers[0], "C": speakers[1]}
    # Speaker labels in square brackets are put in once the marks are read.
    names = {who: name.replace("[", "⟨").replace("]", "⟩") for who, name in names.items()}
    return _TURN.sub(lambda turn: names[turn.group(1)], body)


def text_of(tokens: list[Token]) -> tuple[str, list[tuple[int, int, str]]]:
    """The text of the tokens and its labelled spans `(start, end, type)`."""
    spans: list[tuple[int, int, str]] = []
    parts: list[str] = []
    at, last = 0, -1
    for token in tokens:
        text = token.text.replace("⟨", "[").replace("⟩", "]")
        parts.append(text)
        if token.entity >= 0 and not text.isspace():
            if token.entity == last and spans:
                spans[-1] = (spans[-1][0], at + len(text), token.label)
            else:
                spans.append((at, at + len(text), token.label))
            last = token.entity
        elif token.entity < 0:
            last = -1
        at += len(text)
    return "".join(parts), spans
