package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"anxin/content"
	"anxin/i18n"
	"anxin/server/account"
	"anxin/server/complaint"
	"anxin/server/config"
	"anxin/server/console"
	"anxin/server/demo"
	"anxin/server/evidence"
	"anxin/server/locale"
	"anxin/server/notify"
	"anxin/server/policy"
)

// fillDemo runs "demo", beside a server that may be running.
func fillDemo(ctx context.Context, cfg config.Config, stdout, stderr io.Writer) (err error) {
	lib, err := OpenLibrary(cfg, content.Files)
	if err != nil {
		return err
	}
	if lib.Operator().Configured() {
		return errors.New("an operator has put its name to this site: what is made up does not belong among what citizens entrust to it")
	}
	clocks, err := policy.Open(contentOf(cfg, content.Files))
	if err != nil {
		return fmt.Errorf("open the clocks: %w", err)
	}
	clock := &demo.Clock{}
	s, o, err := openToWrite(ctx, cfg, clock.Now, stderr)
	if err != nil {
		return err
	}
	defer s.Close()
	files, err := evidence.Open(evidenceFolder(cfg), o.Vault, o.Log)
	if err != nil {
		return err
	}
	catalogue, err := locale.OpenCatalogue(i18n.Files)
	if err != nil {
		return fmt.Errorf("open the catalogue: %w", err)
	}
	accounts := &account.Service{Store: s, Vault: o.Vault, Log: o.Log, Now: clock.Now}
	service := &complaint.Service{
		Store: s, Vault: o.Vault, Policy: clocks, Files: files, Library: lib, Words: &notify.Words{Catalogue: catalogue, Site: cfg.Public, Operator: lib.Operator()},
		Mail: cfg.Mail != nil, Colleague: colleague(accounts), Log: o.Log, Now: clock.Now,
	}
	made, err := demo.Fill(ctx, service, accounts, clock, time.Now())
	if err != nil {
		return err
	}
	return printDemo(stdout, cfg, made)
}

// printDemo prints numbers, codes and links, which nothing tells again. States are called as docs/workflow.md calls them.
func printDemo(w io.Writer, cfg config.Config, made demo.Filled) error {
	say(w, "Made-up complaints, one for each state. Open them at %s/zh-Hans/complaints/track; the codes are shown this once.\n\n", cfg.Public)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	say(t, "number\tcode\tstands at\twho\tabout\n")
	for _, f := range made.Complaints {
		stands, who := string(f.State), f.Person
		if f.Leg != "" {
			stands += " / " + string(f.Leg)
		}
		if f.Helper {
			who += " (by a helper)"
		}
		say(t, "%s\t%s\t%s\t%s\t%s\n", complaint.Grouped(f.Number), complaint.Grouped(f.Code), stands, who, f.Firm)
	}
	say(t, "\nAccounts, one a role. Each link works once, for 15 minutes; \"staff link --name NAME\" makes another.\n\n")
	for _, a := range made.Staff {
		say(t, "%s\t%s\t%s\n", a.Role, console.FirstLink(cfg.Public, a.Link), a.Name)
	}
	return t.Flush()
}
