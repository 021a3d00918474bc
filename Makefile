# The commands of the project; `make help` lists them. Each first makes what it needs.

PYTHON ?= python3
ARGS ?=
BIN := .venv/bin
SHELL := /bin/sh
MAKEFLAGS += --no-print-directory

# Enough to look at the production settings; nothing is started with them.
PRODUCTION := DJANGO_SETTINGS_MODULE=portal.settings.production \
	SECRET_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(64))') \
	ALLOWED_HOSTS=registration.example \
	REGISTRATION_TEAM_TELEPHONE='020 7946 0018' REGISTRATION_TEAM_EMAIL=registration@example.com \
	REGISTRATION_TEAM_HOURS='Monday to Friday, 9am to 5pm' \
	DATABASE_URL=postgresql://portal@localhost/portal CELERY_BROKER_URL=redis://localhost

# Needs no service.
TESTING := DJANGO_SETTINGS_MODULE=portal.settings.test

.DEFAULT_GOAL := help
.PHONY: help run test quick test-long check demo conformance bench fuzz mutate lock environment develop peers fuzzer planter

help: ## List the commands
	@sed -n 's/^\([a-z-]*\):[^#]*## /  make \1	/p' $(firstword $(MAKEFILE_LIST)) | expand -t 22

run: environment ## Start everything on this machine; Ctrl-C stops it
	@exec $(BIN)/python -m portal.embedded run

test: develop ## Run the tests; ARGS="tests/rules -x" chooses among them
	@exec $(BIN)/python -m tests.run usual $(ARGS)

quick: develop ## Run the fast ones among the tests, for the work on one change
	@exec $(BIN)/python -m tests.run quick $(ARGS)

test-long: develop ## Run what is too long for each change: every variant, more rounds
	@exec $(BIN)/python -m tests.run long $(ARGS)

check: develop ## Formatting, lint, layers, types, made pages, system checks, missing migrations
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/lint-imports
	@$(BIN)/mypy
	@$(TESTING) $(BIN)/python manage.py list_reasons --check
	@$(TESTING) $(BIN)/python manage.py list_requirements --check
	@$(PRODUCTION) $(BIN)/python manage.py check --deploy --fail-level WARNING
	@$(BIN)/python -m portal.embedded exec --throw-away -- sh -ec '\
		$(BIN)/python manage.py check --database default --fail-level WARNING; \
		$(BIN)/python manage.py makemigrations --check --dry-run'

demo: environment ## Play the main job through the running system, or one of its own
	@exec $(BIN)/python -m portal.embedded exec --portal -- python manage.py demo $(ARGS)

conformance: develop ## Hold the checker to the DCC's own tool and templates (needs Java 17)
	@exec $(BIN)/python -m portal.embedded exec --throw-away -- python -m tests.conformance $(ARGS)

bench: peers ## Measure against the peers; writes bench.json
	@exec $(BIN)/python -m tests.benchmarks $(ARGS)

fuzz: fuzzer ## Fuzz every parser; ARGS="--seconds 30 der" chooses how long and which
	@exec $(BIN)/python -m tests.fuzz $(ARGS)

mutate: planter ## Plant defects one at a time; ARGS="rules/certificates" chooses where
	@exec $(BIN)/python -m tests.mutation $(ARGS)

lock: develop ## Resolve the dependencies; ARGS=--upgrade takes the newest
	@exec $(BIN)/python -m portal.install.lock $(ARGS)

# What each installs: a lock file in portal/install/.
environment: KIND := run
develop: KIND := develop
peers: KIND := bench
fuzzer: KIND := fuzz
planter: KIND := mutate
environment develop peers fuzzer planter:
	@command -v $(PYTHON) >/dev/null || { \
		echo "This needs Python 3.11, and there is no $(PYTHON): install Python 3.11" \
			"(Debian, Ubuntu: apt-get install python3.11 python3.11-venv)." >&2; exit 1; }
	@$(PYTHON) portal/install/environment.py $(KIND)
