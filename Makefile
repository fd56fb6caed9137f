# Everything a person does with the project. `make help` lists it.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DATA := $(or $(HELPLINE_DATA),var)
PORT ?= 8000
INSTALLED := $(VENV)/.installed
ASSETS := api/static/vendor/.done
RASA := .venv-rasa
RASA_DATA = $(abspath $(DATA))/rasa
RASA_PORT ?= 5005
RASA_MADE_OF = nlu/rasa/config.yml nlu/rasa/domain.yml $(wildcard nlu/rasa/data/*.yml) knowledge/lexicon/dictionary.txt
# A name on the PATH may be a shim behind which there is no such Python: it is tried.
PYTHON310 ?= $(shell for one in python3.10 $$(pyenv root 2>/dev/null)/versions/3.10*/bin/python3.10; do \
  $$one -c '' 2>/dev/null && command -v $$one && break; done)

# Some containers forbid Python to keep what it has compiled; then every start compiles it all anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help run setup test check lint types soak bench mutants emulator rasa clean

help: ## list what can be done here
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: setup ## set everything up and serve on http://127.0.0.1:8000 (PORT=)
	@$(BIN)/helpline serve --port $(PORT)

setup: $(INSTALLED) $(ASSETS) ## virtual environment, packages, assets, database, model
	@$(BIN)/python -m nlu.freshness nlu/rasa/data $(DATA)/model && test -e $(DATA)/keys || \
	  $(BIN)/helpline prepare

$(INSTALLED): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; install it and run: make PYTHON=python3.11 $(MAKECMDGOALS)"; exit 2; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
	  { echo "Python's venv module is missing; on Debian run: apt-get install python3-venv"; exit 2; }
	@echo "[1/4] packages (about a minute the first time)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable . --group dev
	@$(BIN)/python -m compileall -q api bot cases config handlers knowledge nlu
	@touch $@

$(ASSETS): package.json package-lock.json $(INSTALLED)
	@echo "[2/4] browser assets"
	@$(BIN)/python -m api.assets
	@touch $@

test: setup ## every test, the browser and PostgreSQL ones included
	@$(BIN)/python -m tests.prepare
	@$(BIN)/python -m pytest -n auto

check: setup lint types test ## lint, types, then tests

lint: setup ## ruff, its formatter, and who may import whom
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports

types: setup ## mypy --strict
	@$(BIN)/mypy

soak: setup ## hours of breaking things, by hand
	@$(BIN)/python -m benchmarks.soak
	@$(BIN)/python -m benchmarks.promises
	@$(BIN)/python -m benchmarks.channel_kills
	@$(BIN)/python -m benchmarks.channel_kills --postgres

bench: setup ## every benchmark, by hand
	@for one in start turns page understanding retrieval rules asking lanes reviews desk queue; do $(BIN)/python -m benchmarks.$$one; done

mutants: setup ## break rules and handlers in turn and list what no test noticed
	@$(BIN)/python -m benchmarks.mutants

emulator: setup ## Telegram against an emulator that others wrote
	@cd tests/peers/node && PATH="$(abspath $(BIN)):$$PATH" npm ci --no-fund --no-audit
	@$(BIN)/python -m tests.prepare
	@TELEGRAM_EMULATOR=yes $(BIN)/python -m pytest tests/channels/test_emulator.py

rasa: $(RASA_DATA)/models/zhulian.tar.gz $(RASA_DATA)/token ## train and serve Rasa beside the helpline (needs Python 3.10)
	@echo "Rasa on http://127.0.0.1:$(RASA_PORT); to ask it: HELPLINE_RASA_URL=http://127.0.0.1:$(RASA_PORT) make run"
	@exec $(RASA)/bin/python -W ignore nlu/rasa/serve.py $< $(RASA_DATA)/token $(RASA_PORT)

$(RASA)/.installed: nlu/rasa/requirements.txt
	@test -n "$(PYTHON310)" && test -x "$(PYTHON310)" || \
	  { echo "Rasa needs Python 3.10 beside the helpline's own; install it and run: make rasa PYTHON310=/path/to/python3.10"; exit 2; }
	@echo "[1/3] Rasa's own environment (2.7 GB, some minutes the first time)"
	@test -x $(RASA)/bin/python || $(PYTHON310) -m venv $(RASA)
	@$(RASA)/bin/python -m pip install --quiet --disable-pip-version-check -r nlu/rasa/requirements.txt
	@touch $@

$(RASA_DATA)/models/zhulian.tar.gz: $(RASA)/.installed $(RASA_MADE_OF)
	@echo "[2/3] training (some minutes)"
	@mkdir -p $(RASA_DATA)
	@began=$$(date +%s); cd nlu/rasa && RASA_TELEMETRY_ENABLED=false RASA_CACHE_DIRECTORY=$(RASA_DATA)/cache PYTHONWARNINGS=ignore nice -n 15 \
	  $(CURDIR)/$(RASA)/bin/rasa train nlu --nlu data --config config.yml --domain domain.yml \
	  --out $(RASA_DATA)/models --fixed-model-name zhulian && touch $@ && \
	  echo $$(( $$(date +%s) - began )) > $(RASA_DATA)/trained_in

$(RASA_DATA)/token: $(RASA)/.installed
	@echo "[3/3] token"
	@mkdir -p $(@D)
	@umask 077 && $(RASA)/bin/python -c 'import secrets; print(secrets.token_urlsafe(32))' > $@

clean: ## remove what set-up made; never the data
	@rm -rf $(VENV) node_modules api/static/vendor
