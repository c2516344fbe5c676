package app

import (
	"anxin/server/config"
	"anxin/server/limit"
)

// openLimits opens what slows those who try too often: in Redis where one is named, which need not be there yet.
func openLimits(cfg config.Config, opts Options) (limit.Limiter, error) {
	switch {
	case cfg.Unlimited():
		return limit.Off{}, nil
	case cfg.RedisURL != "":
		return limit.OpenRedis(string(cfg.RedisURL), opts.Clock, opts.Log)
	}
	return limit.NewMemory(opts.Clock), nil
}
