package app

import (
	"context"
	"time"

	"anxin/server/jobs"
)

// How often is looked for what is due. Nobody waits for the second: the shortest clock is a day.
const (
	sweepsEvery = 30 * time.Second
	asksEvery   = 10 * time.Minute
	tidiesEvery = time.Hour
)

// jobs is what is done without being asked. Replicas that do it at the same time do no harm.
func (a *App) jobs() *jobs.Sweeper {
	return &jobs.Sweeper{Log: a.opts.Log, Jobs: []jobs.Job{
		{Name: "clocks", Every: sweepsEvery, Run: a.Complaints.SweepDue},
		{Name: "reminders", Every: sweepsEvery, Run: a.Complaints.SweepReminders},
		{Name: "surveys", Every: asksEvery, Run: a.Complaints.SweepSurveys},
		{Name: "tidy", Every: tidiesEvery, Run: func(ctx context.Context) (bool, error) { return false, a.Complaints.Tidy(ctx) }},
	}}
}
