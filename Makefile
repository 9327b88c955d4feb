# Two commands: `make run` builds the warehouse from the bundled capture, `make test` runs the tests.
# While writing, `make test-fast` runs the tests that are not marked slow.
# Each sets up what it needs in .venv, from constraints with hashes. PYTHON chooses the interpreter.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip --disable-pip-version-check --quiet install

.PHONY: run test test-fast ui stress bench clean
.DELETE_ON_ERROR:

run: $(VENV)/run.stamp
	@$(BIN)/neuron-warehouse build

test: $(VENV)/test.stamp
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m pytest -n 2 --dist worksteal

test-fast: $(VENV)/test.stamp
	@$(BIN)/ruff check .
	@$(BIN)/python -m pytest -n 2 --dist worksteal -m "not slow"

# Dagster's web page; its history stays in .dagster/.
ui: $(VENV)/run.stamp
	@mkdir -p .dagster && cp dagster.yaml .dagster/
	@DAGSTER_HOME=$(CURDIR)/.dagster $(BIN)/dg dev

# The full form of tests/stress, eight minutes or more; docs/reliability.md reports its last result.
stress: $(VENV)/test.stamp
	@STRESS=full $(BIN)/python -m pytest -s tests/stress tests/end_to_end/test_killed.py

bench: $(VENV)/bench.stamp
	@$(BIN)/python -m benchmarks

clean:
	rm -rf $(VENV)

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit("Neuron Warehouse needs Python 3.11 or newer; this is %s. Try: make run PYTHON=python3.12" % sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	@$(PYTHON) -m venv $(VENV) || { echo "Python's venv module is missing; on Debian: apt install python3-venv" >&2; rm -rf $(VENV); exit 1; }

# A set of packages is installed again when its constraints change; our own code is linked, not copied,
# and compiled as pip compiles what it copies.
$(VENV)/%.stamp: constraints/%.txt pyproject.toml | $(BIN)/python
	@echo "Installing what constraints/$*.txt pins into $(VENV) (once; a minute or two)"
	@$(INSTALL) --require-hashes --requirement constraints/$*.txt
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q pipelines warehouse dagster_project
	@touch $@
