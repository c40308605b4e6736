# Switchboard. `make demo` runs the whole product on this machine; `make test` runs every test. Each installs what it needs.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
STAMPS := build/stamps
export PYTHONPATH := $(CURDIR)/layers/core/python:$(CURDIR):$(CURDIR)/verify
export PIP_DISABLE_PIP_VERSION_CHECK := 1
unexport VIRTUAL_ENV

.PHONY: role-matrix prove-erasure rotation scan sbom privacy prove-audit crowd evaluate train retrieval layers-arm64 help env web layers model demo smoke test unit integration packaging e2e look check figures simulate template clean

help: ## what there is to make
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  \1\t/' | expand -t 16

# -- what everything stands on ---------------------------------------------------------------------

env: $(STAMPS)/env ## the Python environment, from the lock
$(STAMPS)/env: requirements/dev.txt layers/runtime/chalice.txt layers/intent/requirements.txt
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Python 3.11 or later is needed")'
	@mkdir -p $(STAMPS)
	test -x $(PY) || $(PYTHON) -m venv $(VENV)
	$(PY) -m pip install -q -r requirements/dev.txt
	$(PY) -m pip install -q --no-deps -r layers/runtime/chalice.txt
	$(PY) -m pip install -q --no-deps -r layers/intent/requirements.txt
	@touch $@

web: $(STAMPS)/web ## the console, the widget and the shop
WEB_SOURCES := $(shell find web -type f -not -path '*/node_modules/*' -not -path '*/dist/*' 2>/dev/null)
$(STAMPS)/node: web/package-lock.json
	@command -v npm >/dev/null || { echo "Node.js 20 or later with npm is needed"; exit 1; }
	@mkdir -p $(STAMPS)
	cd web && npm ci --no-audit --no-fund --loglevel=error
	@touch $@
$(STAMPS)/web: $(STAMPS)/node $(WEB_SOURCES)
	cd web && npm run --silent build
	@touch $@

# A file of agents' corrections (python -m tools.corrections export) for the model to learn from; give it to every command that
# builds the model, or export it, or the next one builds it without.
CORRECTED := $(if $(CORRECTIONS),--corrections "$(CORRECTIONS)")

model: $(STAMPS)/env ## the intent model, from pinned inputs, and its layer for this machine (CORRECTIONS=file.jsonl: learnt from, too)
	$(PY) -m tools.layers build --layer intent $(CORRECTED)

train: model ## the intent model learnt anew from its corpus, in an environment of its own (an hour on two cores)
	test -x build/training-venv/bin/python || $(PYTHON) -m venv build/training-venv
	build/training-venv/bin/python -m pip install -q -r layers/intent/training/requirements.txt
	build/training-venv/bin/python -m layers.intent.training $(CORRECTED)

layers: $(STAMPS)/env model ## all layers for this machine (nothing is done twice)
	$(PY) -m tools.layers build --layer core
	$(PY) -m tools.layers build --layer runtime
	$(PY) -m tools.layers build --layer planning

# -- running it --------------------------------------------------------------------------------------

layers-arm64: $(STAMPS)/env ## all layers for Lambda on arm64, checked statically
	$(PY) -m tools.layers build --target arm64 $(CORRECTED)
	$(PY) -m tools.layers check --target arm64

demo: layers web ## the whole product on this machine, until Ctrl-C
	$(PY) -m local.demo

prove-audit: $(STAMPS)/env ## whatever is done to the audit's files is found by the offline verifier (three minutes)
	$(PY) -m tests.bench.prove_audit

role-matrix: $(STAMPS)/env ## who may do what: every case of tests/data/roles judged by the policies, and what a decision costs
	$(PY) -m tests.bench.role_matrix

prove-erasure: layers ## an erased person is nowhere readable, and nobody else is missed (two minutes)
	$(PY) -m tests.bench.prove_erasure

rotation: layers ## keys rotate, are wrapped anew and retired under load, and nobody notices
	$(PY) -m tests.bench.rotation

smoke: layers ## three customers on three channels, one agent, every step timed
	$(PY) -m local.smoke

# -- proving it --------------------------------------------------------------------------------------

check: $(STAMPS)/env $(STAMPS)/node ## style, types, the dependency rule, the intent corpus, the template's rules
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy layers/core/python/switchboard layers/intent local tools tests/simulation verify/switchboard_verify
	$(VENV)/bin/lint-imports
	$(PY) -m layers.intent.builder.lint
	cd web && npm run --silent check
	$(PY) -m tools.sam lint
	$(MAKE) --no-print-directory template

scan: $(STAMPS)/env ## every scanner, of code, templates and dependencies; services that do not answer are told of (ARGS=--strict: and fail it)
	$(PY) -m tools.scan $(ARGS)

sbom: $(STAMPS)/env ## what is shipped, as CycloneDX bills of materials (build/sbom)
	$(PY) -m tools.sbom

template: $(STAMPS)/env ## rules over template.yaml and infra/
	$(PY) -m pytest tests/template

test: unit integration packaging e2e ## every test

unit: model $(STAMPS)/node ## domain, use cases, channels, contracts on fakes; the console
	$(PY) -m pytest tests/unit tests/architecture tests/simulation -n 2
	cd web && npm test --silent

integration: layers ## against LocalStack (starts it; or set AWS_ENDPOINT_URL) and the embedded emulator
	$(PY) -m local.localstack_host.install
	$(PY) -m pytest tests/integration -n 2 --dist loadfile

packaging: layers ## each function alone under Lambda's runtime client; its calls against its role
	$(PY) -m local.localstack_host.install
	$(PY) -m pytest tests/packaging tests/roles

e2e: layers web ## the product in a browser, on the embedded emulator
	$(PY) -m tools.chromium
	$(PY) -m pytest tests/e2e -n 2 --dist loadfile

look: layers web ## pictures of every screen, checked for accessibility and overflow (web/tests/look/out)
	$(PY) -m tools.chromium
	cd web && npm run --silent look

figures: smoke ## every figure the documents quote
	$(PY) tests/bench/vault_bench.py
	$(PY) -m tests.bench.calls
	$(PY) -m tests.bench.decrypt
	$(PY) -m tests.bench.concurrency
	$(PY) -m tests.bench.decision
	$(PY) -m tests.bench.scale
	$(PY) -m tests.bench.what_if

retrieval: model ## how well and how fast the knowledge base finds what answers (DATA=folder)
	OPENBLAS_NUM_THREADS=1 $(PY) -m tests.bench.retrieval $(if $(DATA),--data $(DATA))

privacy: $(STAMPS)/env ## how well personal data is found (DATA=folder)
	$(PY) -m tests.bench.privacy $(if $(DATA),$(DATA))

evaluate: model ## how well messages are understood: DATA=files or folders, REPORT=report.json, FIGURES=1
	$(PY) -m layers.intent.evaluation $(DATA) $(if $(REPORT),--report $(REPORT)) $(if $(FIGURES),--figures)

containment: layers ## 300 scripted customers play against the bot, and are judged
	$(PY) -m tests.bench.containment

crowd: layers ## 2,000 conversations, 200 agents, 16 threads on LocalStack (half an hour on two cores)
	$(PY) -m local.localstack_host.install
	$(PY) -m tests.bench.big_crowd

simulate: $(STAMPS)/env ## routing judged on unseen centres; the simulator against theory and a peer
	$(PY) -m tests.simulation.simulate

clean:
	rm -rf build .venv web/node_modules web/dist .mypy_cache .ruff_cache .pytest_cache
