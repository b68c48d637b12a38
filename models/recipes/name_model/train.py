"""Fine-tuning: one pass of a falling learning rate over a number of pieces, seeded, one thread."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch.nn import functional

from models.recipes.name_model.corpus import Document, filled
from models.recipes.name_model.encoder import Tagger
from models.recipes.name_model.noise import disturbed
from models.recipes.name_model.samples import CLASSES, IGNORED, batches, padded, stream, windows
from redactor.recognizers.pieces import Cutter

HELD_OUT = 0.06
"""Share of the documents that are kept for choosing the threshold and for the figures of the card."""
BATCH = 1400
RATE, HEAD_RATE = 1.5e-4, 1.5e-3
WARM = 0.05
SNAPSHOT = 300
"""Steps after which what was learnt so far is written, in case the machine is lost."""
_REPORT = 50


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is trained."""

    pieces: int
    """Word pieces that are read in all."""
    seed: int
    threads: int = 1
    """More than one is faster, and gives weights that differ in their last digits."""
    half: bool = False
    """Multiply in bfloat16, weights and losses in 32 bits: twice as fast where the processor has AVX512-BF16 or AMX."""
    rate: float = 1.0
    """Share of the usual learning rates: less for a model that knows most of it."""


def split(documents: Sequence[Document], seed: int) -> tuple[list[Document], list[Document]]:
    """Documents to learn from and documents held out."""
    order = list(documents)
    random.Random(seed).shuffle(order)
    count = round(len(order) * HELD_OUT)
    return order[count:], order[:count]


def trained(
    model: Tagger,
    documents: Sequence[Document],
    cutter: Cutter,
    plan: Plan,
    log: Callable[[str], object] = print,
    keep: Callable[[], object] = lambda: None,
) -> None:
    """Train `model` in place; `log` gets a line now and then, `keep` is called every `SNAPSHOT` steps."""
    torch.manual_seed(plan.seed)
    torch.set_num_threads(plan.threads)
    head = {"params": list(model.head.parameters()), "lr": HEAD_RATE * plan.rate}
    rest = {
        "params": [p for name, p in model.named_parameters() if not name.startswith("head")],
        "lr": RATE * plan.rate,
    }
    optimizer = torch.optim.AdamW([head, rest], weight_decay=0.01, fused=True)
    done = 0

    def share(_: int) -> float:
        progress = done / plan.pieces
        return min(progress / WARM, 1.0) * max(0.02, 1 - progress)

    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, share)
    model.train()
    begun, losses = time.monotonic(), []
    for step, (ids, kinds, mask, classes) in enumerate(batches(stream(documents, cutter, plan.seed), BATCH, plan.seed)):
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=plan.half):
            scores = model(ids, kinds, mask).float()
        loss = functional.cross_entropy(
            scores.view(-1, len(CLASSES)), classes.view(-1), ignore_index=IGNORED, label_smoothing=0.02
        )
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        schedule.step()
        losses.append(loss.item())
        done += int(mask.sum())
        if step % _REPORT == 0:
            recent = sum(losses[-_REPORT:]) / len(losses[-_REPORT:])
            log(f"step {step} pieces {done} loss {recent:.4f} {time.monotonic() - begun:.0f} s")
        if step % SNAPSHOT == SNAPSHOT - 1:
            model.eval()
            keep()
            model.train()
        if done >= plan.pieces:
            break
    model.eval()


def measured(
    model: Tagger, documents: Sequence[Document], cutter: Cutter, seed: int
) -> dict[str, tuple[int, int, int]]:
    """For each class, pieces that are right, expected and answered, on each document once."""
    counts = {name: [0, 0, 0] for name in CLASSES}
    rng = random.Random(seed)
    with torch.no_grad():
        for document in documents:
            ids, kinds, mask, classes = padded(list(windows(disturbed(document, filled(document, rng), rng), cutter)))
            answers = model(ids, kinds, mask).argmax(-1)
            for answer, expected in zip(answers.flatten().tolist(), classes.flatten().tolist(), strict=True):
                if expected != IGNORED:
                    counts[CLASSES[expected]][1] += 1
                    counts[CLASSES[answer]][2] += 1
                    counts[CLASSES[answer]][0] += answer == expected
    return {name: (right, expected, answered) for name, (right, expected, answered) in counts.items()}
