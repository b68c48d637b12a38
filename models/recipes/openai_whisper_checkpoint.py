"""Writes a Whisper model in CTranslate2 form out as an openai-whisper checkpoint: one download, two engines.

usage: python models/recipes/openai_whisper_checkpoint.py CT2_DIR OUT.pt [--check SAMPLE.wav]

Needs torch and openai-whisper; --check also faster-whisper and ffmpeg. The layout of `model.bin` (little endian):
format version, name and revision of the specification, number of variables, then for each its name, rank, dimensions,
type, number of bytes and bytes; at the end the aliases. Names are a 16-bit length, the text and a zero byte.
"""

from __future__ import annotations

import argparse
import difflib
import json
import struct
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Tensors = dict[str, NDArray[Any]]

FORMAT_VERSION = 6
TYPES = ("f4", "i1", "i2", "i4", "f2")
"""Element types by number; 5 would be bfloat16, which numpy does not have."""
ALIKE = 0.85
"""Least similarity of what the two engines hear in a sample (they round differently: int8 and float32)."""


def read_model(path: Path) -> Tensors:
    """The variables of a CTranslate2 `model.bin` by name. Raises ValueError for anything else."""
    with path.open("rb") as file:
        if _number(file, "I") != FORMAT_VERSION or _name(file) != "WhisperSpec":
            raise ValueError("not a Whisper model in CTranslate2 format 6")
        _number(file, "I")
        tensors = dict(_variable(file) for _ in range(_number(file, "I")))
        tensors |= {_name(file): tensors[_name(file)] for _ in range(_number(file, "I"))}
        if file.read(1):
            raise ValueError("the model file goes on after its end")
    return tensors


def _variable(file: IO[bytes]) -> tuple[str, NDArray[Any]]:
    name = _name(file)
    shape = [_number(file, "I") for _ in range(_number(file, "B"))]
    kind, size = _number(file, "B"), _number(file, "I")
    data = file.read(size)
    if kind >= len(TYPES) or len(data) < size:
        raise ValueError("a variable is cut off or of an unknown type")
    return name, np.frombuffer(data, "<" + TYPES[kind]).reshape(shape)


def _name(file: IO[bytes]) -> str:
    return file.read(_number(file, "H"))[:-1].decode()


def _number(file: IO[bytes], kind: str) -> int:
    data = file.read(struct.calcsize(kind))
    if len(data) < struct.calcsize(kind):
        raise ValueError("the model file is cut off")
    return int(struct.unpack("<" + kind, data)[0])


def state(tensors: Mapping[str, NDArray[Any]]) -> Tensors:
    """The same tensors under openai-whisper's names; stacked projections are taken apart."""
    out: Tensors = {
        "encoder.positional_embedding": tensors["encoder/position_encodings/encodings"],
        "decoder.positional_embedding": tensors["decoder/position_encodings/encodings"],
        "decoder.token_embedding.weight": tensors["decoder/embeddings/weight"],
    }
    for conv in ("conv1", "conv2"):
        out |= {f"encoder.{conv}.{part}": tensors[f"encoder/{conv}/{part}"] for part in ("weight", "bias")}
    out |= dict(_norm(tensors, "encoder/layer_norm", "encoder.ln_post"))
    out |= dict(_norm(tensors, "decoder/layer_norm", "decoder.ln"))
    for side in ("encoder", "decoder"):
        for layer in range(_layers(tensors, side)):
            old, new = f"{side}/layer_{layer}", f"{side}.blocks.{layer}"
            out |= dict(_norm(tensors, f"{old}/ffn/layer_norm", f"{new}.mlp_ln"))
            out |= dict(_linear(tensors, f"{old}/ffn/linear_0", (f"{new}.mlp.0",)))
            out |= dict(_linear(tensors, f"{old}/ffn/linear_1", (f"{new}.mlp.2",)))
            own = f"{new}.attn"
            out |= dict(_norm(tensors, f"{old}/self_attention/layer_norm", f"{own}_ln"))
            parts = (f"{own}.query", f"{own}.key", f"{own}.value")
            out |= dict(_linear(tensors, f"{old}/self_attention/linear_0", parts))
            out |= dict(_linear(tensors, f"{old}/self_attention/linear_1", (f"{own}.out",)))
            if side == "decoder":
                cross = f"{new}.cross_attn"
                out |= dict(_norm(tensors, f"{old}/attention/layer_norm", f"{cross}_ln"))
                out |= dict(_linear(tensors, f"{old}/attention/linear_0", (f"{cross}.query",)))
                out |= dict(_linear(tensors, f"{old}/attention/linear_1", (f"{cross}.key", f"{cross}.value")))
                out |= dict(_linear(tensors, f"{old}/attention/linear_2", (f"{cross}.out",)))
    return out


def dimensions(tensors: Mapping[str, NDArray[Any]]) -> dict[str, int]:
    """openai-whisper's ModelDimensions, read off the shapes."""
    audio_state, mels = tensors["encoder/conv1/weight"].shape[:2]
    vocabulary, text_state = tensors["decoder/embeddings/weight"].shape
    return {
        "n_mels": mels,
        "n_audio_ctx": tensors["encoder/position_encodings/encodings"].shape[0],
        "n_audio_state": audio_state,
        "n_audio_head": int(tensors["encoder/num_heads"]),
        "n_audio_layer": _layers(tensors, "encoder"),
        "n_vocab": vocabulary,
        "n_text_ctx": tensors["decoder/position_encodings/encodings"].shape[0],
        "n_text_state": text_state,
        "n_text_head": int(tensors["decoder/num_heads"]),
        "n_text_layer": _layers(tensors, "decoder"),
    }


def _layers(tensors: Mapping[str, NDArray[Any]], side: str) -> int:
    found = {name.split("/")[1] for name in tensors if name.startswith(f"{side}/layer_")}
    return len(found - {"layer_norm"})


def _norm(tensors: Mapping[str, NDArray[Any]], old: str, new: str) -> Iterator[tuple[str, NDArray[Any]]]:
    yield f"{new}.weight", tensors[f"{old}/gamma"]
    yield f"{new}.bias", tensors[f"{old}/beta"]


def _linear(tensors: Mapping[str, NDArray[Any]], old: str, new: tuple[str, ...]) -> Iterator[tuple[str, NDArray[Any]]]:
    weights = np.split(tensors[f"{old}/weight"], len(new))
    biases = np.split(tensors[f"{old}/bias"], len(new))
    for name, weight, bias in zip(new, weights, biases, strict=True):
        yield f"{name}.weight", weight
        if not name.endswith(".key"):
            yield f"{name}.bias", bias
        elif bias.any():
            raise ValueError("a key projection has a bias: this is not a Whisper model")


def write_checkpoint(folder: Path, out: Path) -> None:
    """Read the CTranslate2 model in `folder` and write the checkpoint `out`; the element types stay as they are."""
    import torch

    tensors = read_model(folder / "model.bin")
    config = json.loads((folder / "config.json").read_text())
    weights = {name: torch.from_numpy(np.array(value)) for name, value in state(tensors).items()}
    checkpoint = {
        "dims": dimensions(tensors),
        "model_state_dict": weights,
        "alignment_heads": config["alignment_heads"],
    }
    out.parent.mkdir(parents=True, exist_ok=True)
    torch.save(checkpoint, out)


def similarity(folder: Path, checkpoint: Path, sample: Path) -> float:
    """How alike (0..1) both engines hear the first 28 s of `sample`'s first channel, in its likelier language."""
    from redactor.engines import ffmpeg
    from redactor.engines.faster_whisper import FasterWhisperTranscriber
    from redactor.engines.openai_whisper import OpenAIWhisperTranscriber

    info = ffmpeg.probe(sample, sample.suffix[1:])
    blocks = ffmpeg.decode(sample, info, rate_hz=ffmpeg.SPEECH_RATE_HZ)
    sound = np.ascontiguousarray(np.concatenate(list(blocks))[: 28 * ffmpeg.SPEECH_RATE_HZ, 0], dtype=np.float32)
    engines = (FasterWhisperTranscriber(folder, folder.name), OpenAIWhisperTranscriber(checkpoint, folder.name))
    language = engines[0].choose_language(sound, ("el", "en"))
    one, two = ([word.text for word in engine.transcribe(sound, language)] for engine in engines)
    return difflib.SequenceMatcher(None, " ".join(one), " ".join(two)).ratio()


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, metavar="CT2_DIR")
    parser.add_argument("out", type=Path, metavar="OUT.pt")
    parser.add_argument("--check", type=Path, metavar="SAMPLE.wav")
    args = parser.parse_args()
    write_checkpoint(args.folder, args.out)
    if args.check is None:
        return 0
    alike = similarity(args.folder, args.out, args.check)
    print(f"both engines hear the sample alike: {alike:.2f} (at least {ALIKE} wanted)")
    return 0 if alike >= ALIKE else 1


if __name__ == "__main__":
    sys.exit(main())
