# Set-up needs Python 3.11, git and make. Every target makes what it needs; a second run does nothing.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
PYTEST := $(BIN)/pytest
STAMP := $(VENV)/.installed
SUPERSET_STAMP := .venv-superset/.installed
SAIL_STAMP := .venv-sail/.installed
# The lake that make dashboards shows.
LAKE ?= customs-demo
# Images often set it; then each of hundreds of processes compiles every module anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test test-elsewhere test-browser test-full lint lint-types lint-texts bench dashboards lock sail setup

setup: $(STAMP)

$(BIN)/uv:
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check uv==0.13.9

$(STAMP): requirements/dev.lock pyproject.toml | $(BIN)/uv
	$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements/dev.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable .
	touch $@

$(SUPERSET_STAMP): requirements/superset.lock | $(BIN)/uv
	$(BIN)/uv venv --quiet --clear --python $(PYTHON) .venv-superset
	$(BIN)/uv pip sync --quiet --python .venv-superset/bin/python --require-hashes requirements/superset.lock
	touch $@

$(SAIL_STAMP): requirements/sail.lock | $(BIN)/uv
	$(BIN)/uv venv --quiet --clear --python $(PYTHON) .venv-sail
	$(BIN)/uv pip sync --quiet --python .venv-sail/bin/python --require-hashes requirements/sail.lock
	touch $@

# What customs build --target sail needs.
sail: $(SAIL_STAMP)

demo: $(STAMP)
	$(BIN)/customs demo

test: $(STAMP) lint
	$(PYTEST) -n 3 --dist loadgroup

# The same suite in a random order, in another clock zone and locale, half and twice as patient; run
# it as another account than root too.
test-elsewhere: $(STAMP)
	for patience in 0.5 2; do TZ=America/New_York LC_ALL=C CUSTOMS_TEST_PATIENCE=$$patience \
		$(PYTEST) -n 2 --dist loadgroup --random-order || exit 1; done

test-browser: $(STAMP) $(SUPERSET_STAMP)
	$(PYTEST) -m browser tests/browser

test-full: $(STAMP) $(SAIL_STAMP) lint
	$(PYTEST) -n 2 --dist loadgroup -m "not browser and not bench"

bench: $(STAMP)
	$(PYTEST) -m bench tests/benchmarks

dashboards: $(STAMP) $(SUPERSET_STAMP)
	$(BIN)/customs dashboards serve --home "$(LAKE)"

# The types take as long as all the rest: side by side.
lint: $(STAMP)
	$(MAKE) --no-print-directory --jobs 2 --output-sync=target lint-types lint-texts

lint-types: $(STAMP)
	$(BIN)/mypy

lint-texts: $(STAMP)
	$(BIN)/customs contracts check
	$(BIN)/customs contracts generate
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/sqlfluff lint --processes 2 dbt_project/models dbt_project/tests/singular
	$(BIN)/yamllint --strict .

# Makes the locks anew from the .in files, without any index address in them.
lock: $(BIN)/uv
	cd requirements && for name in runtime dev sail superset; do \
		../$(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --python-version 3.11 \
			--custom-compile-command "make lock" $$name.in -o $$name.lock; done
