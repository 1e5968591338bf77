# Everything from a fresh clone, without a manual step: `make demo`, `make test`.
PYTHON := $(or $(shell for p in python3.13 python3.12 python3.11 python3; do \
	$$p -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done),python3)
BIN := .venv/bin
READY := .venv/.ready
CASE := china-russia
WORKERS := 2
SECONDS := 60
SEED := 1
MODULE :=
QUICK_COMPILE := --xla_backend_optimization_level=0 --xla_llvm_disable_expensive_passes=true --xla_cpu_use_fusion_emitters=false \
	--xla_cpu_parallel_codegen_split_count=1

.PHONY: demo test test-shard test-all chromium lint fuzz mutate bench bands docs clean

$(READY): pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --editable . --group dev
	touch $@

demo: $(READY)  ## the flagship's verdict, and its page
	$(BIN)/standoff run $(CASE)
	@echo "Move a lever and see the answers move: $(BIN)/standoff open $(CASE)"
	@echo "Two pages to hand on:                  $(BIN)/standoff brief $(CASE) -o brief.docx"

test: $(READY) chromium  ## what must pass before every commit
	$(BIN)/pytest -m "not slow" -n $(WORKERS) --dist loadfile

test-shard: $(READY) chromium  ## shard N of what is statistical or long; without N that whose turn it is at this commit
	$(BIN)/python -m tests.shards --workers $(WORKERS) $(or $(N),--turn)

test-all: $(READY) chromium  ## every shard; tests/shards.md says what each came to
	$(BIN)/python -m tests.shards --workers $(WORKERS) --all

chromium:  ## the browser of the tests in tests/browser, where this machine can install it
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || \
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
			apt-get update -qq && apt-get install -qq --no-install-recommends -y chromium >/dev/null; \
		else false; fi || \
		echo "Chromium is missing, so that tests/browser is skipped: install the package chromium of your system."

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy -p standoff -p benchmarks
	@if command -v npx >/dev/null; then npx --yes prettier@3.10.1 --check src; else echo "npx is missing: scripts are not checked"; fi

fuzz: $(READY)  ## hostile inputs at every door, for SECONDS of one core; inputs that fail are left in runs/fuzz
	PYTHONPATH=. $(BIN)/python -m tests.fuzz --seconds $(SECONDS) --seed $(SEED)

mutate: SECONDS := 3600
mutate: $(READY)  ## what tests do not notice: mutants of MODULE (all when empty), one core, for SECONDS; the next call goes on
	$(BIN)/python -m pip install --quiet --group mutation
	-XLA_FLAGS="$(QUICK_COMPILE)" timeout --signal=INT $(SECONDS) \
		nice -n 5 $(BIN)/mutmut run --max-children 1 $(MODULE:%="standoff.%*")
	-$(BIN)/mutmut results | grep -v "not checked"

bench: $(READY)
	$(BIN)/python -m benchmarks.engine

bands: $(READY)  ## stored bands and first answers of the catalogue, after a change of its cases or of the engine; half an hour
	ls src/standoff/catalog/*/scenario.yaml | xargs -n 1 dirname | xargs -n 1 basename | grep -v $(CASE) | \
		XLA_FLAGS="$(QUICK_COMPILE)" xargs -P $(WORKERS) -I {} sh -c '$(BIN)/standoff uncertainty {} --keep > /dev/null && $(BIN)/standoff open {} --keep'
	$(BIN)/standoff uncertainty $(CASE) --keep > /dev/null
	$(BIN)/standoff open $(CASE) --keep

docs: $(READY)  ## regenerate docs/reference, and build the site in build/site; a warning is an error
	$(BIN)/python docs/generate.py
	$(BIN)/python -m docs.site.build

clean:
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis build dist mutants runs
