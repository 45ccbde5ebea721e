# The verbs of this project; CI runs the same ones. `make` alone lists them.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

# `check` and `test` build with the same flags, so that what one has built the other need not build again.
SWIFT_FLAGS := --explicit-target-dependency-import-check error
# `make demo DEMO_CONFIGURATION=debug` builds faster and runs slower.
DEMO_CONFIGURATION ?= release
SERVE_ARGUMENTS ?=
DEMO_ARGUMENTS ?=
BENCH_ARGUMENTS ?=
COST_ARGUMENTS ?=
SIMULATE_ARGUMENTS ?=
FUZZ_ARGUMENTS ?=

.PHONY: help demo run test test-real check cost simulate bench bench-proxy bench-drift fuzz clean deps build

help: ## List what make can do
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

demo: deps ## Build, then watch one version promoted, one rolled back by the loop and one by hand
	swift build -c $(DEMO_CONFIGURATION) --product serin
	"$$(swift build -c $(DEMO_CONFIGURATION) --show-bin-path)/serin" demo $(DEMO_ARGUMENTS)

run: deps ## Build and serve on 127.0.0.1:8080, control API on 127.0.0.1:8081
	swift build -c $(DEMO_CONFIGURATION) --product serin
	exec "$$(swift build -c $(DEMO_CONFIGURATION) --show-bin-path)/serin" serve $(SERVE_ARGUMENTS)

test: build ## Build everything with warnings as errors and run all tests
	.ci/test

test-real: deps ## Try real model servers (MLServer, scikit-learn): takes minutes and installs Python packages
	swift build -c $(DEMO_CONFIGURATION) --product serin
	[ -x .build/real-servers/bin/mlserver ] || { python3 -m venv .build/real-servers && \
	  .build/real-servers/bin/pip install --quiet mlserver==1.7.1 mlserver-sklearn==1.7.1; }
	.build/real-servers/bin/python Tests/RealServers/run "$$(swift build -c $(DEMO_CONFIGURATION) --show-bin-path)/serin"

check: build ## Lint, build with warnings and undeclared imports as errors, check the repository itself
	swift format lint --strict --parallel --recursive Package.swift Sources Tests Benchmarks
	for script in .ci/* docker/healthcheck; do bash -n "$$script"; done
	.ci/test --filter RepositoryTests

simulate: ## Measure false rollbacks and delays of our rules and of the usual ones; fails when a bound is broken
	swift build -c release --product simulate
	"$$(swift build -c release --show-bin-path)/simulate" $(SIMULATE_ARGUMENTS)

cost: deps ## Count a proxied request's instructions and allocations; fails when they are more than the repository allows
	.ci/install-dependencies gcc python3 valgrind
	swift build -c release --product proxy-cost
	Benchmarks/cost/cost.py "$$(swift build -c release --show-bin-path)/proxy-cost" $(COST_ARGUMENTS)

bench-proxy: deps ## Measure the gateway beside nginx, HAProxy and Envoy on this machine
	swift build -c release --product serin
	Benchmarks/run "$$(swift build -c release --show-bin-path)/serin" $(BENCH_ARGUMENTS)

bench: bench-proxy ## The same, by the name it had first

bench-drift: deps ## Measure profiles and decoding beside whylogs, orjson, scipy, evidently, nannyml and river
	swift build -c release --product drift-benchmark
	Benchmarks/drift/bench.py "$$(swift build -c release --show-bin-path)/drift-benchmark" .build/bench-drift $(BENCH_ARGUMENTS)

fuzz: ## Look for bytes that break the HTTP parser, for a minute; FUZZ_ARGUMENTS='--seconds 3600 --update'
	Tests/Fuzz/run $(FUZZ_ARGUMENTS)

clean: ## Remove everything that was built
	rm -rf .build

deps: ## Install the C libraries and PostgreSQL where they are missing (Debian)
	@.ci/install-dependencies

build: deps ## Build the product and its tests
	swift build --build-tests $(SWIFT_FLAGS)
