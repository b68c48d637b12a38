from __future__ import annotations

import importlib.util
import struct
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from redactor.engines import models
from redactor.engines.openai_whisper import CHECKPOINT, OpenAIWhisperTranscriber
from redactor.errors import EngineError, MissingEngineError

SCRIPT = Path(__file__).parents[2] / "models" / "recipes" / "openai_whisper_checkpoint.py"


@pytest.fixture(scope="module")
def recipe() -> ModuleType:
    spec = importlib.util.spec_from_file_location("openai_whisper_checkpoint", SCRIPT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def named(text: str) -> bytes:
    return struct.pack("<H", len(text) + 1) + text.encode() + b"\0"


def model_file(variables: dict[str, np.ndarray], aliases: dict[str, str], name: str = "WhisperSpec") -> bytes:
    kinds = {"f4": 0, "i1": 1, "i2": 2, "i4": 3, "f2": 4}
    body = struct.pack("<I", 6) + named(name) + struct.pack("<II", 3, len(variables))
    for key, value in variables.items():
        body += named(key) + struct.pack(f"<B{value.ndim}I", value.ndim, *value.shape)
        body += struct.pack("<BI", kinds[value.dtype.str[1:]], value.nbytes) + value.tobytes()
    body += struct.pack("<I", len(aliases))
    return body + b"".join(named(key) + named(value) for key, value in aliases.items())


def test_it_reads_variables_of_all_types_and_aliases(recipe: ModuleType, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    variables = {f"a/{kind}": (rng.normal(size=(2, 3)) * 50).astype(kind) for kind in ("f4", "i1", "i2", "i4", "f2")}
    variables["scalar"] = np.array(8, np.int16)
    (tmp_path / "model.bin").write_bytes(model_file(variables, {"b": "a/f4"}))
    read = recipe.read_model(tmp_path / "model.bin")
    assert read.keys() == {*variables, "b"}
    for key, value in variables.items():
        np.testing.assert_array_equal(read[key], value)
    np.testing.assert_array_equal(read["b"], variables["a/f4"])


def test_it_refuses_what_is_not_a_whole_whisper_model(recipe: ModuleType, tmp_path: Path) -> None:
    path = tmp_path / "model.bin"
    whole = model_file({"a": np.ones(4, np.float32)}, {})
    for body in (b"", b"nonsense", whole[:-3], whole[:30], whole + b"x", model_file({}, {}, "TransformerSpec")):
        path.write_bytes(body)
        with pytest.raises(ValueError, match=r"model|variable"):
            recipe.read_model(path)


def tiny(width: int = 4) -> dict[str, np.ndarray]:
    """A Whisper of one layer: every tensor holds its own number, so that a mix-up shows."""
    shapes = {"encoder/conv1/weight": (width, 3, 3), "encoder/conv2/weight": (width, width, 3)}
    shapes |= {f"encoder/conv{i}/bias": (width,) for i in (1, 2)}
    for side in ("encoder", "decoder"):
        shapes[f"{side}/position_encodings/encodings"] = (5, width)
        norms = [f"{side}/layer_norm", *(f"{side}/layer_0/{p}/layer_norm" for p in ("ffn", "self_attention"))]
        layer = f"{side}/layer_0"
        sizes = {f"{layer}/ffn/linear_0": (4, 1), f"{layer}/ffn/linear_1": (1, 4)}
        sizes |= {f"{layer}/self_attention/linear_0": (3, 1), f"{layer}/self_attention/linear_1": (1, 1)}
        if side == "decoder":
            norms.append(f"{layer}/attention/layer_norm")
            sizes |= {f"{layer}/attention/linear_{i}": (n, 1) for i, n in enumerate((1, 2, 1))}
        shapes |= {f"{norm}/{part}": (width,) for norm in norms for part in ("gamma", "beta")}
        shapes |= {f"{name}/weight": (rows * width, cols * width) for name, (rows, cols) in sizes.items()}
        shapes |= {f"{name}/bias": (rows * width,) for name, (rows, _) in sizes.items()}
    shapes["decoder/embeddings/weight"] = (7, width)
    tensors = {name: np.full(shape, i, np.float32) for i, (name, shape) in enumerate(shapes.items())}
    for name in ("encoder/layer_0/self_attention/linear_0/bias", "decoder/layer_0/self_attention/linear_0/bias"):
        tensors[name][width : 2 * width] = 0
    tensors["decoder/layer_0/attention/linear_1/bias"][:width] = 0
    stacked = tensors["encoder/layer_0/self_attention/linear_0/weight"]
    stacked[:width], stacked[width : 2 * width], stacked[2 * width :] = 101, 102, 103
    return tensors | {"encoder/num_heads": np.array(2, np.int16), "decoder/num_heads": np.array(2, np.int16)}


def test_stacked_projections_are_taken_apart_in_order(recipe: ModuleType) -> None:
    state = recipe.state(tiny())
    attention = "encoder.blocks.0.attn"
    assert [state[f"{attention}.{part}.weight"][0, 0] for part in ("query", "key", "value")] == [101, 102, 103]
    assert f"{attention}.key.bias" not in state
    assert recipe.dimensions(tiny()) == {
        "n_mels": 3, "n_audio_ctx": 5, "n_audio_state": 4, "n_audio_head": 2, "n_audio_layer": 1,
        "n_vocab": 7, "n_text_ctx": 5, "n_text_state": 4, "n_text_head": 2, "n_text_layer": 1,
    }  # fmt: skip


def test_a_key_with_a_bias_is_not_whisper(recipe: ModuleType) -> None:
    tensors = tiny()
    tensors["decoder/layer_0/attention/linear_1/bias"][:] = 1
    with pytest.raises(ValueError, match="key projection"):
        recipe.state(tensors)


def test_without_a_checkpoint_the_engine_names_the_recipe(tmp_path: Path) -> None:
    engine = OpenAIWhisperTranscriber(tmp_path, "whisper-base")
    assert engine.choose_language(np.zeros(16000, np.float32), ["el"]) == "el"
    with pytest.raises(MissingEngineError, match=r"models/recipes/openai_whisper_checkpoint\.py"):
        engine.transcribe(np.zeros(16000, np.float32), "el")


@pytest.mark.slow
def test_a_broken_checkpoint_is_an_engine_error(tmp_path: Path) -> None:
    import torch

    torch.save({"dims": {"n_mels": 80}, "model_state_dict": {}}, tmp_path / CHECKPOINT)
    with pytest.raises(EngineError, match="cannot be loaded"):
        OpenAIWhisperTranscriber(tmp_path, "m").transcribe(np.zeros(16000, np.float32), "el")


@pytest.mark.slow
def test_both_engines_hear_a_call_alike(tmp_path: Path) -> None:
    calls = sorted((Path(__file__).parents[2] / "samples" / "calls").glob("*-en.*"))
    assert calls, "samples/calls holds no English call"
    command = [sys.executable, str(SCRIPT), str(models.locate("whisper-base")), str(tmp_path / "a.pt")]
    done = subprocess.run([*command, "--check", str(calls[0])], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "alike" in done.stdout


@pytest.mark.slow
def test_the_engine_hears_words_with_times_and_leaks_no_warning(recipe: ModuleType, tmp_path: Path) -> None:
    from tests.engines.test_faster_whisper import spoken

    recipe.write_checkpoint(models.locate("whisper-base"), tmp_path / CHECKPOINT)
    engine = OpenAIWhisperTranscriber(tmp_path, "whisper-base", beam=1)
    sound = spoken()[: 12 * 16000]
    assert engine.choose_language(sound, ("el", "en")) == "en"
    words = engine.transcribe(sound, "en")
    assert len(words) >= 3
    assert all(0 <= word.start_ms <= word.end_ms <= 12_500 and 0 <= word.confidence <= 1 for word in words)
    assert [word.start_ms for word in words] == sorted(word.start_ms for word in words)
    assert engine.name == "openai-whisper 20250625 whisper-base beam 1"
