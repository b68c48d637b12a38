"""The encoder made ready for training: vocabulary folded and pruned, the lower layers kept, weights as float32."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from tokenizers import Tokenizer
from tokenizers.models import Unigram

from models.recipes.name_model import vocabulary
from models.recipes.name_model.corpus import documents
from models.recipes.name_model.encoder import Tagger, built
from models.recipes.name_model.q4 import read
from redactor.normalize import folded

ENCODER, PUBLISHED = "e5-small-q4.bin", "tokenizer.json"
"""Files of the model multilingual-e5-small in models.toml."""
_LATIN_WORD = re.compile(r"[a-z']{2,}")


def latin_words() -> set[str]:
    """Latin words that stand in our own text, folded."""
    return {word for document in documents() for word in _LATIN_WORD.findall(folded(document.body))}


def prepared(folder: Path, tokenizer: Path, classes: int, layers: int) -> Tagger:
    """Write `tokenizer` and return the untrained tagger for it, with the encoder's first `layers` layers."""
    kept = vocabulary.pieces(folder / PUBLISHED, latin_words())
    shape, tensors = read(folder / ENCODER)
    words = vocabulary.embeddings(kept, tensors["emb.word"].reshape(-1, shape.hidden))
    Tokenizer(Unigram(vocabulary.table(kept), unk_id=3, byte_fallback=False)).save(str(tokenizer))
    return built(replace(shape, layers=layers), tensors, words, classes)
