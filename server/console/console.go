// Package console is the pages at which the council's staff and the firms' handlers work: one file a page, its template beside it
// by the same name.
//
// Every route says who may use it ([Route]); one place, guard, finds who asks, and lets nobody else to the handler. What somebody
// may not see answers as what does not exist: that is for the services to say, which know whose a case is. A page speaks the
// language that the account chose, so its address has none.
package console

import (
	"embed"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"anxin/server/account"
	"anxin/server/complaint"
	"anxin/server/view"
)

// Templates holds a template for each page.
//
//go:embed *.html
var Templates embed.FS

// Console serves the pages of the staff. Its fields are set once.
type Console struct {
	View       *view.View
	Accounts   *account.Service
	Complaints *complaint.Service
	Public     *url.URL // where links that are handed on lead
	Secure     bool     // the public address keeps Secure cookies
	Log        *slog.Logger
	Now        func() time.Time
}

// Route is one address pattern with its handler and who may use it.
type Route struct {
	Method, Path string
	Handler      echo.HandlerFunc
	Page         string         // name of the template
	May          []account.Role // Anyone: also who is not signed in. None at all is a mistake, and then nobody may
	Sensitive    bool           // it shows what somebody wrote or who they are: to have read it leaves a row in an audit
	Body         int64          // how many bytes it takes, where that is more than of other forms
}

var (
	// Anyone marks the pages by which one comes in.
	Anyone = []account.Role{"anyone"}
	// Everybody is whoever is signed in.
	Everybody = account.Roles
	// Caseworkers are those who see cases.
	Caseworkers = []account.Role{account.Officer, account.Handler}
)

// Routes lists every address of the console, each behind its guard.
func (k *Console) Routes() []Route {
	list := k.routes()
	for i, r := range list {
		list[i].Handler = k.guard(r)
	}
	return list
}

func (k *Console) routes() []Route {
	return slices.Concat(k.doorRoutes(), k.meRoutes(), k.accountRoutes(), k.deliveryRoutes(), k.deskRoutes())
}

// doorRoutes are those by which one comes in and goes out.
func (k *Console) doorRoutes() []Route {
	get, post := http.MethodGet, http.MethodPost
	return []Route{
		{Method: get, Path: home, Handler: k.home, Page: "console_home", May: Everybody},
		{Method: get, Path: signInPath, Handler: k.signIn, Page: "console_sign_in", May: Anyone},
		{Method: post, Path: signInPath, Handler: k.signInNow, Page: "console_sign_in", May: Anyone},
		{Method: get, Path: codePath, Handler: k.code, Page: "console_code", May: Anyone},
		{Method: post, Path: codePath, Handler: k.codeNow, Page: "console_code", May: Anyone},
		{Method: get, Path: "/console/first/:link", Handler: k.first, Page: "console_first", May: Anyone},
		{Method: post, Path: "/console/first/:link", Handler: k.firstNow, Page: "console_first", May: Anyone},
		{Method: get, Path: enrolPath, Handler: k.enrol, Page: "console_enrol", May: Anyone},
		{Method: post, Path: enrolPath, Handler: k.enrolNow, Page: "console_recovery", May: Anyone},
		{Method: get, Path: picturePath, Handler: k.picture, May: Anyone},
		{Method: post, Path: "/console/out", Handler: k.signOut, May: Everybody},
	}
}

// SignIn is the address at which one comes in.
const SignIn = signInPath

const (
	home        = "/console"
	signInPath  = "/console/sign-in"
	codePath    = "/console/code"
	enrolPath   = "/console/enrol"
	picturePath = "/console/enrol/picture.png"
)

// Sections are the console's parts as its head and its first page list them: each for whom a route at its address lets in, so that
// no part is offered to somebody who may not go there.
var sections = []struct{ path, key string }{
	{"/console/queue", "console.to_queue"},
	{"/console/new", "console.to_new"},
	{"/console/calls", "console.to_calls"},
	{"/console/letters", "console.to_letters"},
	{"/console/codes", "console.to_codes"},
	{"/console/accounts", "console.to_accounts"},
	{"/console/deliveries", "console.to_deliveries"},
	{"/console/audit", "console.to_audit"},
	{mePath, "console.to_me"},
}

// nav is where somebody may go.
func (k *Console) nav(b view.Base, role account.Role) []view.Link {
	var links []view.Link
	routes := k.routes()
	for _, s := range sections {
		if slices.ContainsFunc(routes, func(r Route) bool {
			return r.Method == http.MethodGet && r.Path == s.path && slices.Contains(r.May, role)
		}) {
			links = append(links, view.Link{URL: s.path, Text: b.Must(s.key), Current: b.Path == s.path})
		}
	}
	return links
}
