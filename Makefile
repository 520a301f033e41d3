# Brought By. `make help` lists what you can do.

PORT ?= 8000
HOST ?= 127.0.0.1
ARGS ?=
export PYTHON ?= python3

PY := .venv/bin/python
PIP := $(PY) -m pip --disable-pip-version-check --no-input install -qq --require-hashes
CATALOGS := $(patsubst %.po,%.mo,$(wildcard locale/*/LC_MESSAGES/*.po))
LOCK := .venv/bin/uv pip compile --quiet --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-header --no-annotate pyproject.toml

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup prepare run start test test-long mutants lint format pictures trust-figures sign-in-times scan lock

help: ## list these commands
	@echo "Brought By: a clinic check-in that never turns a child away."
	@echo
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "%-17s %s\n", $$1, $$2}'
	@echo
	@echo "  PORT=8123 or HOST=0.0.0.0 says where run and start listen. ARGS=\"tests/desk -k undo\" selects tests."

setup: .venv/run.stamp $(CATALOGS) var/secret_key var/audit_key var/factor_key ## make .venv and var/, install the packages (the others do this when needed)

prepare: .venv/dev.stamp ## install what the tests need on the machine: a browser, Pango, fonts (test does this)
	@bin/prepare test

run: setup ## set up if needed, fill a demo clinic, serve it
	@bin/prepare run
	@exec $(PY) manage.py serve --demo --host $(HOST) --port $(PORT)

start: setup ## set up if needed, serve a real clinic (the first time it says how to make one)
	@bin/prepare run
	@exec $(PY) manage.py serve --host $(HOST) --port $(PORT)

test: prepare $(CATALOGS) ## run every test on SQLite, and on PostgreSQL what can differ there
	@$(PY) tests/run.py $(ARGS)

test-long: prepare $(CATALOGS) ## run the tests that take minutes
	@$(PY) tests/run.py -m long --hypothesis-profile=wander $(ARGS)

mutants: .venv/dev.stamp $(CATALOGS) ## find wrong changes that no test notices: ARGS="rules --count 200 --seed 1"
	@$(PY) tests/mutants.py $(ARGS)

lint: .venv/dev.stamp $(CATALOGS) ## check style, types, templates, scripts, style sheets and migrations
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@SECRET_KEY=only-to-read-the-settings-while-linting $(PY) -m mypy
	@$(PY) -m djlint templates --lint --quiet
	@.venv/bin/oxlint --deny-warnings --quiet static/js
	@$(PY) -m pytest -q --no-header tests/house/test_stylesheets.py
	@SECRET_KEY=only-to-read-the-settings-while-linting $(PY) manage.py makemigrations --check --dry-run

format: .venv/dev.stamp ## fix style and imports
	@$(PY) -m ruff format --quiet .
	@$(PY) -m ruff check --fix --quiet .
	@$(PY) -m ruff format --quiet .

pictures: prepare $(CATALOGS) ## take the pictures of the README (ARGS="--all DIR": every screen)
	@$(PY) tests/pictures.py $(ARGS)

trust-figures: prepare $(CATALOGS) ## run the tests behind docs/trust-figures.md, and write it (half an hour)
	@$(PY) tests/trust_figures.py $(ARGS)

sign-in-times: prepare $(CATALOGS) ## measure whether the tablet's time tells a known child from an unknown one
	@$(PY) tests/sign_in_times.py $(ARGS)

scan: prepare $(CATALOGS) .wapiti/bin/wapiti ## scan a demo clinic with wapiti, signed in: docs/scan.md
	@$(PY) tests/scan.py $(ARGS)

lock: .venv/dev.stamp ## write requirements/*.lock from pyproject.toml
	@$(LOCK) --output-file requirements/run.lock
	@$(LOCK) --extra dev --output-file requirements/dev.lock

# A stamp is newer than the lock that it was installed from, so that nothing is installed twice.
.venv/run.stamp: requirements/run.lock $(PY)
	@echo "Installing packages (one to several minutes, once) ..."
	@$(PIP) -r requirements/run.lock
	@touch $@

.venv/dev.stamp: requirements/dev.lock requirements/run.lock $(PY)
	@echo "Installing packages for development (one to several minutes, once) ..."
	@$(PIP) -r requirements/dev.lock
	@touch .venv/run.stamp $@

$(PY):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Brought By needs Python 3.11 or newer: install it, or name it with 'make PYTHON=/path/to/python3.11 ...'." >&2; \
	  exit 1; }
	@bin/prepare venv
	@$(PYTHON) -m venv .venv || { rm -rf .venv; \
	  echo "Could not make .venv here: is this folder writable?" >&2; exit 1; }

# An environment of its own: it needs other versions of packages than ours.
.wapiti/bin/wapiti:
	@$(PYTHON) -m venv .wapiti
	@.wapiti/bin/python -m pip --disable-pip-version-check --no-input install -qq wapiti3==3.2.3

%.mo: %.po | .venv/run.stamp
	@$(PY) -m babel.messages.frontend --quiet compile --input-file $< --output-file $@

var/secret_key var/audit_key var/factor_key: | .venv/run.stamp
	@umask 077; mkdir -p var 2>/dev/null && test -d var && test -w var || { \
	  echo "The folder var/ cannot be written: Brought By keeps its data there. Make it writable and try again." >&2; \
	  exit 1; }
	@umask 077; $(PY) -c 'import secrets; print(secrets.token_urlsafe(50))' > $@
