# make demo · make test · make bench · make bench-check · make docs · make lint: each sets up what it needs in .venv and nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
JOBS ?= 2

.PHONY: demo test bench bench-check bench-update lint docs lock clean

$(VENV)/.runtime: requirements/runtime.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/runtime.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

$(VENV)/.test: $(VENV)/.runtime requirements/test.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/test.txt
	touch $@

demo: $(VENV)/.runtime
	$(BIN)/camcore run samples/fr4-kit/job.toml --out out/fr4-kit

test: $(VENV)/.test
	$(BIN)/python -m pytest -n $(JOBS) --dist worksteal

bench: $(VENV)/.test
	$(BIN)/python -m pytest benchmarks --benchmark-enable --benchmark-only --benchmark-columns=min,median,stddev,rounds

# Paces as multiples of a reference in the same run, and nests' quality, against benchmarks/baseline.json.
out/bench.json: $(VENV)/.test
	mkdir -p out
	$(BIN)/python -m pytest -q benchmarks --benchmark-enable --benchmark-only --benchmark-timer=time.process_time --benchmark-min-rounds=9 --benchmark-columns=min,median,rounds --benchmark-json=$@

bench-check: $(VENV)/.test
	rm -f out/bench.json && $(MAKE) --no-print-directory out/bench.json
	$(BIN)/python -m benchmarks.regress out/bench.json

bench-update: $(VENV)/.test
	rm -f out/bench.json && $(MAKE) --no-print-directory out/bench.json
	$(BIN)/python -m benchmarks.regress out/bench.json --update

docs: $(VENV)/.test
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet --site-dir out/site

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Anew from the lower bounds of pyproject.toml; needs uv on the path.
lock:
	uv pip compile pyproject.toml requirements/build.in --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-annotate --quiet -o requirements/runtime.txt
	uv pip compile pyproject.toml requirements/build.in --group test --group docs --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-annotate --quiet -o requirements/test.txt

clean:
	rm -rf $(VENV) out build dist
