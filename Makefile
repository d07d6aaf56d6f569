# Everything a developer or CI runs. `make` alone lists it.
# Needed beforehand: Rust (rustup), gcc, make. The targets install the rest on Debian and Ubuntu (scripts/setup).

# The tools that scripts/tool builds.
CARGO_DENY_VERSION := 0.20.2
CARGO_FUZZ_VERSION := 0.13.2
CARGO_DEB_VERSION := 3.8.0
CARGO_CYCLONEDX_VERSION := 0.5.9
OPENAPI := openapi/jpki-agent.json
# What npm leaves behind once everything in web/package-lock.json is installed.
WEB_READY := web/node_modules/.package-lock.json
# How long `make soak` goes on, and from which seed; without one it takes a new one and prints it.
SECONDS := 1800
SEED :=

.DEFAULT_GOAL := help
.PHONY: help demo test check cross openapi web fuzz soak bench bench-own callgrind deb setup format lint docs deny advisories drift \
	test-rust test-web test-demo build-both build-fuzz build-release test-fuzz test-package

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

demo: $(WEB_READY) ## the agent with its software card, and the example tax portal beside it, step by step
	@scripts/setup build demo web
	@scripts/demo

test: ## every test, those with pcscd, OpenSC, Python and Node.js too; a missing part is a failure
	@[ "$$(id -u)" = 0 ] || echo "make test: not as root, so the tests that take it are skipped and named; all others run"
	@scripts/setup build demo test web fuzz package
	@JPKI_AGENT_TEST_REQUIRE=all JPKI_AGENT_SOAK_SECONDS=60 \
		scripts/test-summary $(MAKE) -k -j1 --no-print-directory \
		test-rust test-web test-demo build-both test-fuzz test-package

fuzz: ## every parser against hostile bytes, 10 s each; longer: scripts/fuzz --seconds 600
	@scripts/setup build fuzz
	@scripts/fuzz

soak: ## a long random life of the agent, checked at each step: make soak SECONDS=1800 SEED=1
	@scripts/setup build
	@JPKI_AGENT_SOAK_SECONDS=$(SECONDS) JPKI_AGENT_SOAK_SEED=$(SEED) cargo test --locked --test soak -- --nocapture

bench: ## the agent beside every other client, and what it costs itself; writes docs/performance.md
	@scripts/setup build bench
	@cargo build --quiet --release --locked
	@bench/peers/install
	@bench/peers/run
	@bench/own/run

deb: ## the Debian package for this machine and its bill of materials: target/debian/
	@scripts/setup build package
	@packaging/deb

check: format lint docs drift deny advisories ## no system parts but libpcsclite: format, clippy, docs, OpenAPI drift, dependencies
	@echo "check: all clean"

bench-own: ## what the agent itself costs: time, memory, start, wake-ups, size; writes target/bench
	@scripts/setup build
	@bench/own/run
	@cargo bench --locked --quiet --bench contactless

callgrind: ## instructions of one sign request, compared with the figure noted (a part of `make test`)
	@scripts/setup build test
	@JPKI_AGENT_TEST_REQUIRE=all cargo test --locked --quiet --test callgrind -- --nocapture

cross: ## type-check for macOS and Windows
	@scripts/setup build
	@scripts/cross-check . aarch64-apple-darwin x86_64-pc-windows-msvc

openapi: $(WEB_READY) ## write openapi/jpki-agent.json anew from the code, and the web client's types from it
	@scripts/setup build
	@cargo run --quiet --locked --example openapi > $(OPENAPI).new && mv $(OPENAPI).new $(OPENAPI)
	@npm --prefix web run --silent types

web: $(WEB_READY) ## the packages for web pages: types, build, size; are the generated types up to date?
	@npm --prefix web run --silent verify
	@echo "web: all clean"

setup: ## install what the other targets need and is missing (they do it themselves)
	@scripts/setup build demo test web fuzz package

# The parts of `test`. Each says when it begins, so that scripts/test-summary can tell how long it took.

part-%:
	@echo "     Part $*, begun at $$(date +%s)"

test-rust: part-test-rust
	@cargo test --locked --no-fail-fast

test-web: part-test-web web
	@cargo build --quiet --locked --bins --example tax-portal
	@npm --prefix web run --silent test

test-demo: part-test-demo $(WEB_READY)
	@timeout 300 scripts/demo --test

# For minutes each of the two keeps one processor alone busy, with its last pass over the whole program; so both at a time.
# No test runs meanwhile whose clock could suffer.
build-both: part-build-both
	@$(MAKE) -j2 --no-print-directory build-fuzz build-release

build-fuzz:
	@scripts/fuzz --build

build-release:
	@cargo build --quiet --locked --release --bin jpki-agent

test-fuzz: part-test-fuzz
	@scripts/fuzz

# The package is checked, and installed on a bare machine.
test-package: part-test-package deb
	@packaging/check
	@scripts/newcomer

$(WEB_READY): web/package-lock.json
	@scripts/setup web
	@npm --prefix web ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

# The parts of `check`, fastest first.

format:
	cargo fmt --all --check
	cargo fmt --manifest-path fuzz/Cargo.toml --check
	cargo fmt --manifest-path bench/peers/myna-card/Cargo.toml --check

lint:
	@scripts/setup build
	cargo clippy --locked --all-targets -- -D warnings

docs:
	@scripts/setup build
	RUSTDOCFLAGS="-D warnings" cargo doc --locked --no-deps --quiet

drift:
	@scripts/setup build
	@mkdir -p target
	@cargo run --quiet --locked --example openapi > target/openapi.json
	@diff -u $(OPENAPI) target/openapi.json \
		|| { echo "$(OPENAPI) differs from the code: run \`make openapi\` and commit it" >&2; exit 1; }

deny:
	@deny=$$(scripts/tool cargo-deny) && "$$deny" --locked check bans licenses sources

advisories:
	@deny=$$(scripts/tool cargo-deny) || exit; if "$$deny" --locked fetch db > /dev/null 2>&1; then \
		echo "cargo deny --locked check advisories"; "$$deny" --locked check advisories; \
	else \
		echo; echo "ADVISORIES NOT CHECKED: the RustSec database cannot be reached from here"; echo; \
	fi
