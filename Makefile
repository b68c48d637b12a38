# make demo   set everything up, then run the nightly job on samples/ into out/
# make test   set everything up, then run all that CI runs
# make bench-peers [PACKS=DIR] [ONLY=PEER]   the product beside its peers, into benchmarks/RESULTS.md
# All are idempotent and quick the second time: each step leaves a stamp in .venv.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
SUDO   := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
SYSTEM := ffmpeg tesseract-ocr tesseract-ocr-ell tesseract-ocr-eng python3-venv fonts-dejavu-core
SERVERS := postgresql openssh-server
TORCH  := torch==2.13.0
PIP    := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

# Tools to compare with that want other versions than we do live in environments of their own.
PEERS  := datafog scrubadub

.PHONY: demo test check setup setup-test bench bench-peers clean help

help:
	@sed -n 's/^# //p' $(MAKEFILE_LIST) | head -4

demo: setup
	$(BIN)/redactor batch --config samples/redactor.toml
	@echo "Look at out/report.html"

test: setup-test check
	$(BIN)/python -m pytest -n 2 --dist loadfile

check: setup-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

setup: $(VENV)/.system $(VENV)/.package $(VENV)/.models

setup-test: setup $(VENV)/.servers $(VENV)/.dev $(VENV)/.checkpoint

bench: setup-test
	$(BIN)/python -m benchmarks.run

bench-peers: setup-test $(VENV)/.bench $(PEERS:%=.venv-peers/%/.installed)
	$(BIN)/python -m benchmarks.comparison $(if $(PACKS),--packs $(PACKS)) $(if $(ONLY),--only $(ONLY))

# Packages of Debian that are not here yet. Services among them are not started: the tests start their own.
define install
	@missing=""; for p in $(1); do \
	  dpkg-query -W -f='$${Status}' $$p 2>/dev/null | grep -q 'install ok installed' || missing="$$missing $$p"; done; \
	if [ -n "$$missing" ]; then \
	  echo "installing system packages:$$missing"; \
	  $(SUDO) apt-get update -qq && \
	  $(SUDO) env RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >/dev/null; fi
endef

$(VENV)/.system:
	$(call install,$(SYSTEM))
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; set PYTHON=..."; exit 1; }
	@[ -x $(BIN)/python ] || $(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.package: $(VENV)/.system pyproject.toml constraints.txt
	@echo "installing the package and its extras"
	@$(PIP) --editable '.[all]'
	@touch $@

$(VENV)/.models: $(VENV)/.package models/models.toml
	@$(BIN)/redactor models fetch
	@$(BIN)/redactor models check
	@touch $@

$(VENV)/.servers: $(VENV)/.system
	$(call install,$(SERVERS))
	@touch $@

# torch first and by its exact version: an open range would bring gigabytes of accelerator packages.
$(VENV)/.dev: $(VENV)/.package
	@echo "installing the tools of the tests and the second speech engine"
	@$(PIP) $(TORCH)
	@$(PIP) --editable '.[all,otel,ray,openai-whisper,train,dev]'
	@touch $@

$(VENV)/.bench: $(VENV)/.dev
	@echo "installing what benchmarks need, peers among it"
	@$(PIP) --editable '.[all,otel,ray,openai-whisper,train,dev,bench]'
	@touch $@

# A peer that cannot be installed is told in the table; the others stand.
.venv-peers/%/.installed: benchmarks/comparison/requirements/%.txt
	@echo "installing the peer $*"
	@$(PYTHON) -m venv $(@D) && $(@D)/bin/python -m pip install --quiet --disable-pip-version-check --requirement $< \
	  && touch $@ || echo "$* is left out"

$(VENV)/.checkpoint: $(VENV)/.dev $(VENV)/.models models/recipes/openai_whisper_checkpoint.py
	@$(BIN)/python models/recipes/openai_whisper_checkpoint.py models/weights/whisper-base models/weights/whisper-base-openai/openai-whisper.pt
	@touch $@

clean:
	rm -rf out build dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
