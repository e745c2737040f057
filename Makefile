# Everything a fresh machine needs is Python 3.11 or later (up to 3.14) and make.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
READY := .venv/.ready

.PHONY: run test fuzz bench golden posterior trials-posterior pages docs mutants lint types clean

run: $(READY)
	$(BIN)/sos-sim compare scenarios/base.yaml scenarios/sos_supported.yaml --draws 40 --replicates 2 --report

test: $(READY)
	$(BIN)/pytest -n 2 --dist loadfile

fuzz: $(READY)
	HYPOTHESIS_PROFILE=searching $(BIN)/pytest -n 2 tests/property tests/theory tests/core tests/files

bench: $(READY)
	$(BIN)/pytest benchmarks/bench_*.py --benchmark-enable

golden: $(READY)
	PYTHONPATH=tests $(BIN)/python tests/golden/golden_tables.py
	PYTHONPATH=tests $(BIN)/python tests/golden/golden_pages.py

posterior: $(READY)
	$(BIN)/sos-sim calibrate experiments/calibrate_england.yaml --out results/england
	cp results/england/posterior.parquet src/sos_sim/evidence/england_posterior.parquet

trials-posterior: $(READY)
	$(BIN)/sos-sim evidence experiments/evidence_synthesis.yaml --out results/england_with_trials
	cp results/england_with_trials/posterior.parquet src/sos_sim/evidence/england_with_trials_posterior.parquet

pages: $(READY)
	$(BIN)/sos-sim parameters --format markdown > docs/parameters.md
	$(BIN)/sos-sim measures --format markdown > docs/measures.md
	$(BIN)/sos-sim tables --format markdown > docs/tables.md
	PYTHONPATH=tests $(BIN)/python -m support.commands_page
	PYTHONPATH=tests $(BIN)/python -m support.mistakes_page
	PYTHONPATH=tests $(BIN)/python -m support.house
	for kind in scenario sweep trial calibration synthesis; do $(BIN)/sos-sim schema $$kind > schemas/$$kind.schema.json; done

docs: $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[docs]'
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build

mutants: $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[mutants]'
	$(BIN)/python benchmarks/mutants.py

lint: $(READY)
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: $(READY)
	$(BIN)/mypy

clean:
	rm -rf .venv build dist .mypy_cache .ruff_cache .hypothesis .benchmarks src/*.egg-info
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(READY): pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[test]'
	touch $(READY)
