# Every door to the project. CI and the README call these.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PORT   ?= 8000
HOST   ?= 127.0.0.1
# A stamp, so that make knows when the locks have moved on.
READY  := $(VENV)/.ready

.PHONY: run demo test test-engine test-sqlite test-postgres journeys lint format types layers assets messages bench audit clean
.DEFAULT_GOAL := run

$(READY): requirements-dev.lock requirements.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11+ is needed / Cần Python 3.11 trở lên"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11+ is needed / Cần Python 3.11 trở lên"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	touch $@

assets: $(READY)
	$(BIN)/python scripts/assets.py

messages: $(READY)
	$(BIN)/python scripts/messages.py compile

## run: set up, load the demo company, serve on SQLite, print the address and the log-ins
run: assets messages
	$(BIN)/tamnhin demo
	$(BIN)/tamnhin serve --host $(HOST) --port $(PORT)

## demo: (re)load the demo company only
demo: assets messages
	$(BIN)/tamnhin demo

## test: everything on SQLite, and the database half again on PostgreSQL when TEST_POSTGRES_URL answers
test: assets messages test-sqlite test-postgres

test-engine: $(READY)
	$(BIN)/python -m pytest tests/engine tests/workbook -q

test-sqlite: $(READY) messages assets
	$(BIN)/python scripts/browser.py
	$(BIN)/python -m pytest -q -n 2 --dist loadscope --no-loadscope-reorder

test-postgres: $(READY) messages assets
	$(BIN)/python scripts/postgres.py

## journeys: only the ones in a real browser
journeys: assets messages
	$(BIN)/python scripts/browser.py
	$(BIN)/python -m pytest tests/journeys -q

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python scripts/templates.py
	$(BIN)/python scripts/messages.py check

format: $(READY)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: $(READY)
	$(BIN)/mypy

layers: $(READY)
	$(BIN)/lint-imports

bench: $(READY)
	$(BIN)/python benchmarks/run.py

audit: $(READY)
	$(BIN)/pip-audit -r requirements.lock --no-deps --disable-pip

clean:
	rm -rf $(VENV) node_modules src/tamnhin/static/vendor var build dist
