"""Trains the name model: `python -m models.recipes.name_model`, an hour on two cores.

Needs the packages of the `train` extra, and `redactor models fetch multilingual-e5-small`. Writes model.onnx,
tokenizer.json and figures.json into models/name-model/, or where `--out` says. Everything is seeded; two runs on one
machine give the same model.
"""

from __future__ import annotations

import argparse
import json
import shutil
import time
from pathlib import Path

from models.recipes.name_model.corpus import documents
from models.recipes.name_model.export import exported
from models.recipes.name_model.prepare import ENCODER, PUBLISHED, prepared
from models.recipes.name_model.resume import mix, resumed
from models.recipes.name_model.samples import CLASSES, CUTS
from models.recipes.name_model.train import Plan, measured, split, trained
from redactor.engines.models import locate
from redactor.recognizers.pieces import Cutter

OUT = Path(__file__).parents[2] / "name-model"


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--encoder", type=Path, help=f"folder with {ENCODER} and {PUBLISHED}, if it is not the usual one"
    )
    parser.add_argument("--pieces", type=int, default=11_000_000, help="word pieces to train on")
    parser.add_argument("--layers", type=int, default=6, help="layers of the encoder that are kept, from the bottom")
    parser.add_argument(
        "--share", type=float, default=1.0, help="share of the text to learn from (for a learning curve)"
    )
    parser.add_argument("--seed", type=int, default=20261124)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument(
        "--half", action="store_true", help="multiply in bfloat16: twice as fast where the processor can"
    )
    parser.add_argument(
        "--further",
        type=Path,
        metavar="FOLDER",
        help="train a model further that was written there, with its vocabulary, at half the rate; "
        "the mean of its weights before and after is written",
    )
    parser.add_argument("--out", type=Path, default=OUT)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    learnt, held = split(documents(), options.seed)
    learnt = learnt[: round(len(learnt) * options.share)]
    tokenizer = options.out / "tokenizer.json"
    if options.further:
        model = resumed(options.further / "model.onnx")
        if options.further.resolve() != options.out.resolve():
            shutil.copyfile(options.further / tokenizer.name, tokenizer)
    else:
        model = prepared(options.encoder or locate("multilingual-e5-small"), tokenizer, len(CLASSES), options.layers)
    cutter = Cutter(tokenizer)
    begun = time.monotonic()
    trained(
        model,
        learnt,
        cutter,
        Plan(options.pieces, options.seed, options.threads, options.half, 0.5 if options.further else 1.0),
        log=lambda line: print(line, flush=True),
        keep=lambda: exported(model, options.out / "model.onnx"),
    )
    seconds = time.monotonic() - begun
    if options.further:
        mix(model, resumed(options.further / "model.onnx"))
    figures = {
        "documents": len(learnt),
        "held_out": len(held),
        "pieces": options.pieces,
        "half": options.half,
        "further": options.further is not None,
        "layers": len(model.layers),
        "seconds": round(seconds),
        "bytes": exported(model, options.out / "model.onnx"),
        "held_out_pieces": measured(model, held, cutter, options.seed),
    }
    types = "".join(f"{entity}\t{cut}\n" for entity, cut in CUTS.items())
    (options.out / "types.tsv").write_text(types, encoding="utf-8")
    (options.out / "figures.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
