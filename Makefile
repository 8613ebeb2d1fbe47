# The portal's commands. Only make and Python 3.11 or newer are needed; PYTHON names another interpreter:
#   make demo PYTHON=python3.12

PYTHON ?= python3
PORT ?= 8000
# Further words for pytest: make test ARGS="tests/search -x"
ARGS ?=

VENV := .venv
RUN := $(VENV)/bin/python
# A file stays with one worker, which makes what its tests share once.
PYTEST := $(RUN) -m pytest -n 2 --dist loadfile
DEV := DJANGO_SETTINGS_MODULE=portal.settings.dev
# Production's settings with values that name nothing real, to check them.
PRODUCTION := env -u DATABASE_URL -u CACHE_URL -u REDIS_URL DJANGO_SETTINGS_MODULE=portal.settings.base \
	ALLOWED_HOSTS=portal.example.org BASE_URL=https://portal.example.org TRUSTED_PROXIES=1 \
	SECRET_KEY=$$($(RUN) -c "import secrets; print(secrets.token_urlsafe(60))")
CATALOGUES := $(wildcard portal/locale/*/LC_MESSAGES/*.po)

# The Nu checker of HTML (npm: vnu-jar); the hash is that of its vnu.jar.
VNU_VERSION := 26.9.27
VNU_SHA256 := 22f15dd39a33bed929d2a5c0cddf5946849a647eca9272bf4d5d00bc7e7a4d47

.PHONY: help demo test check lint bench handbook screenshots lock messages vnu clean python

help:
	@echo "make demo   the portal with its starter content, at http://127.0.0.1:$(PORT)/"
	@echo "make test   the tests, without those that take minutes"
	@echo "make check  everything that has to hold before a change is taken: make lint, and all tests"
	@echo "make lint   style, types, import rules, migrations, settings, templates"
	@echo "make bench  how right and how fast the lookup is, and what a visit costs the reader"
	@echo "make screenshots  the pictures in the README"
	@echo "make handbook     the pictures in the editors' handbook"
	@echo "make lock   the lock files, from pyproject.toml"
	@echo "make messages  the catalogues of every language, from the strings in code and templates"
	@echo "make vnu    fetches the Nu checker of HTML, with which the tests look at every page (needs npm and Java)"
	@echo "make clean  removes what these commands made, but not var/, where the portal's data are"

demo: $(VENV)/.installed $(VENV)/.catalogues
	@$(DEV) $(RUN) manage.py demo --port $(PORT)

test: $(VENV)/.installed-dev $(VENV)/.catalogues
	$(PYTEST) -m "not slow" $(ARGS)

check: lint
	$(PYTEST) $(ARGS)

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

handbook: $(VENV)/.installed-dev $(VENV)/.catalogues
	@$(RUN) -m tests.handbook $(ARGS)

screenshots: $(VENV)/.installed-dev $(VENV)/.catalogues
	@$(RUN) -m tests.screenshots

# Hashes instead of addresses: a lock names no package index.
lock: $(VENV)/.installed-dev
	$(VENV)/bin/uv pip compile --universal --generate-hashes --no-header --no-annotate --quiet \
		pyproject.toml -o requirements.lock
	$(VENV)/bin/uv pip compile --universal --generate-hashes --no-header --no-annotate --quiet \
		--extra dev -c requirements.lock pyproject.toml -o requirements-dev.lock

# German is the editors' language, so its catalogue holds every string; the others hold what readers meet.
FOR_EDITORS := wagtail_hooks.py apps.py models.py models codes.py pages.py fact_views.py timetable_views.py week_panel.py \
	confirming.py desk.py announcing.py mails.py spreadsheets.py facts.py tables.py starter_facts.py webhook_views.py \
	catchment_check.py catchment_views.py workbench.py translation_board.py po.py street_list.py changes.py management admin account mfa \
	socialaccount 429.html writing_panel.py writing.py handbook.py wagtail_words.py consents.py \
	consent_views.py wagtailadmin wagtailsnippets
MESSAGES := $(RUN) manage.py makemessages --no-wrap --no-location --no-obsolete --ignore .venv --ignore var --ignore tests

# Needs gettext (Debian: apt-get install gettext).
messages: $(VENV)/.installed
	$(MESSAGES) --locale de
	$(MESSAGES) --exclude de $(foreach file,$(FOR_EDITORS),--ignore "$(file)")

# Fetched where the file is missing or not the one that is named above, and put in its place only if it is.
vnu:
	@mkdir -p var/vnu
	@cd var/vnu; is_it() { echo "$(VNU_SHA256)  $$1" | sha256sum --check --status 2>/dev/null; }; \
	is_it vnu.jar || { npm pack --loglevel=error vnu-jar@$(VNU_VERSION) >/dev/null && \
	tar -xzf vnu-jar-$(VNU_VERSION).tgz -O package/build/dist/vnu.jar > fetched.jar && \
	rm vnu-jar-$(VNU_VERSION).tgz && \
	{ is_it fetched.jar || { echo "This vnu.jar is not the one that the Makefile names."; exit 1; }; } && \
	mv fetched.jar vnu.jar; }

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
