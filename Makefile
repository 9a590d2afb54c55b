# Two commands matter: `make demo` plays the story and leaves the nodes running; `make test` runs all tests.
# Both say what they install, need no other step, and are safe to repeat.
SHELL := bash
ISLANDS := crates/web/islands
PROFILE := $(if $(SIMPUL_RELEASE),release,debug)
BUILD := cargo build $(if $(SIMPUL_RELEASE),--release)
TARGET := $(if $(CARGO_TARGET_DIR),$(CARGO_TARGET_DIR),target)

.PHONY: help demo test check islands screens long bench recruiters audit needs
.DEFAULT_GOAL := help

help:
	@echo "make demo     build, play the story, leave the nodes running (SIMPUL_RELEASE=1: optimised)"
	@echo "make test     every check and every test; installs PostgreSQL and Chromium where they are missing"
	@echo "make check    format, lints, arrows, sizes, codes, licences, documents"
	@echo "make islands  build the scripts of the pages"
	@echo "make screens  take the pictures in docs/screens anew"
	@echo "make long     the long figures: many kills, seeds, cuts and hostile bytes, the full browser matrix, 514 nodes"
	@echo "make bench    every budget beside its measurement (make bench -- recruiters: resolution beside Splink, half an hour)"
	@echo "make audit    known faults in what we build on (needs a network)"

needs:
	@command -v cargo >/dev/null || { echo "cargo is missing: install a Rust toolchain, 1.89 or newer"; exit 4; }
	@command -v cc >/dev/null || { echo "a C compiler is missing: apt-get install gcc"; exit 4; }

# Without its scripts a node serves every page that needs none, and `simpul doctor` says what is off.
demo: needs
	@$(MAKE) --no-print-directory islands || echo "islands: not built; the demo goes on without offline pocketbook, sealing on the phone and passkeys"
	$(BUILD) -p node
	$(TARGET)/$(PROFILE)/simpul demo $(DEMO)

test: needs
	cargo xtask test

check: needs
	cargo xtask check

# Built anew only when a source is newer, so that the Rust build is not repeated for nothing.
islands:
	@set -e; stamp=$(ISLANDS)/node_modules/.built; \
	if [ -f $$stamp ] && [ -d crates/web/dist ] && [ -z "$$(find $(ISLANDS) -path $(ISLANDS)/node_modules -prune -o -type f -newer $$stamp -print | head -n 1)" ]; then \
	  echo "islands: up to date"; exit 0; fi; \
	command -v npm >/dev/null || { echo "npm is missing: Node 20.19 or newer is needed"; exit 4; }; \
	echo "islands: installing npm packages as locked, then building"; \
	cd $(ISLANDS); npm ci --ignore-scripts --no-audit --no-fund; npm run build; touch node_modules/.built

screens: needs
	SIMPUL_SCREENS=1 cargo xtask test islands browser

long: needs
	SIMPUL_LONG=1 SIMPUL_KILLS=200 cargo xtask test
	cd fuzz && cargo run --release --no-default-features --bin mutate -- --seconds 60
	cargo build --release -p node
	cargo run --release -p benches -- journal-of-years
	seq 50 | xargs -P 2 -I SEED $(TARGET)/release/simpul sim --nodes 20 --days 5 --seed SEED --loss 0.2 --duplicate 0.1 --reorder 0.2 --restart-every 6 --json
	seq 51 500 | xargs -P 2 -I SEED $(TARGET)/release/simpul sim --nodes 6 --days 3 --seed SEED --loss 0.2 --duplicate 0.1 --reorder 0.2 --restart-every 6 --json
	seq 50 | xargs -P 2 -I SEED $(TARGET)/release/simpul sim --nodes 6 --days 2 --seed SEED --loss 0.2 --duplicate 0.1 --reorder 0.2 --restart-every 6 --revoke 2 --hostile 0.1 --clock-drift 48 --mixed-versions --shrink --json
	$(TARGET)/release/simpul sim --nodes 514 --days 30 --seed 1 --loss 0.05 --duplicate 0.02 --reorder 0.05 --partition-hours 12 --restart-every 72

bench: needs
	@[ -d benches ] || { echo "bench: there are no budgets to measure yet"; exit 2; }
	@$(MAKE) --no-print-directory islands
	cargo build --release -p node -p slowlink
	cargo run --release -p benches -- $(filter-out bench,$(MAKECMDGOALS))

# `make bench -- recruiters`: the name of a group is no work of its own.
recruiters:
	@:

audit: needs
	@command -v cargo-audit >/dev/null || { echo "installing cargo-audit"; cargo install --locked cargo-audit; }
	cargo audit
	@for folder in $(ISLANDS) tests/browser; do (cd $$folder && npm audit) || exit 1; done
