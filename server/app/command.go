package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"runtime"
	"runtime/debug"
	"time"

	"anxin/content"
	"anxin/i18n"
	"anxin/server/config"
	"anxin/server/library"
	"anxin/server/memory"
	"anxin/server/proof"
)

const usage = `anxin [command]

  serve     serves the site (the default)
  migrate   brings the database up to date, which serve does, too
  health    asks the server that runs with the same settings whether it is ready; exits 1 if it is not
  verify    recomputes the audit of every dispute, while the server runs or not: names what is not as it was written
            and exits 1
  backup DIR
            copies the database and the files that were handed in into a new folder, whether or not the server runs. The
            secret is not in it. sha256sum -c SHA256SUMS in that folder checks it
  restore DIR
            puts a backup back into an empty database and data folder, of either kind of database, and verifies it. The secret
            that was in use then has to be in its place. What was changed since it was made, by one bit, is refused
  doctor    says what is wrong with settings, secret, data folder, database, clock, content, search index, files, mail server,
            Redis and address, and what to do about each; changes nothing, whether or not the server runs; exits 1 where something has to be mended
              --json    the same for programs
  demo      fills a fresh database with made-up complaints in every state, through the same services as everybody, and prints
            their numbers and codes once, with a link for one account of each role; refused where an operator has put its name to the site
  check     proofreads content and catalogues, with the files of ANXIN_CONTENT laid over them:
            prints file:line for each mistake and exits 1; what only ages is a warning
              --release         what only ages is a mistake, too
              --stamp FILE…     notes in translations that they match their source as it is now
  import documents --collection NAME FILE.jsonl
            puts documents {id, title, body, lang, kind}, one JSON object a line, into a search collection,
            whether or not the server runs: bad lines are named and left out (exit 1), the others kept;
            a document whose id and lang are there already is replaced
  import institutions FILE.csv
            puts firms on the list that citizens choose from, whether or not the server runs. The first line names the
            columns: id,name,supervisor,source are needed; name_zh_hant,name_en,aliases (with ； between them),kind,
            parent (the id of the firm whose branch it is),address,phone,listed_on (2026-11-30) may be there.
            supervisor is nfra, pbc, csrc, local, market or other. UTF-8 or GB18030. Bad lines are named and left out
            (exit 1), the others kept; one whose id is there already is replaced, one that is not in the file stays
  staff add --role ROLE --name NAME [--institution ID]
            makes an account for the console and prints the link to it: for 15 minutes, once. ROLE is officer, handler (of the
            firm with that ID on the list), sysadmin, secadmin or auditor, and stays so; a name is given once
  staff list
            lists the accounts: name, role, firm, state
  staff link --name NAME
            a new link for who lost password or second factor; both end, and every session
  staff disable --name NAME
            ends an account for good
  help      prints this

Settings come from the environment: see the table in README.md.
`

// Command runs one subcommand of the program.
func Command(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) error {
	name := "serve"
	if len(args) > 0 {
		name, args = args[0], args[1:]
	}
	switch name {
	case "serve":
		return serve(ctx, getenv, stderr)
	case "migrate", "verify", "demo":
		return onDatabase(ctx, name, args, getenv, stdout, stderr)
	case "backup", "restore":
		return onBackup(ctx, name, args, getenv, stdout, stderr)
	case "doctor":
		return examine(ctx, args, getenv, stdout)
	case "health":
		return health(ctx, getenv)
	case "check":
		return check(args, getenv, stdout)
	case "staff":
		return staff(ctx, args, getenv, stdout, stderr)
	case "import":
		return importFile(ctx, args, getenv, stdout, stderr)
	case "help", "-h", "--help":
		_, err := io.WriteString(stdout, usage)
		return err
	}
	return fmt.Errorf("there is no command %q; \"help\" lists them", name)
}

const (
	startGC     = 400      // lets the heap grow to five times what is in use before it is collected
	startMemory = 16 << 20 // bytes that a start needs
)

func serve(ctx context.Context, getenv func(string) string, stderr io.Writer) error {
	cfg, err := config.Load(getenv)
	if err != nil {
		return err
	}
	memory.BigPages(startMemory)
	if getenv("GOMAXPROCS") == "" {
		// The hash of a code holds a processor for as long as it takes. While there is one on each, what the database answers would lie
		// until one is done, at every statement anew: with one more than there are, the system shares them out. BenchmarkBesideHashes.
		runtime.GOMAXPROCS(runtime.GOMAXPROCS(0) + 1)
	}
	// What is read at start stays: collecting garbage meanwhile finds little and takes a fifth of the time.
	usual := debug.SetGCPercent(startGC)
	log := slog.New(slog.NewTextHandler(stderr, nil))
	a, err := New(cfg, Options{Clock: time.Now, Log: log, Sweeps: true})
	if err != nil {
		return err
	}
	defer a.Close()
	return a.Run(ctx, func(net.Addr) {
		say(stderr, "anxin serves %s/\n", cfg.Public)
		a.hint(ctx, stderr)
		debug.SetGCPercent(usual)
	})
}

func onDatabase(ctx context.Context, name string, args []string, getenv func(string) string, stdout, stderr io.Writer) error {
	if len(args) > 0 {
		return fmt.Errorf("%s does not know %q", name, args[0])
	}
	cfg, err := config.Load(getenv)
	if err != nil {
		return err
	}
	switch name {
	case "migrate":
		return migrate(ctx, cfg, stdout, stderr)
	case "demo":
		return fillDemo(ctx, cfg, stdout, stderr)
	}
	return verify(ctx, cfg, stdout, stderr)
}

func onBackup(ctx context.Context, name string, args []string, getenv func(string) string, stdout, stderr io.Writer) error {
	if len(args) != 1 || args[0] == "" {
		return fmt.Errorf("write: %s DIR", name)
	}
	cfg, err := config.Load(getenv)
	if err != nil {
		return err
	}
	if name == "backup" {
		return makeBackup(ctx, cfg, args[0], stdout, stderr)
	}
	return restore(ctx, cfg, args[0], stdout, stderr)
}

func check(args []string, getenv func(string) string, stdout io.Writer) error {
	cfg, err := config.Load(getenv)
	if err != nil {
		return err
	}
	if len(args) > 0 && args[0] == "--stamp" {
		return stamp(args[1:], stdout)
	}
	p := proof.Proof{Content: contentOf(cfg, content.Files), Catalogues: i18n.Files, Today: time.Now()}
	for _, arg := range args {
		if arg != "--release" {
			return fmt.Errorf("check does not know %q", arg)
		}
		p.Release = true
	}
	report, err := p.Read()
	if err != nil {
		return err
	}
	for _, w := range report.Warnings {
		say(stdout, "warning: %s\n", w)
	}
	for _, e := range report.Errors {
		say(stdout, "%s\n", e)
	}
	if n := len(report.Errors); n > 0 {
		return fmt.Errorf("%d mistakes", n)
	}
	return nil
}

// say writes for whoever reads along; if nobody does, nothing is lost.
func say(w io.Writer, format string, args ...any) { _, _ = fmt.Fprintf(w, format, args...) }

// stamp notes in translated files on disk which state of their source they were made from.
func stamp(files []string, stdout io.Writer) error {
	if len(files) == 0 {
		return errors.New("name the translated files to stamp, such as content/modules/spot-a-scam/en.md")
	}
	for _, file := range files {
		changed, err := library.Stamp(file)
		if err != nil {
			return err
		}
		if changed {
			say(stdout, "stamped %s\n", file)
		}
	}
	return nil
}
