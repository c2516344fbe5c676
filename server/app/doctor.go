package app

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"time"

	"anxin/content"
	"anxin/i18n"
	"anxin/server/config"
	"anxin/server/doctor"
)

const (
	roomAtLeast     = 1 << 30 // three complaints as large as they may be
	postgresAtLeast = 15
)

// examine runs "doctor", beside a server that may be running.
func examine(ctx context.Context, args []string, getenv func(string) string, stdout io.Writer) error {
	asJSON := len(args) == 1 && args[0] == "--json"
	if len(args) > 0 && !asJSON {
		return fmt.Errorf("doctor does not know %q; it knows --json", args)
	}
	found := diagnose(ctx, getenv)
	var err error
	if asJSON {
		e := json.NewEncoder(stdout)
		e.SetIndent("", "  ")
		e.SetEscapeHTML(false)
		err = e.Encode(map[string][]doctor.Finding{"findings": found})
	} else {
		err = doctor.Write(stdout, found)
	}
	if err != nil {
		return err
	}
	if n := doctor.Errors(found); n > 0 {
		return fmt.Errorf("%d things have to be mended", n)
	}
	return nil
}

func diagnose(ctx context.Context, getenv func(string) string) []doctor.Finding {
	cfg, err := config.Load(getenv)
	if err != nil {
		return doctor.Settings(err)
	}
	p := doctor.Patient{
		Config: cfg, Content: contentOf(cfg, content.Files), Catalogues: i18n.Files,
		Store:  storeOptions(cfg, time.Now, slog.New(slog.DiscardHandler)), // what goes wrong is a finding
		Secret: secretFile(cfg), Evidence: evidenceFolder(cfg), Index: filepath.Join(cfg.Data, "index", "site"), Now: time.Now,
		SpaceAtLeast: roomAtLeast, PostgresAtLeast: postgresAtLeast,
	}
	if found := p.Examine(ctx); found != nil {
		return found
	}
	return []doctor.Finding{} // a list in JSON, too
}
