# Two commands on a fresh machine: `make report` and `make test`. Nothing else is needed but Python 3.11 to 3.13 and make.

PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3 python; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
CORE := $(VENV)/.core
ALL := $(VENV)/.all

.PHONY: report test coverage bench proof samples dictionary lock clean

report: $(CORE)  ## write the report of huyện Tuần Giáo for 2020
	$(BIN)/python pipeline.py run --district tuan-giao --year 2020

test: $(ALL)  ## check style and types, then run every test
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/python -m pytest -n auto --dist worksteal

coverage: $(ALL)  ## the same tests, twice as slow, and which lines they reach, in kernels and workers too
	$(BIN)/python -m pytest -n auto --dist worksteal --cov --cov-report=term:skip-covered

bench: $(ALL)  ## time notebooks against the same cells as plain code (benchmarks/README.md)
	$(BIN)/python benchmarks/run.py

proof: $(ALL)  ## the long runs: fifty kills, five hundred reports, ten thousand messy files, an attack on the public editions, every figure computed twice; the results are in benchmarks/results/
	$(BIN)/python benchmarks/proof_kills.py
	$(BIN)/python benchmarks/proof_memory.py
	$(BIN)/python benchmarks/proof_messy.py
	$(BIN)/python benchmarks/proof_disclosure.py
	$(BIN)/python benchmarks/proof_figures.py

samples: $(ALL)  ## make docs/samples/ again
	$(BIN)/python docs/make_samples.py

dictionary: $(CORE)  ## make docs/data-dictionary/ again
	$(BIN)/python docs/make_dictionary.py

lock: $(ALL)  ## resolve the dependencies of pyproject.toml again
	$(BIN)/uv pip compile -q --universal --generate-hashes --no-header --python-version 3.11 \
		--extra build pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile -q --universal --generate-hashes --no-header --python-version 3.11 \
		--all-extras -c requirements.lock pyproject.toml -o requirements-all.lock

clean:  ## remove the environment and all outputs but the working copies of edit, which may hold notebooks of one's own
	rm -rf $(VENV)
	find outputs -mindepth 1 -maxdepth 1 ! -name README.md ! -name edit -exec rm -rf {} +

$(CORE): requirements.lock pyproject.toml
	$(call install,requirements.lock)

$(ALL): requirements-all.lock pyproject.toml
	$(call install,requirements-all.lock)
	touch $(CORE)

define install
	@test -n "$(PYTHON)" || { echo "Cần Python 3.11, 3.12 hoặc 3.13 (Python 3.11 to 3.13 is needed)."; exit 1; }
	@test -x $(BIN)/python && $(BIN)/python -c '' 2>/dev/null || $(PYTHON) -m venv --clear $(VENV) || \
		{ echo "Không tạo được môi trường Python. Trên Debian, Ubuntu: sudo apt install python3-venv"; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r $(1)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@
endef
