# make test    vet, unit tests, page gate in Chromium; installs what it needs on Debian and says so
# make gate    every page in every mode, and the screen reader
# make soak    long fault rigs
# make secrets what docker-compose.yml keeps secret: made once, never over what is there
# make lint    golangci-lint; make bench; make vuln DB=file://…; make fuzz

GO   ?= go
NPM  ?= npm
TS    = $(CURDIR)/e2e/out/testserver
LINT  = github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
VULN  = golang.org/x/vuln/cmd/govulncheck@v1.9.0

.PHONY: test unit race race-then-browser browser gate speech bench soak lint vuln fuzz tools npm testserver secrets

# Unit tests wait for disks half of their time, in which the race detector works, and after it the browser.
test: tools
	@$(MAKE) --no-print-directory -j2 --output-sync=target unit race-then-browser

race-then-browser: race
	@$(MAKE) --no-print-directory browser

# What is missing is named before anything is run.
tools:
	@e2e/tools

# What is raced whole is not tested a second time without.
RACED = ./server/shelf ./server/library ./server/limit ./server/vault ./server/evidence ./server/jobs

# As the Dockerfile builds, which a test follows: the same packages are not compiled once more in another way.
unit testserver: export CGO_ENABLED = 0
unit testserver: export GOFLAGS += -trimpath

# The tests of server/app wait for the disk beside everything else: the usual ten minutes are short on a slow machine.
unit:
	$(GO) vet ./...
	$(GO) test -timeout 20m $(filter-out $(RACED:.%=anxin%),$(shell $(GO) list ./...))
	$(GO) run ./server check

# What happens at once, and not every page: everything under the race detector would take as long as all other tests together.
race:
	$(GO) test -race $(RACED)
	$(GO) test -race -run 'AtOnce|TwoTabs|TwoServers|TwoTake|Twice|Shed|Run|WhileSearching|Streams|Turn|Outlives' ./server/store ./server/account ./server/complaint ./server/app

npm:
	cd e2e && $(NPM) ci --ignore-scripts --no-audit --no-fund

testserver:
	$(GO) build -o $(TS) ./e2e/testserver

browser: npm testserver
	cd e2e && ANXIN_TESTSERVER=$(TS) $(NPM) test

gate: tools npm testserver speech
	cd e2e && ANXIN_TESTSERVER=$(TS) $(NPM) run gate

speech: testserver
	e2e/tools --speech
	ANXIN_TESTSERVER=$(TS) e2e/speech/run

# A public set of questions to measure the search by, where there is one: see BenchmarkRelevance.
SEARCH_SET ?= $(wildcard ../shared/data/search-dev)

bench:
	SEARCH_SET=$(abspath $(SEARCH_SET)) $(GO) test -run '^$$' -bench . -benchmem ./server/...

lint:
	$(GO) run $(LINT) run

vuln:
	$(GO) run $(VULN) $(if $(DB),-db $(DB)) ./...

# What may take long: the writing process is killed again and again, and nothing it acknowledged may be missing; and how long
# anybody waits next to a Redis that is silent, killed or full.
soak: tools
	$(GO) test ./server/store -run Killed -kills 100 -timeout 1h
	$(GO) test ./server/app -run Killed -kills 100 -timeout 2h
	$(GO) test ./server/limit -run Times -soak 20s -v -timeout 10m

# The folder is ours alone; its files can be read by the containers, who run as nobody that this machine knows.
secrets:
	@mkdir -m 0700 secrets || { echo "There are secrets already: they are kept."; exit 1; }
	@p=$$(openssl rand -hex 24) && r=$$(openssl rand -hex 24) && cd secrets && openssl rand -hex 32 >key && \
	echo "$$p" >postgres_password && echo "postgres://anxin:$$p@postgres:5432/anxin?sslmode=disable" >database_url && \
	echo "requirepass $$r" >redis_conf && echo "redis://:$$r@redis:6379/0" >redis_url && : >smtp_url && chmod 0444 * && chmod 0644 smtp_url
	@echo "secrets/ is made. Keep a copy of secrets/key where no backup lies: without it nothing that was sealed can be read."

# Each for a minute.
fuzz:
	$(GO) test -fuzz FuzzNegotiate -fuzztime 1m ./server/locale
	$(GO) test -fuzz FuzzParseMoney -fuzztime 1m ./server/locale
	$(GO) test -fuzz FuzzSplitFront -fuzztime 1m ./server/library
	$(GO) test -fuzz FuzzWrite -fuzztime 1m ./server/library
	$(GO) test -fuzz FuzzParseDirective -fuzztime 1m ./server/library
	$(GO) test -fuzz FuzzWarning -fuzztime 1m ./server/library
	$(GO) test -fuzz FuzzSearch -fuzztime 1m ./server/search
	$(GO) test -fuzz FuzzSafeName -fuzztime 1m ./server/complaint
	$(GO) test -fuzz FuzzInstitutions -fuzztime 1m ./server/app
	$(GO) test -run '^$$' -fuzz FuzzUpload -fuzztime 1m -fuzzminimizetime 1x ./server/app
	$(GO) test -fuzz FuzzLoanCost -fuzztime 1m ./server/calc
	$(GO) test -fuzz FuzzMarkLanguages -fuzztime 1m ./server/view
	$(GO) test -fuzz FuzzParse -fuzztime 1m ./server/workday
	$(GO) test -fuzz FuzzDeadline -fuzztime 1m ./server/policy
	$(GO) test -fuzz FuzzRead -fuzztime 1m ./server/intake
	$(GO) test -fuzz FuzzAnswers -fuzztime 1m ./server/intake
	$(GO) test -fuzz FuzzParseNumber -fuzztime 1m ./server/complaint
	$(GO) test -fuzz FuzzTake -fuzztime 1m ./server/evidence
	$(GO) test -fuzz FuzzOpen -fuzztime 1m ./server/vault
