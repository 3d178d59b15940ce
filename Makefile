.DEFAULT_GOAL := help
.PHONY: help run test cluster bench bench-search bench-shapes bench-router audit-router audit-http audit-rest differential-router

help: ## Show these targets
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 28

run: ## Run the whole market in one process on http://localhost:3000
	@scripts/run

test: ## Run every test there is
	@scripts/test

cluster: ## Run the router and one process a service, over real Redis and RabbitMQ
	@scripts/cluster

bench: ## Measure requests and checkouts against the all-in-one market; PROFILE=production
	@cargo bench --profile $(or $(PROFILE),bench) --bench market

bench-search: ## Measure searches of 100,000 products; PROFILE=dev for the build that tests have
	@scripts/bench-search $(or $(PROFILE),bench)

bench-shapes: ## Measure product lists in one process against the router over HTTP; PROFILE=production
	@scripts/require cargo postgresql redis-server rabbitmq-server
	@cargo bench --profile $(or $(PROFILE),bench) --bench market -- shapes

bench-router: ## Measure the router on the gateway benchmark; ARGS="--help" shows how to compare others, PROFILE=production
	@scripts/require cargo wrk
	@cargo bench --profile $(or $(PROFILE),bench) --bench router -- $(ARGS)

audit-router: ## Print the router's score in the federation audit; AUDIT=<checkout of it>
	@scripts/audit federation "$(AUDIT)" $(ARGS)

audit-http: ## Print the router's score in the audit of GraphQL over HTTP
	@scripts/audit http $(ARGS)

audit-rest: ## Ask the REST API at random and compare its answers with its OpenAPI document; ARGS="--examples 100" asks more
	@scripts/audit rest $(ARGS)

differential-router: ## Compare answers to random operations with a reference gateway's; AUDIT=<checkout of the audit>
	@scripts/audit differential "$(AUDIT)" $(ARGS)
