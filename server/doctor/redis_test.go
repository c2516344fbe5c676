package doctor_test

import (
	"strings"
	"testing"

	"anxin/server/config"
	"anxin/server/doctor"
	"anxin/server/limit/limittest"
)

func TestRedis(t *testing.T) {
	t.Parallel()
	server := limittest.Redis(t)
	p := healthy(t, "")
	p.Config.RedisURL = config.Secret(server.URL)
	if found := but(p.Examine(t.Context()), "content"); len(found) > 0 {
		t.Errorf("it runs: %+v", found)
	}
	server.Silence()
	found := but(p.Examine(t.Context()), "content")
	server.Wake()
	if len(found) != 1 || found[0].About != "redis" || found[0].Severity != doctor.Warning {
		t.Errorf("silent: %+v", found)
	}
	server.Kill()
	if found := but(p.Examine(t.Context()), "content"); len(found) != 1 || found[0].About != "redis" || !strings.Contains(found[0].Do, "ANXIN_REDIS_URL") {
		t.Errorf("killed: %+v", found)
	}
	p.Config.RedisURL = "http://127.0.0.1"
	if found := but(p.Examine(t.Context()), "content"); len(found) != 1 || found[0].Severity != doctor.Error || found[0].About != "redis" {
		t.Errorf("no address of Redis: %+v", found)
	}
}
