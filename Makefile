# Needs only make and python3 >= 3.11 with venv; every target that runs something installs first when needed.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PIP := $(BIN)/python -m pip --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help install run serve test browser pictures chaos check bench fuzz quality docs lock clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(STAMP) ## make .venv from the lock file, with the `unusual` command in it

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "python3 >= 3.11 is needed; name another one with: make PYTHON=/path/to/python3"; exit 1; }
	@echo "installing into $(VENV), a minute or so"
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) install -qq --requirement requirements.lock
	@$(PIP) install -qq --no-deps --no-build-isolation --editable .
	@touch $@

run: install ## the main job on real data, over REST, from start to anomalies found
	@$(BIN)/python examples/waterflow.py

serve: install ## the server on the embedded store, until stopped
	@$(BIN)/unusual serve

test: install browser ## the whole test suite
	@$(BIN)/python -m pytest -q -n 2 --dist loadfile --durations 5

# Tests of the pages say so and are skipped where there is no Chromium.
browser:
	@if ! command -v chromium >/dev/null && command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
		{ apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends chromium; } \
			>/dev/null || echo "Chromium cannot be installed: the pages are not looked at"; fi

pictures: install ## the pictures of the pages in docs/ui
	@$(BIN)/python -m tests.ui.pictures

chaos: install ## eight jobs and a datafeed at work while workers and the server are killed: nothing may be lost
	@$(BIN)/python -m tests.chaos.run
	@$(BIN)/python -m tests.chaos.feeding

check: install ## format, lint, types, import contract, budgets and docs
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/python -m pytest -q tests/architecture

bench: install ## speed and memory on seeded inputs, beside what the machine and other projects can do
	@$(PIP) install -qq --no-build-isolation --editable '.[peers]'
	@$(BIN)/python benchmarks/run.py

fuzz: install ## 20,000 made-up requests, none of which may lead to a server error
	@$(BIN)/python -m tests.conformance.fuzzing

quality: install ## detection and categorization figures on labelled data, into docs/quality.md
	@$(BIN)/python benchmarks/quality.py

docs: install ## docs/api.md and the client's calls from the routes, docs/functions.md from runs of its examples
	@$(BIN)/python tools/api_page.py
	@$(BIN)/python tools/client_calls.py
	@$(PIP) install -qq --no-build-isolation --editable '.[docs]'
	@$(BIN)/python examples/functions/page.py

lock: ## write requirements.lock anew with the newest allowed versions
	@rm -rf build/lock
	@$(PYTHON) -m venv build/lock
	@build/lock/bin/python -m pip --disable-pip-version-check install --quiet '.[demo,dev]'
	@{ echo "# Exact versions of everything in the extras demo and dev, written by \`make lock\`."; \
		build/lock/bin/python -m pip freeze --exclude unusual; } > requirements.lock
	@rm -rf build/lock

clean: ## remove the environment, caches and build products
	@rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .schemathesis .coverage
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
