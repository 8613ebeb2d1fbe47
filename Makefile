# The portal's commands. Only make and Python 3.11 or newer are needed; PYTHON names another interpreter:
#   make demo PYTHON=python3.12

PYTHON ?= python3
PORT ?= 8000
# Further words for pytest: make test ARGS="tests/search -x"
ARGS ?=

VENV := .venv
RUN := $(VENV)/bin/python
DEV := DJANGO_SETTINGS_MODULE=portal.settings.dev
# Production's settings with values that name nothing real, to check them.
PRODUCTION := env -u DATABASE_URL -u CACHE_URL -u REDIS_URL DJANGO_SETTINGS_MODULE=portal.settings.base \
	ALLOWED_HOSTS=portal.example.org BASE_URL=https://portal.example.org TRUSTED_PROXIES=1 \
	SECRET_KEY=$$($(RUN) -c "import secrets; print(secrets.token_urlsafe(60))")
CATALOGUES := $(wildcard portal/locale/*/LC_MESSAGES/*.po)

.PHONY: help demo test check lint bench lock messages clean python

help:
	@echo "make demo   the portal with its starter content, at http://127.0.0.1:$(PORT)/"
	@echo "make test   the tests"
	@echo "make check  everything that has to hold before a change is taken: make lint, and the tests"
	@echo "make lint   style, types, import rules, migrations, settings, templates"
	@echo "make bench  how right and how fast the lookup is"
	@echo "make lock   the lock files, from pyproject.toml"
	@echo "make messages  the catalogues of every language, from the strings in code and templates"
	@echo "make clean  removes what these commands made, but not var/, where the portal's data are"

demo: $(VENV)/.installed $(VENV)/.catalogues
	@$(DEV) $(RUN) manage.py demo --port $(PORT)

test: $(VENV)/.installed-dev $(VENV)/.catalogues
	$(RUN) -m pytest -n 2 $(ARGS)

check: lint
	$(RUN) -m pytest -n 2 $(ARGS)

lint: $(VENV)/.installed-dev $(VENV)/.catalogues
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	$(RUN) -m mypy
	$(VENV)/bin/lint-imports
	$(DEV) $(RUN) manage.py makemigrations --check --dry-run
	$(PRODUCTION) $(RUN) manage.py check --deploy --fail-level WARNING
	$(RUN) -m djlint --quiet --lint templates

bench: $(VENV)/.installed-dev $(VENV)/.catalogues
	@DJANGO_SETTINGS_MODULE=portal.settings.test $(RUN) -m tests.bench $(ARGS)

# Hashes instead of addresses: a lock names no package index.
lock: $(VENV)/.installed-dev
	$(VENV)/bin/uv pip compile --universal --generate-hashes --no-header --no-annotate --quiet \
		pyproject.toml -o requirements.lock
	$(VENV)/bin/uv pip compile --universal --generate-hashes --no-header --no-annotate --quiet \
		--extra dev -c requirements.lock pyproject.toml -o requirements-dev.lock

# Needs gettext (Debian: apt-get install gettext).
messages: $(VENV)/.installed
	$(RUN) manage.py makemessages --all --no-wrap --no-location --no-obsolete --ignore .venv --ignore var --ignore tests

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# What has been done already is remembered inside the virtual environment, and goes with it.

python:
	@command -v $(PYTHON) >/dev/null || { echo "There is no $(PYTHON) here. The portal needs Python 3.11 or newer;" \
		"another one is named so: make demo PYTHON=python3.12"; exit 1; }

$(VENV)/.installed: requirements.lock | python
	@$(PYTHON) deploy/set_up.py $(VENV) requirements.lock
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock $(VENV)/.installed | python
	@$(PYTHON) deploy/set_up.py $(VENV) requirements-dev.lock
	@touch $@

$(VENV)/.catalogues: $(CATALOGUES) $(VENV)/.installed
	@$(DEV) $(RUN) manage.py compile_catalogues
	@touch $@
