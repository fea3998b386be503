# make help lists what there is. Every target makes .venv from the locked requirements first, once.
SHELL := /bin/bash
.DEFAULT_GOAL := help

VENV ?= .venv
# Which Python makes the virtual environment; without it, the first suitable one on PATH.
PYTHON ?=
HOST ?= 127.0.0.1
PORT ?= 8000
BIN := $(VENV)/bin

.PHONY: help setup run test browser api-fuzz drills bench-storm bench-pages lint vectors lock clean

help: ## What can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Make .venv from the locked requirements
	@scripts/setup $(VENV) $(PYTHON)

run: setup ## Serve the demo course (HOST, PORT)
	@exec $(BIN)/python manage.py serve --demo --host $(HOST) --port $(PORT)

# Slow tests stand together in the order: without stealing, one worker is left with them while the others are done.
test: setup ## Run all tests (ARGS="…" goes to pytest)
	$(BIN)/python -m pytest -n auto --dist worksteal $(ARGS)

browser: setup ## Run the tests that drive a real browser
	REQUIRE_BROWSER=1 $(BIN)/python -m pytest -m browser $(ARGS)

api-fuzz: setup ## Made-up requests to the whole API as every role, many and new ones (some minutes)
	API_EXAMPLES=$${API_EXAMPLES:-50} HYPOTHESIS_PROFILE=explore $(BIN)/python -m pytest -n 0 tests/grading/api/test_schema_holds.py $(ARGS)

drills: setup ## Take the service apart while it works, in full length (some minutes)
	DRILLS=full $(BIN)/python -m pytest -n 0 -s -m drill $(ARGS)

bench-storm: setup ## 300 students hand in within a minute, then 300 within 3 s (DATABASE_URL, REDIS_URL)
	@$(BIN)/python -m tests.drills.storm $(ARGS)

bench-pages: setup ## How long staff pages take with 100 and 1,000 students (ARGS)
	@$(BIN)/python -m tests.grading.bench_pages $(ARGS)

lint: setup ## Style, types, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

vectors: setup ## Rerun every recorded run of the Playground, to the last bit
	$(BIN)/python -m engine check tests/engine/golden/runs.json
	$(BIN)/python -m engine check --kernel all tests/engine/golden/resets.json

lock: setup ## Resolve requirements/*.in anew
	@for name in tools base embedded evidence development production; do \
		$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
			--no-emit-find-links --no-header --no-annotate --upgrade \
			requirements/$$name.in --output-file requirements/$$name.txt >/dev/null || exit 1; \
	done

clean: ## Remove the virtual environment, the demo's data and every cache
	rm -rf $(VENV) var .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
