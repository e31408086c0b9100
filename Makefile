# What people run. Every target sets up what it needs: an environment in VENV, the dependencies,
# the native modules. A stamp inside VENV marks each finished step, so a second call is quick.
#
#   make demo                      make test VENV=/some/env           make test PYTHON=python3.12
#   make test CPU=scalar           make native WHEEL=dist/rulec-0.1.0-....whl

VENV ?= .venv
PYTHON ?= python3
JOBS ?= 2
CPU ?=
WHEEL ?=
BENCH_VENV ?= build/bench-venv
SIZES ?= 100,1000,10000,100000
FAMILIES ?= dense,sparse
ORDERS ?= specific,random
PARTS ?= engine,peers,road

override VENV := $(abspath $(VENV))
BIN := $(VENV)/bin
STAMPS := $(VENV)/stamps
DEMO := build/demo

export PIP_DISABLE_PIP_VERSION_CHECK = 1
export PIP_NO_INPUT = 1

NATIVE := setup.py $(wildcard rulec/*/*.pyx runtime/rulec_runtime/*.pyx runtime/rulec_runtime/*.pxd runtime/kernels/*.h)

.PHONY: help demo test check native kernels cross mutants tsan coverage dist docs clean tools project gate gate-write bench bench-quick bench-here
.DELETE_ON_ERROR:

help:
	@echo "make demo      compile the example shop, decide three requests, replay made traffic"
	@echo "make test      the fast tests; CPU=scalar: on the kernels that every processor runs"
	@echo "make check     ruff, mypy and pyright"
	@echo "make native    the native modules only; WHEEL=FILE takes them out of a wheel built before"
	@echo "make kernels   the C kernels' own checks, under ASan and UBSan"
	@echo "make cross     the same on aarch64 (qemu), on 32-bit x86 and by clang, where there are tools"
	@echo "make mutants   plant faults in the kernels, and see the tests notice each"
	@echo "make tsan      many threads over one program, under ThreadSanitizer"
	@echo "make coverage  the branches of the verifier that its checks reach"
	@echo "make dist      wheel and sdist, in dist/"
	@echo "make docs      the pages and the Python API as a site, in build/docs"
	@echo "make bench     rulec and its rivals over made worlds, into docs/benchmarks; half an hour"
	@echo "               (SIZES=$(SIZES) FAMILIES=$(FAMILIES) ORDERS=$(ORDERS)"
	@echo "               PARTS=$(PARTS) BENCH_ARGS=--resume)"
	@echo "make gate      instructions of the kernels' loops against a baseline (valgrind)"
	@echo "make bench-quick  one small world, to see that all of it runs"
	@echo "make clean     remove what was built here, the environment included"
	@echo
	@echo "VENV=$(VENV)  PYTHON=$(PYTHON)  JOBS=$(JOBS)"

# --- set-up ------------------------------------------------------------------------------------

$(STAMPS)/environment:
	@command -v "$(PYTHON)" >/dev/null || { echo "rulec: no \`$(PYTHON)\` found: install Python 3.11 or newer, or name one: make PYTHON=python3.12" >&2; exit 1; }
	@"$(PYTHON)" .ci/preflight.py
	@echo "== environment in $(VENV)"
	@"$(PYTHON)" -m venv "$(VENV)"
	@mkdir -p "$(STAMPS)" && touch "$@"

$(STAMPS)/requirements: $(STAMPS)/environment pyproject.toml
	@echo "== dependencies"
	@"$(BIN)/python" .ci/requirements.py test > "$(STAMPS)/requirements.txt"
	@"$(BIN)/python" -m pip install --quiet --requirement "$(STAMPS)/requirements.txt"
	@touch "$@"

$(STAMPS)/tools: $(STAMPS)/requirements
	@echo "== tools"
	@"$(BIN)/python" .ci/requirements.py dev > "$(STAMPS)/tools.txt"
	@"$(BIN)/python" -m pip install --quiet --requirement "$(STAMPS)/tools.txt"
	@touch "$@"

# The modules stand in the checkout, the stamp in the environment: `make clean` of one environment
# takes this file away, and every other one builds again.
build/checkout:
	@mkdir -p build && touch "$@"

$(STAMPS)/native: $(STAMPS)/requirements build/checkout $(NATIVE)
	@echo "== native modules"
	@[ -z "$(WHEEL)" ] || "$(BIN)/python" .ci/native_of.py "$(WHEEL)"
	@[ -n "$(WHEEL)" ] || "$(BIN)/python" setup.py --quiet build_ext --inplace -j$(JOBS) > build/native.log 2>&1 \
	  || { cat build/native.log >&2; exit 1; }
	@touch "$@"

$(STAMPS)/project: pyproject.toml | $(STAMPS)/native
	@echo "== rulec itself, editable"
	@RULEC_PREBUILT=1 "$(BIN)/python" -m pip install --quiet --no-build-isolation --no-deps --editable .
	@touch "$@"

$(STAMPS)/bench: benchmarks/peers/requirements.txt $(STAMPS)/project
	@echo "== rivals and plots"
	@"$(BIN)/python" .ci/requirements.py bench > "$(STAMPS)/bench.txt"
	@"$(BIN)/python" -m pip install --quiet --requirement "$(STAMPS)/bench.txt" --requirement "$<"
	@touch "$@"

$(STAMPS)/docs: $(STAMPS)/project
	@echo "== what builds the site"
	@"$(BIN)/python" .ci/requirements.py docs > "$(STAMPS)/docs.txt"
	@"$(BIN)/python" -m pip install --quiet --requirement "$(STAMPS)/docs.txt"
	@touch "$@"

native: $(STAMPS)/native
tools: $(STAMPS)/tools
project: $(STAMPS)/project

# --- what people want --------------------------------------------------------------------------

demo: $(STAMPS)/project
	@BIN="$(BIN)" OUT="$(DEMO)" sh examples/tmall/demo.sh

test: $(STAMPS)/project
	@$(if $(CPU),RULEC_CPU=$(CPU)) "$(BIN)/python" -m pytest -m "not slow" --durations=10 \
	  -n $(JOBS) --dist loadfile $(PYTEST_ARGS)

check: $(STAMPS)/tools
	@"$(BIN)/ruff" check .
	@"$(BIN)/ruff" format --check .
	@"$(BIN)/mypy"
	@"$(BIN)/pyright" --pythonpath "$(BIN)/python"

mutants: $(STAMPS)/project
	@PYTHON="$(BIN)/python" .ci/mutants

# Instructions of the kernels' loops against benchmarks/gate.json.
gate: $(STAMPS)/project
	@"$(BIN)/python" -m benchmarks.gate

gate-write: $(STAMPS)/project
	@"$(BIN)/python" -m benchmarks.gate --write $(GATE_ARGS)

kernels:
	@$(MAKE) --no-print-directory -C runtime/kernels/check

tsan coverage cross:
	@$(MAKE) --no-print-directory -C runtime/kernels/check $@

dist: $(STAMPS)/tools build/checkout
	@rm -rf dist
	@"$(BIN)/python" -m build --outdir dist . > build/dist.log 2>&1 || { cat build/dist.log >&2; exit 1; }
	@ls -l dist

# Sources are the whole checkout, so that links between pages mean what they mean there.
docs: $(STAMPS)/docs
	@"$(BIN)/python" -m sphinx --quiet -E -W --keep-going -c docs -d build/doctrees . build/docs
	@echo "build/docs/index.html"

# The rivals' pins stay out of everybody's environment: these run in one of their own.
bench:
	@$(MAKE) --no-print-directory bench-here VENV="$(BENCH_VENV)" \
	  RUN="--sizes $(SIZES) --families $(FAMILIES) --orders $(ORDERS) --parts $(PARTS) $(BENCH_ARGS)"

bench-quick:
	@$(MAKE) --no-print-directory bench-here VENV="$(BENCH_VENV)" \
	  RUN="--quick --out build/bench-quick $(BENCH_ARGS)"

bench-here: $(STAMPS)/bench
	@"$(BIN)/python" -m benchmarks $(RUN)

clean:
	@rm -rf build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis .benchmarks
	@rm -f runtime/rulec_runtime/*.so runtime/rulec_runtime/*.pyd runtime/rulec_runtime/*.c
	@rm -f rulec/*/*.so rulec/*/*.pyd
	@find rulec runtime tests examples benchmarks .ci -name __pycache__ -type d -prune -exec rm -rf {} +
	@[ ! -f "$(VENV)/stamps/environment" ] || rm -rf "$(VENV)"
