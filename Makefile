# `make demo` and `make test` are the two commands that matter. Both make their own environment in .venv, once.
SHELL := /bin/sh
.DEFAULT_GOAL := help
unexport PYTHONPATH PYTHONHOME

VENV ?= .venv
BIN := $(VENV)/bin
DEMO_OUT ?= demo-out
UV ?= uv
PYTEST_ARGS ?= -n 2
PYTHON ?= $(shell for python in python3.11 python3.12 python3.13 python3; do \
	"$$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null \
	&& command -v "$$python" && break; done)
PIP_INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: help demo test lint types unit bench bench-quick lock wheel sdist images docs licences sbom audit man clean

help:
	@echo "make demo    install into $(VENV) (once) and analyse the bundled sample"
	@echo "make test    install what tests need (once), lint, check types, test"
	@echo "make lint | types | unit    one part of make test"
	@echo "make bench   measure accuracy, false alarms and speed into docs/benchmarks (hours; BENCH_ARGS=--quick: minutes)"
	@echo "make bench-quick    the part of it that is in make test"
	@echo "make lock    renew the lock files from pyproject.toml (needs uv)"
	@echo "make wheel | sdist    build the wheel, or the source archive, into dist/"
	@echo "make man     write the manual page into dist/"
	@echo "make licences    list the licences of what is installed"
	@echo "make sbom    write what goes into an installation, with hashes, into dist/ (CycloneDX)"
	@echo "make audit   look up known vulnerabilities of what is locked (needs the internet)"
	@echo "make images  make the pictures of the README from the demo"
	@echo "make docs    build the documentation into docs/_build/html, its notebooks run"
	@echo "make clean   remove what these commands made"

demo: $(VENV)/.installed-run
	@$(BIN)/twitchcam demo -o $(DEMO_OUT)

test: lint types unit

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.installed-dev
	$(BIN)/mypy

unit: $(VENV)/.installed-dev
	$(BIN)/python -m pytest $(PYTEST_ARGS)

bench: $(VENV)/.installed-dev
	$(BIN)/python -m tests.benchmarks all $(BENCH_ARGS)

bench-quick: $(VENV)/.installed-dev
	$(BIN)/python -m pytest tests/benchmarks/test_quick.py

wheel: $(VENV)/.installed-dev
	$(BIN)/python -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .

sdist: $(VENV)/.installed-dev
	$(BIN)/python -m hatchling build --target sdist --directory dist

man: $(VENV)/.installed-dev
	$(BIN)/python docs/man.py dist/twitchcam.1

licences: $(VENV)/.installed-dev
	$(BIN)/python -m piplicenses --from=mixed --order=license

sbom: $(VENV)/.installed-dev
	@mkdir -p dist
	$(BIN)/python -m cyclonedx_py requirements --pyproject pyproject.toml --mc-type application \
		--output-reproducible --output-format JSON --output-file dist/twitchcam.cdx.json requirements.lock

# In an environment of its own: it is no part of what is developed with. Strict: what cannot be looked up is a failure.
audit: $(BIN)/python
	@test -x $(VENV)/audit/bin/pip-audit || { $(PYTHON) -m venv $(VENV)/audit \
		&& $(VENV)/audit/bin/python -m pip install --quiet --disable-pip-version-check "pip-audit>=2.9,<3"; } \
		|| { echo "make audit: pip-audit cannot be installed: it needs the internet" >&2; exit 1; }
	@$(VENV)/audit/bin/pip-audit --strict --progress-spinner off --disable-pip --require-hashes \
		--requirement requirements.lock --requirement requirements-dev.lock \
		|| { echo "make audit: not passed: a library above has a known vulnerability, or could not be looked up (that needs" \
		"the internet)" >&2; exit 1; }

images: $(VENV)/.installed-dev
	$(BIN)/python docs/images.py

docs: $(VENV)/.installed-dev
	OPENBLAS_NUM_THREADS=1 TWITCHCAM_DOCS_NOTEBOOKS=force $(BIN)/sphinx-build -W -n --keep-going docs docs/_build/html

# The build backend is in the lock as well, so that nothing is installed that the lock does not name.
LOCK = $(UV) pip compile --quiet --upgrade --universal --generate-hashes --python-version 3.11 --group build \
	--custom-compile-command "make lock" pyproject.toml
lock:
	$(LOCK) --output-file requirements-dev.lock --extra dev
	$(LOCK) --output-file requirements.lock --constraints requirements-dev.lock

clean:
	rm -rf $(VENV) $(DEMO_OUT) dist build docs/_build docs/notebooks .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "twitchcam needs Python 3.11, 3.12 or 3.13: install one, or name it: make PYTHON=/path/to/python" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
		echo "$(PYTHON) cannot make an environment (Debian, Ubuntu: sudo apt-get install python3-venv)" >&2; exit 1; }

$(VENV)/.installed-run: $(BIN)/python requirements.lock pyproject.toml
	@echo "Installing into $(VENV): once, a few minutes at most..." >&2
	@$(PIP_INSTALL) --require-hashes --only-binary :all: -r requirements.lock
	@$(PIP_INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.installed-dev: $(BIN)/python requirements-dev.lock pyproject.toml
	@echo "Installing into $(VENV) what tests need: once, a few minutes at most..." >&2
	@$(PIP_INSTALL) --require-hashes --only-binary :all: -r requirements-dev.lock
	@$(PIP_INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@ $(VENV)/.installed-run
