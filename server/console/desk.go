package console

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"anxin/server/account"
	"anxin/server/complaint"
	"anxin/server/dispute"
	"anxin/server/locale"
	"anxin/server/view"
	"anxin/server/workday"
)

// The addresses of cases. A case's is made of its random id: its number is half of what opens it, and stands in no address.
const (
	queuePath   = "/console/queue"
	casesPath   = "/console/cases"
	casePath    = casesPath + "/:id"
	lettersPath = "/console/letters"
	callsPath   = "/console/calls"
	codesPath   = "/console/codes"
	newPath     = "/console/new"
	newDonePath = newPath + "/done"
)

// longForm is how much a form with a story in it may send, largeFile one with a scan.
const (
	longForm  = 1 << 20
	largeFile = 21 << 20
)

// deskRoutes are those by which cases are worked.
func (k *Console) deskRoutes() []Route {
	get, post := http.MethodGet, http.MethodPost
	officers := []account.Role{account.Officer}
	return []Route{
		{Method: get, Path: queuePath, Handler: k.queue, Page: "console_queue", May: Caseworkers, Sensitive: true},
		{Method: post, Path: "/console/find", Handler: k.find, Page: "console_queue", May: Caseworkers, Sensitive: true},
		{Method: get, Path: casePath, Handler: k.openCase, Page: "console_case", May: Caseworkers, Sensitive: true},
		{Method: get, Path: casePath + "/do/:event", Handler: k.do, Page: "console_do", May: Caseworkers, Sensitive: true},
		{Method: post, Path: casePath + "/do/:event", Handler: k.does, Page: "console_do", May: Caseworkers, Sensitive: true, Body: longForm},
		{Method: post, Path: casePath + "/messages", Handler: k.sayTo, Page: "console_case", May: Caseworkers, Sensitive: true, Body: longForm},
		{Method: post, Path: casePath + "/notes", Handler: k.note, Page: "console_case", May: officers, Sensitive: true, Body: longForm},
		{Method: post, Path: casePath + "/assign", Handler: k.assign, Page: "console_case", May: officers, Sensitive: true},
		{Method: get, Path: casePath + "/recuse", Handler: k.recuse, Page: "console_recuse", May: Caseworkers, Sensitive: true},
		{Method: post, Path: casePath + "/recuse", Handler: k.recuseNow, Page: "console_recuse", May: Caseworkers, Sensitive: true},
		{Method: get, Path: casePath + "/paper", Handler: k.paper, Page: "console_paper", May: Caseworkers, Sensitive: true},
		{Method: post, Path: casePath + "/paper", Handler: k.keepPaper, Page: "console_paper", May: Caseworkers, Sensitive: true, Body: largeFile},
		{Method: get, Path: casePath + "/firm", Handler: k.firm, Page: "console_firm", May: officers, Sensitive: true},
		{Method: post, Path: casePath + "/firm", Handler: k.nameFirm, Page: "console_firm", May: officers, Sensitive: true},
		{Method: get, Path: casePath + "/survey", Handler: k.survey, Page: "console_survey", May: officers, Sensitive: true},
		{Method: post, Path: casePath + "/survey", Handler: k.surveyed, Page: "console_survey", May: officers, Sensitive: true, Body: longForm},
		{Method: get, Path: casePath + "/evidence/:file", Handler: k.evidence, May: Caseworkers, Sensitive: true},
		{Method: get, Path: callsPath, Handler: k.calls, Page: "console_calls", May: officers, Sensitive: true},
		{Method: post, Path: callsPath + "/:call", Handler: k.called, Page: "console_calls", May: officers, Sensitive: true},
		{Method: get, Path: lettersPath, Handler: k.letters, Page: "console_letters", May: officers, Sensitive: true},
		{Method: get, Path: lettersPath + "/:letter", Handler: k.letter, Page: "console_letter", May: officers, Sensitive: true},
		{Method: post, Path: lettersPath + "/:letter", Handler: k.letterSent, Page: "console_letter", May: officers, Sensitive: true},
		{Method: get, Path: codesPath, Handler: k.codes, Page: "console_codes", May: officers, Sensitive: true},
		{Method: post, Path: codesPath + "/:request", Handler: k.codeSettled, Page: "console_codes", May: officers, Sensitive: true},
		{Method: get, Path: newPath, Handler: k.begin, Page: "console_new", May: officers, Sensitive: true},
		{Method: post, Path: newPath, Handler: k.file, Page: "console_new", May: officers, Sensitive: true, Body: longForm},
		{Method: get, Path: newDonePath, Handler: k.newDone, Page: "console_new_done", May: officers, Sensitive: true},
	}
}

// staff is who is signed in, as those who work cases know them.
func staff(c echo.Context) complaint.Staff {
	a, actor := me(c), dispute.Officer
	if a.Role == account.Handler {
		actor = dispute.Handler
	}
	return complaint.Staff{ID: a.ID, Name: a.Called(), Actor: actor, Institution: a.Institution}
}

// Due is a day by which somebody must have acted. That it has passed is said, not only coloured.
type Due struct {
	Day, Left   string // Day is empty while the clock is stopped
	Past        bool
	Was         bool // it was so then, and is no more
	What, Who   string
	Standing    string
	Provisional bool
	Steps       []string
}

func due(b view.Base, d complaint.Deadline, now time.Time) (Due, error) {
	steps, err := b.DeadlineSteps(d.Deadline)
	if err != nil {
		return Due{}, err
	}
	out := Due{
		What: b.In(d.Clock.Name), Who: b.Must("desk.keeper_" + d.Clock.Keeper), Standing: b.Must("clock.standing_" + string(d.Standing)),
		Provisional: d.Provisional, Steps: steps,
	}
	if d.Due.IsZero() {
		out.Left = b.Must("mine.stopped")
		return out, nil
	}
	out.Day = locale.DateWithWeekday(b.Lang, d.Due.In(locale.Shanghai))
	if d.Due.In(locale.Shanghai).Year() != now.In(locale.Shanghai).Year() {
		out.Day = locale.Date(b.Lang, d.Due.In(locale.Shanghai))
	}
	switch left := d.Due.DaysSince(workday.DateOf(now.In(locale.Shanghai))); {
	case left > 0:
		out.Left = b.Must("mine.left", "count", left)
	case left == 0:
		out.Left = b.Must("mine.left_today")
	default:
		out.Past, out.Left = true, b.Must("desk.past_"+pastAs(d))
	}
	return out, nil
}

// pastAs is how a day that has passed may be called: only law is overdue (design: Truth), and nobody blames her.
func pastAs(d complaint.Deadline) string {
	standing := string(d.Standing)
	if d.Clock.Keeper == "citizen" || !slices.Contains([]string{"law", "promise"}, standing) {
		return "reference"
	}
	return standing
}

// limiting tells that a clock is her time to sue, which nobody here keeps.
func limiting(d complaint.Deadline) bool { return strings.HasPrefix(d.Clock.ID, "limitation_") }

func stateWords(b view.Base, leg bool, s dispute.State) string {
	if s == "" {
		return ""
	}
	if leg {
		return b.Must("dispute.leg." + string(s))
	}
	return b.Must("dispute.state." + string(s))
}

// listed are the words of ids.
func listed(b view.Base, prefix string, ids []string) string {
	list := make([]string, len(ids))
	for i, id := range ids {
		list[i] = b.Must(prefix + id)
	}
	return strings.Join(list, b.Must("common.list_comma"))
}

func caseURL(id string, more ...string) string {
	return casesPath + "/" + url.PathEscape(id) + strings.Join(more, "")
}

// did tells after a redirect what was done, by a word of ours that the address has.
func (f *Frame) did(c echo.Context, known ...string) {
	if what := c.QueryParam("done"); slices.Contains(known, what) {
		f.Notice = &view.Notice{Kind: "done", Title: f.Must("desk.done_" + what)}
	}
}
