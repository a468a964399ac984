# Two commands do everything on a fresh machine: `make serve` and `make test`.
# Set-up steps live in .ci/ and are skipped when they are done; tools and builds of dependencies are
# kept in ATHERIA_CACHE (default ~/.cache/atheria), shared by all clones.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.DEFAULT_GOAL := help

ROOT ?=
PORT ?= 8080
export ATHERIA_BIN_DIR := $(CURDIR)/target/release
export ATHERIA_PYTHON := $(CURDIR)/.tools/python

.PHONY: help
help: ## This list
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' Makefile | expand -t 20

.PHONY: setup
setup: ## What a build needs: PyTorch's libtorch, the wasm compiler, trunk, npm's tools
	@.ci/setup-torch.sh
	.ci/setup-wasm.sh
	.ci/setup-web.sh

.PHONY: build
build: setup ## The page and the programs: dist/, target/release/ath, target/release/ath-engine
	@.ci/seed.sh take
	.ci/build-web.sh
	cargo build --release --bins -p ath -p ath-engine

.PHONY: serve
serve: build ## Build, then start with the demo experiments (or ROOT=folder) and print the address
	@exec target/release/ath serve --port $(PORT) $(if $(ROOT),--root "$(ROOT)")

.PHONY: dev
dev: build ## As serve, and the page rebuilt and reloaded at each change, on port 8081
	@export PATH="$(CURDIR)/e2e/node_modules/.bin:$(CURDIR)/.tools/bin:$$PATH" RUSTFLAGS="--cfg erase_components" CARGO_TARGET_DIR="$(CURDIR)/target/wasm"
	if [ -x .tools/bin/rustc-wasm ]; then export RUSTC="$(CURDIR)/.tools/bin/rustc-wasm"; fi
	exec target/release/ath dev $(if $(ROOT),--root "$(ROOT)")

.PHONY: lint
lint: setup ## Formatting, clippy with warnings refused, what crates may be built from (ADVISORIES=yes: known faults of theirs)
	@.ci/setup-deny.sh
	.ci/seed.sh take
	cargo fmt --all --check
	cargo clippy --quiet --workspace --all-targets -- -D warnings
	.ci/lint-web.sh
	.ci/deny.sh

.PHONY: test
test: build ## Every test: Rust, Python's view of the exports, the browser
	@.ci/setup-browser.sh
	.ci/test.sh
	.ci/seed.sh give

.PHONY: bench
bench: build ## Speeds beside PyTorch's in the same run; rewrites BENCHMARKS.md (DEVICE=cuda: BENCHMARKS-cuda.md)
	@.ci/setup-browser.sh
	.ci/bench.sh

.PHONY: gpu-kit
gpu-kit: build ## target/gpu-kit: tests, diagnoses and benchmark for a GPU machine that has neither network nor build tools
	@.ci/gpu-kit.sh

.PHONY: dist
dist: build ## target/dist: a tarball that serves the demo on a machine that has nothing (CPU)
	@.ci/dist.sh

.PHONY: clean
clean: ## Remove what was built here; the cache stays
	@rm -rf target dist .tools e2e/node_modules e2e/test-results e2e/playwright-report
	rm -f .cargo/config.toml
	source .ci/env.sh && echo "Tools and dependencies stay in $$CACHE"
