"""The recipe of the name model in small: text, noise, a tiny encoder trained, exported and run."""

from __future__ import annotations

import random
import re
import shutil
import struct
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch

from models.recipes.name_model import codes, hear
from models.recipes.name_model.confusions import confusions
from models.recipes.name_model.corpus import LABELS, Document, documents, filled, text_of
from models.recipes.name_model.encoder import Tagger
from models.recipes.name_model.export import exported
from models.recipes.name_model.noise import disturbed, heard
from models.recipes.name_model.q4 import Shape, read
from models.recipes.name_model.resume import mix, resumed
from models.recipes.name_model.samples import CLASSES, CUTS, IGNORED, batches, padded, stream, windows
from models.recipes.name_model.slots import feminine, fill, greeklish, inflected
from models.recipes.name_model.train import Plan, measured, split, trained
from redactor.normalize import folded
from redactor.recognizers.name_model import NameRecognizer, model_folder
from redactor.recognizers.pieces import Cutter

TINY = Shape(48, 1, 4, 96, 0, 512, 2, 1e-12)
SEED = 3


@pytest.fixture(scope="module")
def cutter() -> Cutter:
    return Cutter(model_folder() / "tokenizer.json")


def tiny() -> Tagger:
    torch.manual_seed(SEED)
    return Tagger(TINY, 25_000, len(CLASSES))


def test_the_text_is_as_large_and_as_mixed_as_it_must_be() -> None:
    found = documents()
    marked = [d for d in found if "[" in d.body]
    assert len([d for d in found if not d.english and not d.heard]) >= 2500
    assert len([d for d in found if d.english and not d.heard]) >= 700
    assert len(found) - len(marked) >= 800
    assert len({d.body for d in found}) == len(found)


def test_every_document_fills_and_keeps_its_labels_through_noise() -> None:
    rng = random.Random(SEED)
    for document in documents():
        tokens = filled(document, rng)
        text, spans = text_of(tokens)
        assert re.search(r"\{[a-z.]+\}", text) is None
        assert len(spans) == document.body.count("[")
        assert all(text[start:end].strip() for start, end, _ in spans)
        noisy, kept = text_of(disturbed(document, tokens, rng))
        assert {label for _, _, label in kept} <= {label for _, _, label in spans} <= set(LABELS.values())
        assert all(0 <= start < end <= len(noisy) for start, end, _ in kept)


def test_noise_is_seeded() -> None:
    document = Document("el-calls-x", "με λένε [P {f.m.acc} {s.m.acc}] από την [L Καλαμάτα]")

    def once() -> str:
        rng = random.Random(SEED)
        return text_of(heard(filled(document, rng), rng, english=False))[0]

    assert once() == once()


def test_a_bracket_that_marks_nothing_is_refused(tmp_path: Path) -> None:
    (tmp_path / "el.txt").write_text("ο [X Γιώργος]\n", encoding="utf-8")
    with pytest.raises(ValueError, match="bracket"):
        documents(tmp_path)


@pytest.mark.parametrize(
    ("name", "gender", "case", "form"),
    [
        ("Γιώργος", "m", "gen", "Γιώργου"),
        ("Γιώργος", "m", "acc", "Γιώργο"),
        ("Μάκης", "m", "voc", "Μάκη"),
        ("Ελένη", "f", "gen", "Ελένης"),
        ("Σταματάκης", "m", "gen", "Σταματάκη"),
        ("Αδάμ", "m", "gen", "Αδάμ"),
    ],
)
def test_cases(name: str, gender: str, case: str, form: str) -> None:
    assert inflected(name, gender, case, random.Random(SEED)) == form


def test_women_and_greeklish() -> None:
    assert [feminine(name) for name in ("Ιωαννίδης", "Σταματάκης", "Ράπτης", "Γεωργίου")] == [
        "Ιωαννίδου",
        "Σταματάκη",
        "Ράπτη",
        "Γεωργίου",
    ]
    assert greeklish("Θανάσης", random.Random(1)) in {"Thanasis", "8anashs"}
    with pytest.raises(KeyError):
        fill("nothing", random.Random(SEED))


def test_codes_are_said_in_groups_and_letters() -> None:
    rng = random.Random(SEED)
    assert codes.shaped(rng, "LL-DD", "Ζ")[:3] == "ΖΖ-"
    for language, code, words in (("el", "ΑΒ1204", "μηδεν δωδεκα τεσσερα"), ("en", "AB1204", "oh zero one two four")):
        said = {codes.read(rng, code, language) for _ in range(60)}
        assert len(said) > 30
        assert all(set(words.split()) & set(folded(one).replace(",", "").split()) for one in said)
    assert all(not set("0123456789") & set(codes.read(rng, "ΚΜ2204", "el")) for _ in range(20))
    assert codes.mail(random.Random(2), "a.ba", "en").startswith("a dot ba at ")


def test_labels_are_carried_over_to_what_was_heard() -> None:
    document = Document("el-calls-x", "τον κύριο [P Παπαδόπουλο Γιάννη] θέλω από τη [L Δράμα]")
    tokens = filled(document, random.Random(SEED))
    assert hear.carried(tokens, "τον κείριο παπα δόπουλο, γιάνι θέλω από τιδράμα.") == (
        "τον κείριο [P παπα δόπουλο, γιάνι] θέλω από [L τιδράμα]."
    )
    assert hear.carried(tokens, "σκάλα σκάλα σκάλα") is None


def test_confusions_are_short_and_need_something_said() -> None:
    assert set(confusions("θελω", "σελο")) == {("θ", "σ"), ("ω", "ο")}
    assert set(confusions("μενω", "μεω")) == {("εν", "ε")}


def test_four_bit_blocks_are_read(tmp_path: Path) -> None:
    weights = np.arange(32) % 16
    block = np.float16(0.5).tobytes() + bytes((weights[:16] | (weights[16:] << 4)).astype(np.uint8))
    head = b"E5S1" + struct.pack("<I7ifi", 1, 32, 1, 1, 1, 1, 1, 1, 1e-12, 32)
    words = struct.pack("<5iQ", 0, 0, 0, 0, 0, 0) + struct.pack("<I", 0) + struct.pack("<iI", 0, 0)
    entry = struct.pack("<iH", 1, 4) + b"some" + struct.pack("<BIQQ", 2, 32, 0, len(block))
    at = len(head + words + entry)
    entry = struct.pack("<iH", 1, 4) + b"some" + struct.pack("<BIQQ", 2, 32, at, len(block))
    path = tmp_path / "model.bin"
    path.write_bytes(head + words + entry + block)
    shape, tensors = read(path)
    assert shape.hidden == 32
    assert tensors["some"].tolist() == ((weights - 8) * 0.5).tolist()
    path.write_bytes(b"nothing like it")
    with pytest.raises(ValueError, match="encoder"):
        read(path)


def test_every_piece_has_the_class_of_its_word(cutter: Cutter) -> None:
    document = Document("el-calls-x", "ο [P Στέργιος Ασλανίδης] είναι [G 70 χρονών]")
    (one,) = windows(filled(document, random.Random(SEED)), cutter)
    names = [CLASSES[i] for i in one.classes if i != IGNORED]
    assert names[0] == ""
    assert set(names) == {"", "PERSON", "AGE"}
    assert len(one.ids) == len(one.kinds) == len(one.classes)


@pytest.mark.slow
def test_a_tiny_model_learns_and_runs(cutter: Cutter, tmp_path: Path) -> None:
    learnt, held = split(documents(), SEED)
    model, lines = tiny(), list[str]()
    trained(model, learnt, cutter, Plan(150_000, SEED), lines.append)
    losses = [float(line.split("loss ")[1].split()[0]) for line in lines]
    assert losses[-1] < losses[0] * 0.6
    right, expected, _ = measured(model, held[:60], cutter, SEED)[""]
    assert right > 0.5 * expected
    exported(model, tmp_path / "model.onnx")
    shutil.copy(model_folder() / "tokenizer.json", tmp_path)
    (tmp_path / "types.tsv").write_text("".join(f"{entity}\t{cut}\n" for entity, cut in CUTS.items()))
    NameRecognizer(folder=tmp_path).spans("καλησπέρα, με λένε Μαρία Στεργίου")


def test_the_graph_answers_as_the_module_does(cutter: Cutter, tmp_path: Path) -> None:
    import onnxruntime

    model = tiny().eval()
    ids, kinds, mask, _ = next(batches(stream(documents()[:50], cutter, SEED), 300, SEED))
    exported(model, tmp_path / "model.onnx")
    session = onnxruntime.InferenceSession(str(tmp_path / "model.onnx"), providers=["CPUExecutionProvider"])
    hidden = np.where(mask.numpy(), 0, -1e9).astype(np.float32)[:, None, None, :]
    inputs = {"ids": ids.numpy(), "kinds": kinds.numpy(), "places": np.arange(ids.shape[1]), "mask": hidden}
    with torch.no_grad():
        expected = model(ids, kinds, mask).numpy()[mask.numpy()]
    answered = session.run(None, inputs)[0][mask.numpy()]
    assert np.corrcoef(expected.ravel(), answered.ravel())[0, 1] > 0.97


def test_a_model_that_was_written_is_trained_further_from_where_it_was(cutter: Cutter, tmp_path: Path) -> None:
    exported(tiny(), tmp_path / "model.onnx")
    again = resumed(tmp_path / "model.onnx", heads=TINY.heads)
    exported(again, tmp_path / "again.onnx")
    assert (tmp_path / "again.onnx").read_bytes() == (tmp_path / "model.onnx").read_bytes()
    lines = list[str]()
    trained(again, documents()[:50], cutter, Plan(2000, SEED, rate=0.5), lines.append)
    assert lines
    before, after = tiny(), again.head.bias.detach().clone()
    mix(again, before)
    assert torch.allclose(again.head.bias, (after + before.head.bias) / 2)


def test_a_file_with_other_weights_is_not_trained_further(tmp_path: Path) -> None:
    exported(tiny(), tmp_path / "model.onnx")
    graph = onnx.load(tmp_path / "model.onnx")
    del graph.graph.initializer[0]
    onnx.save(graph, tmp_path / "model.onnx")
    with pytest.raises(ValueError, match="weights"):
        resumed(tmp_path / "model.onnx", heads=TINY.heads)


def test_batches_are_padded_with_what_no_one_learns(cutter: Cutter) -> None:
    rng = random.Random(SEED)
    group = [
        one for body in ("ναι", "ναι ναι ναι, πείτε μου") for one in windows(filled(Document("el", body), rng), cutter)
    ]
    ids, _, mask, classes = padded(group)
    assert ids.shape == mask.shape == classes.shape
    assert (classes[~mask] == IGNORED).all()
