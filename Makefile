# `make help` lists the commands. Each installs what it needs into .venv, with the versions and hashes
# of constraints/. PYTHON chooses the interpreter, PORT the port of Dagster's web page.
PYTHON ?= python3
PORT ?= 3000
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip --disable-pip-version-check --quiet install

# Compiled tests are kept for the next run, also where the machine's setting is not to.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run help test types tests test-fast ui stress bench clients scale docs compat clean
.DELETE_ON_ERROR:

run: $(VENV)/run.stamp ## Build the warehouse from the bundled capture into data/
	@$(BIN)/neuron-warehouse build

help: ## List these commands
	@sed -n 's/^\([a-z][a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

test: $(VENV)/test.stamp ## Run style checks, types and all tests
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(MAKE) --no-print-directory -j2 types tests

# The two halves of `make test` side by side: the type checker keeps one core busy for half a minute.
types: $(VENV)/test.stamp
	@$(BIN)/mypy
	@$(BIN)/lint-imports

# Three for two cores: tests wait a fifth of their time, for browsers, time-outs and politeness.
WORKERS = -n 3 --dist worksteal

tests: $(VENV)/test.stamp
	@$(BIN)/python -m pytest $(WORKERS)

test-fast: $(VENV)/test.stamp ## Run the tests that are not marked slow
	@$(BIN)/ruff check .
	@$(BIN)/python -m pytest $(WORKERS) -m "not slow"

ui: $(VENV)/run.stamp ## Open Dagster's web page at http://localhost:3000, or another PORT
	@mkdir -p .dagster && cp dagster.yaml .dagster/
	@DAGSTER_HOME=$(CURDIR)/.dagster $(BIN)/dg dev --port $(PORT)

# docs/explanation/how-it-is-tested.md reports its last result.
stress: $(VENV)/test.stamp ## Run the full stress tests, half an hour or more
	@STRESS=full $(BIN)/python -m pytest -s -m stress
	@$(BIN)/python -m tools.documents

bench: $(VENV)/test.stamp ## Measure speed and write benchmarks/results
	@$(BIN)/python -m benchmarks
	@$(BIN)/python -m tools.documents

# dbt and Superset have environments of their own: they need older packages than we do. Superset is
# 1 GB, and needs Python 3.11 or 3.12; SUPERSET_PYTHON names it where PYTHON is newer.
clients: ## Try every client of docs/how-to/using-the-data.md, and write the result there
	@$(PYTHON) -m venv $(VENV)-clients && $(PYTHON) -m venv $(VENV)-dbt
	@$(VENV)-clients/bin/python -m pip --quiet install --require-hashes --requirement constraints/clients.txt
	@$(VENV)-clients/bin/python -m pip --quiet install --no-deps --no-build-isolation --editable .
	@$(VENV)-dbt/bin/python -m pip --quiet install --requirement examples/dbt/requirements.txt
	@PATH=$(CURDIR)/$(VENV)-dbt/bin:$$PATH $(VENV)-clients/bin/python -m tools.recipes

# Needs Java 17, redis-server and PostgreSQL, 8 GB of memory and 5 GB of disk; half an hour or more.
scale: $(VENV)-scale/scale.stamp ## Try Spark, workers of Dagster and an object store on much data
	@$(VENV)-scale/bin/python -m examples.scale
	@$(VENV)-scale/bin/python -m examples.scale.limits
	@$(VENV)-scale/bin/python -m tools.documents

# The site has an environment of its own: nothing else needs its packages.
docs: $(VENV)-docs/docs.stamp ## Build the documents as a static site into dist/docs
	@NO_MKDOCS_2_WARNING=1 $(VENV)-docs/bin/mkdocs build --strict --quiet
	@echo "dist/docs/index.html"

compat: ## Run commands and fast tests with the lowest and newest allowed versions; needs uv
	@tools/compat

clean: ## Remove the environments
	rm -rf $(VENV) $(VENV)-clients $(VENV)-dbt $(VENV)-superset $(VENV)-docs $(VENV)-compat $(VENV)-scale

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit("Neuron Warehouse needs Python 3.11 or newer; this is %s. Try: make run PYTHON=python3.12" % sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	@$(PYTHON) -m venv $(VENV) || { echo "Python's venv module is missing; on Debian: apt install python3-venv" >&2; rm -rf $(VENV); exit 1; }

$(VENV)-docs/docs.stamp: constraints/docs.txt
	@echo "Installing what constraints/docs.txt pins into $(VENV)-docs (once)"
	@$(PYTHON) -m venv $(VENV)-docs
	@$(VENV)-docs/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes --requirement $<
	@touch $@

$(VENV)-scale/scale.stamp: constraints/scale.txt
	@echo "Installing what constraints/scale.txt pins into $(VENV)-scale (once; 1 GB, a few minutes)"
	@$(PYTHON) -m venv $(VENV)-scale
	@$(VENV)-scale/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes --requirement $<
	@$(VENV)-scale/bin/python -m pip --disable-pip-version-check --quiet install --no-deps --no-build-isolation --editable .
	@touch $@

# A set of packages is installed again when its constraints change. Our own code is linked, not copied,
# and compiled, as pip compiles what it copies.
$(VENV)/%.stamp: constraints/%.txt pyproject.toml | $(BIN)/python
	@echo "Installing what constraints/$*.txt pins into $(VENV) (once; a minute or two)"
	@$(INSTALL) --require-hashes --requirement constraints/$*.txt
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q pipelines warehouse dagster_project neuron_warehouse
	@touch $@
