package app

import (
	"context"
	"errors"
	"time"

	"anxin/server/jobs"
	"anxin/server/notify"
)

// How often is looked for what is due. Nobody waits for the second: the shortest clock is a day.
const (
	sweepsEvery = 30 * time.Second
	mailsEvery  = 15 * time.Second
	asksEvery   = 10 * time.Minute
	tidiesEvery = time.Hour
)

// jobs is what is done without being asked. Replicas that do it at the same time do no harm.
func (a *App) jobs(words *notify.Words) *jobs.Sweeper {
	list := []jobs.Job{
		{Name: "clocks", Every: sweepsEvery, Run: a.Complaints.SweepDue},
		{Name: "reminders", Every: sweepsEvery, Run: a.Complaints.SweepReminders},
		{Name: "surveys", Every: asksEvery, Run: a.Complaints.SweepSurveys},
		{Name: "tidy", Every: tidiesEvery, Run: func(ctx context.Context) (bool, error) {
			return false, errors.Join(a.Complaints.Tidy(ctx), a.Accounts.Tidy(ctx))
		}},
	}
	if mail := a.mailing(words); mail != nil {
		list = append(list, jobs.Job{Name: "mail", Every: mailsEvery, Run: func(ctx context.Context) (bool, error) {
			_, err := mail.Deliver(ctx) // all that is due
			return false, err
		}})
	}
	return &jobs.Sweeper{Log: a.opts.Log, Jobs: list}
}

// mailing sends notices by mail; nil where no server sends them on.
func (a *App) mailing(words *notify.Words) *notify.Worker {
	if a.cfg.Mail == nil {
		return nil
	}
	mailer := &notify.Mailer{Server: *a.cfg.Mail, Words: words, Now: a.opts.Clock}
	return &notify.Worker{Next: a.Complaints.NextMail, Send: mailer.Send, Log: a.opts.Log}
}
