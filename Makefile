# A bare machine needs Python 3.11 or newer and make: `make` sets up .venv and prices the shipped scenarios.
# Once .venv is there, `make` works without a network.

.DEFAULT_GOAL := demo
.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: demo test test-real lint types unit corpus wheel wheel-test bench coverage mutate format clean help

# The first interpreter that is new enough; `make PYTHON=...` chooses another.  Empty when there is none.
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
  "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { echo "$$python"; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

# ---- for everybody ----

demo: $(VENV)/.installed ## set up .venv and estimate the shipped scenarios (the default)
	$(BIN)/costplan estimate scenarios/insights scenarios/data-events scenarios/organization scenarios/layouts

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s  %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

# ---- for developers ----

test: lint types unit wheel-test ## everything CI checks: lint, types, tests, and the wheel in an empty environment

lint: $(VENV)/.installed-dev ## ruff: rules and formatting
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: $(VENV)/.installed-dev ## mypy, strict on the package
	$(BIN)/mypy

unit: $(VENV)/.installed-dev ## pytest, without real data
	$(BIN)/python -m pytest

test-real: $(VENV)/.installed-dev ## the tests that read real logs and configurations: make test-real DATA=DIR
	@test -n "$(DATA)" || { echo "make test-real needs the folder of real data: make test-real DATA=DIR" >&2; exit 2; }
	$(BIN)/python -m pytest tests -m real_data --real-data="$(DATA)"

corpus: $(VENV)/.installed-dev ## what becomes of each file of a folder of configurations: make corpus DATA=DIR
	@test -n "$(DATA)" || { echo "make corpus needs a folder of configurations: make corpus DATA=DIR" >&2; exit 2; }
	@$(BIN)/python -m tests.corpus "$(DATA)"

wheel: $(VENV)/.installed-dev ## build dist/*.tar.gz, and from it dist/*.whl
	rm -rf dist
	$(BIN)/python -m build --no-isolation --outdir dist .

# Elsewhere, so that nothing of the checkout can be imported by accident.
wheel-test: $(VENV)/.installed-dev ## install the wheel into an empty environment and run the README's first command there
	@set -eu; \
	elsewhere=$$(mktemp -d); trap 'rm -rf "$$elsewhere"' EXIT; \
	echo "building the sdist, and the wheel from it"; \
	$(BIN)/python -m build --no-isolation --outdir "$$elsewhere/dist" . >"$$elsewhere/build.log" 2>&1 \
	  || { cat "$$elsewhere/build.log"; exit 1; }; \
	echo "installing the wheel into an empty environment"; \
	$(BIN)/python -m venv --without-pip "$$elsewhere/venv"; \
	$(PIP) --python "$$elsewhere/venv/bin/python" install "$$elsewhere"/dist/*.whl; \
	$(BIN)/python -m tests.readme --bin "$$elsewhere/venv/bin" README.md

# None of these is a test: nothing waits for their results.
bench: $(VENV)/.installed-bench ## speed: of a guard in CI, of routing, of reading against others (READING=--help)
	$(BIN)/python -m benchmarks.guard
	$(BIN)/python -m benchmarks.routing
	$(BIN)/python -m benchmarks.reading $(READING)
	$(BIN)/python -m benchmarks.reading_bill
	$(BIN)/python -m benchmarks.access_logs

coverage: $(VENV)/.installed-bench ## how often intervals of sampled estimates hold the truth; a quarter of an hour (COVERAGE=--help)
	$(BIN)/python -m benchmarks.coverage $(COVERAGE)

mutate: $(VENV)/.installed-dev ## flip each operator of the selector and copy code: some test must fail (MUTATE=--help)
	$(BIN)/python -m tests.mutation $(MUTATE)

format: $(VENV)/.installed-dev ## let ruff rewrite what it can
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

clean: ## remove .venv, dist and every cache
	rm -rf $(VENV) dist build .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# ---- the environment: a stamp is older than pyproject.toml when something has to be installed again ----

# 25.1 is the first pip that knows --group.
$(VENV)/.created:
	@test -n "$(PYTHON)" || { echo "costplan needs Python 3.11 or newer, and none was found:" \
	  "install one, or name it: make PYTHON=/path/to/python3.12" >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "costplan needs Python 3.11 or newer;" \
	  "$(PYTHON) is $$("$(PYTHON)" --version 2>&1): name another: make PYTHON=/path/to/python3.12" >&2; exit 1; }
	"$(PYTHON)" -m venv $(VENV)
	$(PIP) install --upgrade 'pip>=25.1'
	@touch $@

$(VENV)/.installed: pyproject.toml $(wildcard .packaging/*.py costplan/inputs/volumes/logs/*.c) | $(VENV)/.created
	$(PIP) install --editable .
	@touch $@

$(VENV)/.installed-dev: pyproject.toml $(VENV)/.installed
	$(PIP) install --group test --group lint
	@touch $@

$(VENV)/.installed-bench: pyproject.toml $(VENV)/.installed-dev
	$(PIP) install --group bench
	@touch $@
