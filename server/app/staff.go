package app

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
	"time"

	"anxin/server/account"
	"anxin/server/config"
	"anxin/server/console"
	"anxin/server/fault"
	"anxin/server/store"
)

// staff runs "staff", beside a server that may be running: its database takes writers of two processes, and what is written here
// is short.
func staff(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) error {
	what := ""
	if len(args) > 0 {
		what, args = args[0], args[1:]
	}
	given := flag.NewFlagSet("staff "+what, flag.ContinueOnError)
	given.SetOutput(io.Discard)
	role, name, institution := given.String("role", "", ""), given.String("name", "", ""), given.String("institution", "", "")
	if err := given.Parse(args); err != nil {
		return fmt.Errorf("staff %s: %w", what, err)
	}
	if given.NArg() > 0 {
		return fmt.Errorf("staff %s does not know %q", what, given.Arg(0))
	}
	run, ok := map[string]func(context.Context, config.Config, *account.Service, io.Writer) error{
		"add": func(ctx context.Context, cfg config.Config, s *account.Service, out io.Writer) error {
			return addStaff(ctx, cfg, s, *role, *name, *institution, out, stderr)
		},
		"link": func(ctx context.Context, cfg config.Config, s *account.Service, out io.Writer) error {
			return relinkStaff(ctx, cfg, s, *name, out, stderr)
		},
		"disable": func(ctx context.Context, _ config.Config, s *account.Service, out io.Writer) error {
			return disableStaff(ctx, s, *name, out)
		},
		"list": listStaff,
	}[what]
	if !ok {
		return errors.New("staff add, staff list, staff link or staff disable: \"help\" explains them")
	}
	cfg, err := config.Load(getenv)
	if err != nil {
		return err
	}
	s, done, err := openAccounts(ctx, cfg, stderr)
	if err != nil {
		return err
	}
	defer done()
	return run(ctx, cfg, s, stdout)
}

// openAccounts opens the accounts of a database, which it makes where there is none.
func openAccounts(ctx context.Context, cfg config.Config, stderr io.Writer) (s *account.Service, done func(), err error) {
	kept, o, err := openToWrite(ctx, cfg, time.Now, stderr)
	if err != nil {
		return nil, nil, err
	}
	return &account.Service{Store: kept, Vault: o.Vault, Log: o.Log, Now: o.Clock}, kept.Close, nil
}

func addStaff(ctx context.Context, cfg config.Config, s *account.Service, role, name, institution string, stdout, stderr io.Writer) error {
	r, ok := account.ParseRole(role)
	if !ok {
		var names []string
		for _, r := range account.Roles {
			names = append(names, string(r))
		}
		return fmt.Errorf("--role is %s", strings.Join(names, ", "))
	}
	if (r == account.Handler) != (institution != "") {
		return errors.New("--institution names the firm of a handler, and of nobody else")
	}
	link, err := s.Add(ctx, account.Command, r, name, institution)
	switch fault.From(err).Kind {
	case fault.Conflict:
		return errors.New("there is an account of this name: a name is given once, to one role")
	case fault.NotFound:
		return fmt.Errorf("there is no institution %q on the list: \"import institutions\" puts firms there", institution)
	case fault.Invalid:
		return errors.New("--name has 2 to 60 characters")
	}
	if err != nil {
		return err
	}
	sayLink(cfg, link, stdout, stderr)
	return nil
}

// sayLink prints the link alone where it can be copied from, and what to know about it beside it.
func sayLink(cfg config.Config, link string, stdout, stderr io.Writer) {
	say(stdout, "%s\n", console.FirstLink(cfg.Public, link))
	say(stderr, "open it within 15 minutes; it works once\n")
}

// named finds an account by --name.
func named(ctx context.Context, s *account.Service, name string) (account.Account, error) {
	a, err := s.Named(ctx, name)
	if store.NotFound(err) {
		return a, errors.New("there is no account of this name: \"staff list\" lists them")
	}
	return a, err
}

func relinkStaff(ctx context.Context, cfg config.Config, s *account.Service, name string, stdout, stderr io.Writer) error {
	a, err := named(ctx, s, name)
	if err != nil {
		return err
	}
	link, err := s.Renew(ctx, account.Command, a.ID)
	if store.NotFound(err) {
		return errors.New("this account was disabled, which is for good")
	}
	if err != nil {
		return err
	}
	sayLink(cfg, link, stdout, stderr)
	say(stderr, "its password, its second factor and its sessions have ended\n")
	return nil
}

func disableStaff(ctx context.Context, s *account.Service, name string, stdout io.Writer) error {
	a, err := named(ctx, s, name)
	if err != nil {
		return err
	}
	if err := s.Disable(ctx, account.Command, a.ID); store.NotFound(err) {
		say(stdout, "it was disabled before\n")
		return nil
	} else if err != nil {
		return err
	}
	say(stdout, "disabled\n")
	return nil
}

func listStaff(ctx context.Context, _ config.Config, s *account.Service, stdout io.Writer) error {
	list, err := s.List(ctx)
	if err != nil {
		return err
	}
	for _, a := range list {
		state := "in use"
		switch {
		case !a.DisabledAt.IsZero():
			state = "disabled"
		case !a.Ready:
			state = "not used yet"
		}
		say(stdout, "%s\t%s\t%s\t%s\n", a.Name, a.Role, a.Institution, state)
	}
	return nil
}

// hint tells whoever starts a server how somebody comes in to its console, as long as nobody can.
func (a *App) hint(ctx context.Context, stderr io.Writer) {
	if list, err := a.Accounts.List(ctx); err == nil && len(list) == 0 {
		say(stderr, "nobody can use %s yet: \"staff add --role officer --name NAME\" lets somebody in\n", a.cfg.Public.JoinPath("console"))
	}
}
