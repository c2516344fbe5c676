package doctor

import (
	"context"
	"time"

	"anxin/server/limit"
)

// redis looks whether Redis answers and takes what is written. Nothing is lost without it: each server then counts wrong codes by
// itself.
func (x *examination) redis(ctx context.Context) {
	if x.Config.RedisURL == "" {
		return
	}
	const do = "look whether it runs, has memory left, and ANXIN_REDIS_URL names it; until then each server counts wrong codes by itself"
	r, err := limit.OpenRedis(string(x.Config.RedisURL), time.Now, x.Store.Log)
	if err != nil {
		x.err("redis", do, "ANXIN_REDIS_URL cannot be used: %v", err)
		return
	}
	defer r.Close() //nolint:errcheck // it was only asked
	within, stop := context.WithTimeout(ctx, knock)
	defer stop()
	if err := r.Ping(within); err != nil {
		x.warn("redis", do, "Redis does not take what is counted: %v", err)
	}
}
