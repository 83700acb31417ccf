# make demo      train a network on handwritten digits, draw its graph, write the results to runs/demo
# make test      the whole test suite
# make coverage  the same, measuring which lines and branches it runs (about twice as long)
# make lint      ruff and mypy
# make types     mypy alone
# make peers     install whom the benchmarks compare with: torch, jax and others (large)
# make bench     the benchmarks; BENCH="w3 w4 --peers ours torch --quick" runs some, BENCH=--help says more
# make examples  2,000 random examples for every row and of random programs (some minutes)
# make trainings train on whole data sets, three seeds each, and print what is reached (some minutes)
# make endurance 100,000 training steps, watching the memory (some minutes)
# make mutants   break every rule in every small way; the tests must notice (a quarter of an hour)
# make damage    cut, change and kill files while they are written: 200, 10,000 and 200 times (minutes)
# make notebooks run every notebook in both languages; NOTEBOOKS=2-1 runs one, NOTEBOOKS="--save runs/notebooks" keeps outputs
# make wheel     build the wheel into dist/
# make clean     remove the environment, caches and built files (never runs/)
#
# Needs make, Python >= 3.11 and its venv module; everything else goes into $(VENV), once.
# Another Python: make PY=python3.13 test. Where uv is installed, it makes the environment.

PY ?= python3
# a Python that was asked for gets an environment of its own
ifneq ($(origin PY),file)
VENV ?= .venv-$(notdir $(PY))
endif
VENV ?= .venv
BIN := $(VENV)/bin
UV := $(shell command -v uv 2>/dev/null)
PYTEST_ARGS ?=
NOTEBOOKS ?=
BENCH ?=

# One thread each: the matrices here are small, and threads that wait for one another are slower.
export OPENBLAS_NUM_THREADS := 1
export OMP_NUM_THREADS := 1
export MKL_NUM_THREADS := 1
export VECLIB_MAXIMUM_THREADS := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help demo test coverage lint types peers bench examples trainings endurance mutants damage notebooks wheel clean

help:
	@sed -n 's/^# \(make [a-z]* .*\)/\1/p' Makefile

# --- the environment -------------------------------------------------------------------------------------

ifdef UV
INSTALL := $(UV) pip install --quiet --python $(BIN)/python -c constraints.txt
else
INSTALL := $(BIN)/python -m pip install --quiet -c constraints.txt
endif

CHECK_PY := import sys; v = sys.version_info; \
	sys.exit(None if v >= (3, 11) else "autograd-core needs Python 3.11 or newer, but $(PY) is %d.%d; name a newer one: make PY=python3.13 ..." % (v[0], v[1]))
NO_PY := autograd-core needs Python 3.11 or newer, but '$(PY)' does not run; install Python, or name one: make PY=python3.13 ...
NO_VENV := $(PY) cannot make virtual environments (no venv or no ensurepip module); on Debian and Ubuntu: apt-get install python3-venv

$(VENV)/.made:
ifdef UV
	@if $(PY) -c '$(CHECK_PY)' >/dev/null 2>&1; then $(UV) venv --quiet --seed --allow-existing --python "$$($(PY) -c 'import sys; print(sys.executable)')" $(VENV); \
	 elif [ "$(origin PY)" = file ]; then $(UV) venv --quiet --seed --allow-existing --python '>=3.11' $(VENV); \
	 else $(PY) -c '' >/dev/null 2>&1 || { echo "$(NO_PY)" >&2; exit 1; }; $(PY) -c '$(CHECK_PY)'; fi
else
	@$(PY) -c '' >/dev/null 2>&1 || { echo "$(NO_PY)" >&2; exit 1; }
	@$(PY) -c '$(CHECK_PY)'
	@$(PY) -c 'import ensurepip, venv' >/dev/null 2>&1 || { echo "$(NO_VENV)" >&2; exit 1; }
	@$(PY) -m venv $(VENV)
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip >/dev/null
endif
	@touch $@

$(VENV)/.train: $(VENV)/.made pyproject.toml constraints.txt
	@echo "installing into $(VENV) (once)"
	@$(INSTALL) -e '.[train]'
	@$(INSTALL) --only-binary pygraphviz -e '.[train,viz]' >/dev/null 2>&1 \
	 || echo "pygraphviz has no wheel for this machine: graphs are drawn by dot, if it is installed"
	@touch $@

$(VENV)/.dev: $(VENV)/.made pyproject.toml constraints.txt
	@echo "installing the development tools into $(VENV) (once)"
	@$(INSTALL) -e '.[dev,train]'
	@touch $@

# --- what it is for --------------------------------------------------------------------------------------

demo: $(VENV)/.train
	@MPLBACKEND=Agg $(BIN)/autograd-core train -o runs/demo

test: $(VENV)/.dev
	@MPLBACKEND=Agg $(BIN)/python -m pytest $(PYTEST_ARGS)

coverage: $(VENV)/.dev
	@MPLBACKEND=Agg $(BIN)/python -m pytest --cov=autograd_core --cov=nn --cov=optim --cov-branch --cov-fail-under=95

lint: $(VENV)/.dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

types: $(VENV)/.dev
	$(BIN)/mypy

examples: $(VENV)/.dev
	@AUTOGRAD_EXAMPLES=2000 HYPOTHESIS_PROFILE=nightly $(BIN)/python -m pytest -q tests/test_random_programs.py \
	  tests/autograd_core/test_properties.py

trainings: $(VENV)/.dev
	@$(BIN)/python tools/trainings.py

endurance: $(VENV)/.dev
	@$(BIN)/python tools/endurance.py

damage: $(VENV)/.dev
	@AUTOGRAD_DAMAGE=1 $(BIN)/python -m pytest -q tests/nn/test_damage.py

mutants: $(VENV)/.dev
	@$(BIN)/python tools/mutants.py

# Installing a group needs pip 25.1.
peers: $(VENV)/.dev
	@$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'
	@$(INSTALL) --group bench

bench: $(VENV)/.dev
	@$(BIN)/python benchmarks/run.py $(BENCH)

notebooks: $(VENV)/.dev
	@$(BIN)/python tools/run_notebooks.py $(NOTEBOOKS)

wheel: $(VENV)/.dev
	@$(BIN)/python -m build --wheel

clean:
	rm -rf $(VENV) .venv-* build dist .coverage .coverage.* htmlcov .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
