"""The baseline: a blank spaCy pipeline with a convolutional NER, on the same text and noise.

`python -m models.recipes.name_model.cnn OUT --documents N` reads N documents and writes a spaCy pipeline.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.training import Example
from spacy.util import filter_spans
from thinc.api import fix_random_seed

from models.recipes.name_model.corpus import LABELS, Document, documents, filled, text_of
from models.recipes.name_model.noise import disturbed
from models.recipes.name_model.train import split

_BATCH = 64
_REPORT = 50


def examples(learnt: Sequence[Document], pipeline: Language, rng: random.Random) -> Iterator[Example]:
    """Documents without end, each time filled and disturbed anew."""
    while True:
        for document in rng.sample(learnt, len(learnt)):
            text, spans = text_of(disturbed(document, filled(document, rng), rng))
            doc = pipeline.make_doc(text)
            found = [doc.char_span(start, end, label, alignment_mode="expand") for start, end, label in spans]
            entities = filter_spans([span for span in found if span is not None])
            answer = {"entities": [(span.start_char, span.end_char, span.label_) for span in entities]}
            yield Example.from_dict(doc, answer)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--documents", type=int, default=30_000)
    parser.add_argument("--seed", type=int, default=20261124)
    options = parser.parse_args()
    fix_random_seed(options.seed)
    learnt, _ = split(documents(), options.seed)
    pipeline = spacy.blank("xx")
    ner = pipeline.add_pipe("ner")
    for label in LABELS.values():
        ner.add_label(label)  # type: ignore[attr-defined]
    stream = examples(learnt, pipeline, random.Random(options.seed))
    optimizer = pipeline.initialize(lambda: [next(stream) for _ in range(200)])
    for step in range(options.documents // _BATCH):
        losses = pipeline.update([next(stream) for _ in range(_BATCH)], sgd=optimizer, drop=0.1)
        if step % _REPORT == 0:
            print(f"step {step} loss {losses['ner']:.1f}", flush=True)
    pipeline.to_disk(options.out)


if __name__ == "__main__":
    main()
