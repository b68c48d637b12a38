"""Has a part of the text spoken, sent through a telephone and recognised: what recognition really writes, with labels.

`python -m models.recipes.name_model.hear KOKORO_DIR WHISPER_DIR COUNT --language en` appends to heard.tsv, line by
line: language, what was said, what was heard, both with their marks. Kokoro's Spanish and Italian voices speak Greek
from espeak-ng's phonemes; the line is G.711 at 8 kHz with noise of 12 to 30 dB. Only for making the text again: what
was heard is kept, training reads it.

Labels are carried over by sound: both sides are written as sound keys, aligned by edit distance, and a heard word takes
the label that most of its letters are aligned with.
"""

from __future__ import annotations

import argparse
import random
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from rapidfuzz.distance import Levenshtein

from models.recipes.name_model import speech
from models.recipes.name_model.corpus import LABELS, TEXT, Document, Token, documents, filled, text_of
from redactor.recognizers.sound import sound

HEARD = TEXT / "heard.tsv"
_MARK = {label: mark for mark, label in LABELS.items()}
_WORD = re.compile(r"\S+")
_MOST_WORDS = 32
_FEWEST_WORDS = 4
_UNLIKE = 0.55
"""Share of sounds that differ above which an utterance was not understood, and is left out."""


def utterances(rng: random.Random, language: str, source: str) -> Iterator[tuple[Document, list[Token]]]:
    """Filled lines of the spoken documents in `language`, without digits, as long as one breath; each line once.

    `source`: only from files whose names hold it.
    """
    lines = []
    for document in documents():
        if (
            document.spoken
            and not document.heard
            and document.english == (language == "en")
            and source in document.source
        ):
            for line in document.body.splitlines():
                body = re.sub(r"^[AC]: ", "", line)
                if _FEWEST_WORDS <= len(body.split()) <= _MOST_WORDS:
                    lines.append(Document(document.source, body))
    rng.shuffle(lines)
    # Lines with marks first three times out of four: they are what is learnt from.
    lines.sort(key=lambda one: "[" not in one.body and rng.random() < 0.7)
    for document in lines:
        tokens = filled(document, rng)
        if not any(char.isdigit() for token in tokens for char in token.text):
            yield document, tokens


def carried(tokens: list[Token], heard: str) -> str | None:
    """`heard` with the marks of what was said, or None when too little of it was understood."""
    said, owners = _sounds([(token.text, token.entity) for token in tokens if not token.text.isspace()])
    words = [(match.start(), match.end()) for match in _WORD.finditer(heard)]
    got, places = _sounds([(heard[start:end], number) for number, (start, end) in enumerate(words)])
    if not got or Levenshtein.normalized_distance(said, got) > _UNLIKE:
        return None
    votes: list[Counter[int]] = [Counter() for _ in words]
    for step in Levenshtein.opcodes(said, got):
        size = step.src_end - step.src_start
        for offset in range(step.dest_end - step.dest_start):
            source = step.src_start + min(offset, size - 1) if size else max(step.src_start - 1, 0)
            votes[places[step.dest_start + offset]][owners[min(source, len(owners) - 1)]] += 1
    labels = {token.entity: token.label for token in tokens if token.entity >= 0}
    return _marked(heard, words, [vote.most_common(1)[0][0] if vote else -1 for vote in votes], labels)


def _sounds(words: list[tuple[str, int]]) -> tuple[str, list[int]]:
    letters, owners = [], []
    for word, owner in words:
        key = sound(word)
        letters.append(key)
        owners += [owner] * len(key)
    return "".join(letters), owners


def _marked(heard: str, words: list[tuple[int, int]], owners: list[int], labels: dict[int, str]) -> str:
    out, at, number = [], 0, 0
    while number < len(words):
        end = number
        while end + 1 < len(words) and owners[end + 1] == owners[number] and owners[number] >= 0:
            end += 1
        start, stop = words[number][0], words[end][1]
        while stop > start + 1 and heard[stop - 1] in ".,;?!·…":
            stop -= 1
        out.append(heard[at:start])
        body = heard[start:stop]
        out.append(f"[{_MARK[labels[owners[number]]]} {body}]" if owners[number] >= 0 else body)
        at, number = stop, end + 1
    return "".join(out) + heard[at:]


def marked(tokens: list[Token]) -> str:
    """Tokens as text with marks."""
    text, spans = text_of(tokens)
    out, at = [], 0
    for start, end, label in spans:
        out += [text[at:start], f"[{_MARK[label]} {text[start:end]}]"]
        at = end
    return "".join(out) + text[at:]


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kokoro", type=Path, help="folder with kokoro.onnx, vocab.json and voices/")
    parser.add_argument("whisper", type=Path, help="folder of a CTranslate2 Whisper model")
    parser.add_argument("count", type=int)
    parser.add_argument("--language", choices=("el", "en"), default="el")
    parser.add_argument("--source", default="", help="only from files of models/text whose names hold this")
    parser.add_argument("--seed", type=int, default=20261124)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    line = speech.Line(options.kokoro, options.whisper)
    done = 0
    with HEARD.open("a", encoding="utf-8") as out:
        for _, tokens in utterances(rng, options.language, options.source):
            if done >= options.count:
                break
            text = line.heard("".join(token.text for token in tokens), options.language, rng)
            labelled = carried(tokens, re.sub(r"[\[\]{}|\t\n]", " ", text)) if text else None
            if labelled is not None and labelled != marked(tokens):
                out.write(f"{options.language}\t{marked(tokens)}\t{labelled}\n")
                out.flush()
                done += 1
                print(done, flush=True)


if __name__ == "__main__":
    main()
