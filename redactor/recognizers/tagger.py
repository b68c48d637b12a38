"""The name model on ONNX Runtime: words of a text to probabilities of entity types."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from redactor.errors import EngineError, MissingEngineError
from redactor.recognizers.pieces import SIGN, Cutter, Words
from redactor.recognizers.view import View

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

TYPES = ("PERSON", "ADDRESS", "LOCATION", "DATE_OF_BIRTH", "AGE", "HEALTH", "USERNAME", "PASSWORD", "CUSTOMER_ID")
"""What a name model may answer; which of them it does, and in which order behind "nothing", its types.tsv says."""
_START, _END = 0, 2

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Tagged:
    """The words of a text with their probabilities."""

    spans: Sequence[tuple[int, int]] = field(repr=False)
    """`(start, end)` of each word or sign in the folded text."""
    odds: Floats = field(repr=False)
    """Words x (1 + `types`): probabilities; each row sums to one, but where windows overlap."""
    types: Sequence[str] = TYPES


class Tagger:
    """Runs the model; one object a folder is enough, threads may share it."""

    def __init__(self, folder: Path, threads: int = 1) -> None:
        """`folder` holds model.onnx, tokenizer.json and types.tsv; `threads` processors work on one text.

        Raises `MissingEngineError` when something is missing, `EngineError` when types.tsv cannot be used.
        """
        self._cutter = Cutter(_present(folder / "tokenizer.json"))
        self._session = _session(_present(folder / "model.onnx"), threads)
        self.cuts = _cuts(_present(folder / "types.tsv"))
        """Probability from which a finding of a type counts, chosen when the model was made."""
        self.types = tuple(self.cuts)
        """The types in the order of the model's outputs."""

    def tag(self, text: View) -> Tagged:
        """Probabilities for every word; the same text gives the same numbers, whatever was tagged before it."""
        words = self._cutter.words(text)
        odds = np.zeros((len(words.spans), 1 + len(self.types)), np.float32)
        odds[:, 0] = 1.0
        for first, answer in self._answers(words):
            part = odds[first : first + len(answer)]
            # Where two windows saw a word, the one that suspects more is believed.
            more = answer[:, 0] < part[:, 0]
            part[more] = answer[more]
        return Tagged(words.spans, odds, self.types)

    def _answers(self, words: Words) -> Iterator[tuple[int, Floats]]:
        # One window at a time: the model rounds all that it is given on one scale, so that windows that run together
        # would change each other's numbers; and eight at once take 70 MB more, at the same speed.
        for a, b in words.windows():
            sizes = [len(pieces) for pieces in words.pieces[a:b]]
            row = [piece for pieces in words.pieces[a:b] for piece in pieces]
            ids = np.asarray([[_START, *row, _END]], np.int64)
            kinds = np.asarray([[SIGN, *np.repeat(words.kinds[a:b], sizes), SIGN]], np.int64)
            places = np.arange(ids.shape[1], dtype=np.int64)
            mask = np.zeros((1, 1, 1, ids.shape[1]), np.float32)
            (scores,) = self._session.run(None, {"ids": ids, "kinds": kinds, "places": places, "mask": mask})
            yield a, _by_word(scores[0], sizes)


@cache
def tagger(folder: Path, threads: int = 1) -> Tagger:
    """The tagger of a folder, loaded once for each number of threads."""
    return Tagger(folder, threads)


def _by_word(scores: Floats, sizes: Sequence[int]) -> Floats:
    """Pieces' scores, the start of the text before them, to words' probabilities: the mean over a word's pieces."""
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    pieces = scores[1 : 1 + sum(sizes)]
    mean = np.add.reduceat(pieces, starts, axis=0) / np.asarray(sizes, np.float32)[:, None]
    raised = np.exp(mean - mean.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), np.float32)


def _cuts(path: Path) -> dict[str, float]:
    try:
        rows = (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines())
        cuts = {entity: float(cut) for entity, cut in rows}
    except ValueError:
        cuts = {}
    if not cuts or set(cuts) - set(TYPES):
        raise EngineError(
            f"types.tsv of the name model must hold lines of type, tab and probability; types: {', '.join(TYPES)}",
            reason="NAME_MODEL",
        )
    return cuts


def _present(path: Path) -> Path:
    if not path.is_file():
        raise MissingEngineError(
            f"the name model is not installed: {path.name} is missing; install the package again", reason="NO_MODEL"
        )
    return path


def _session(model: Path, threads: int) -> InferenceSession:
    try:
        import onnxruntime
    except ModuleNotFoundError as error:
        raise MissingEngineError(
            "onnxruntime is not installed: pip install 'redactor[names]'", reason="NO_ONNXRUNTIME"
        ) from error
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    # A plan of memory for every shape of input would be kept for ever; texts come in all lengths.
    options.enable_mem_pattern = False
    # So would an arena of the largest shape.
    options.enable_cpu_mem_arena = False
    # Where the processor has no instruction for products of bytes (VNNI), sums of two of them are cut off at 16 bits,
    # and the same text would be judged otherwise than elsewhere.
    options.add_session_config_entry("session.x64quantprecision", "1")
    return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
