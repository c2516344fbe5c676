package console

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"anxin/server/account"
	"anxin/server/fault"
	"anxin/server/middleware"
	"anxin/server/search"
	"anxin/server/view"
)

const accountsPath = "/console/accounts"

// accountRoutes: the system administrator makes and ends accounts, the security administrator looks after sessions, the auditor
// reads what both did. None can do another's (GB/T 22239, 8.1.4.2 and 8.1.5).
func (k *Console) accountRoutes() []Route {
	get, post := http.MethodGet, http.MethodPost
	makes, guards := []account.Role{account.Sysadmin}, []account.Role{account.Secadmin}
	either := []account.Role{account.Sysadmin, account.Secadmin}
	return []Route{
		{Method: get, Path: accountsPath, Handler: k.accounts, Page: "console_accounts", May: either},
		{Method: post, Path: accountsPath, Handler: k.addAccount, Page: "console_link", May: makes},
		{Method: get, Path: accountsPath + "/:id", Handler: k.account, Page: "console_account", May: either},
		{Method: post, Path: accountsPath + "/:id/disable", Handler: k.disableAccount, Page: "console_account", May: makes},
		{Method: post, Path: accountsPath + "/:id/revoke", Handler: k.revokeSession, May: guards},
		{Method: get, Path: "/console/audit", Handler: k.audit, Page: "console_audit", May: []account.Role{account.Auditor}},
	}
}

// AccountsPage lists the accounts; for who may, it makes one.
type AccountsPage struct {
	Frame
	Query       view.Field // part of a name
	Asked       bool       // the list is what was found by it
	Accounts    []AccountRow
	Makes       bool
	Name        view.Field
	Role        view.Choices
	Institution view.Field
}

// AccountRow is an account in the list.
type AccountRow struct{ Name, Role, State, URL string }

func (k *Console) accounts(c echo.Context) error {
	p, err := k.accountsPage(c)
	if err != nil {
		return err
	}
	return k.answer(c, http.StatusOK, p)
}

func (k *Console) accountsPage(c echo.Context) (*AccountsPage, error) {
	p := &AccountsPage{Frame: k.frame(c, "console_accounts", "console.to_accounts")}
	list, err := k.Accounts.List(c.Request().Context())
	if err != nil {
		return nil, err
	}
	p.Query = p.field("q", "console.accounts_query")
	p.Query.Value = short(strings.TrimSpace(c.QueryParam("q")))
	p.Asked = p.Query.Value != ""
	wanted := search.FoldName(p.Query.Value)
	for _, a := range list {
		if p.Asked && !strings.Contains(search.FoldName(a.Name), wanted) {
			continue
		}
		p.Accounts = append(p.Accounts, AccountRow{a.Name, p.roleOf(a), p.stateOf(a), accountsPath + "/" + a.ID})
	}
	p.Makes = p.Me.Role == account.Sysadmin
	p.Name = p.field("name", "console.name")
	p.Name.Hint = p.Must("console.name_hint")
	p.Institution = p.field("institution", "console.institution")
	p.Institution.Hint = p.Must("console.institution_hint")
	p.Role = view.Choices{Name: "role", Type: "radio", Legend: p.Must("console.role"), Hint: p.Must("console.role_hint")}
	for _, r := range account.Roles {
		p.Role.Options = append(p.Role.Options, view.Choice{Value: string(r), Label: p.Must("console.role_" + string(r)), Hint: p.Must("console.does_" + string(r))})
	}
	return p, nil
}

func (f *Frame) roleOf(a account.Account) string {
	role := f.Must("console.role_" + string(a.Role))
	if a.Institution == "" {
		return role
	}
	return role + f.Must("common.bracketed", "words", a.Institution)
}

func (f *Frame) stateOf(a account.Account) string {
	switch {
	case !a.DisabledAt.IsZero():
		return f.Must("console.state_disabled")
	case !a.Ready:
		return f.Must("console.state_new")
	}
	return f.Must("console.state_used")
}

// LinkPage shows the link to a new account, the only time that anybody sees it.
type LinkPage struct {
	Frame
	Name, Link string
}

func (k *Console) addAccount(c echo.Context) error {
	sent, err := middleware.Form(c)
	if err != nil {
		return err
	}
	p, err := k.accountsPage(c)
	if err != nil {
		return err
	}
	name, firm := strings.TrimSpace(sent.Get("name")), strings.TrimSpace(sent.Get("institution"))
	p.Name.Value, p.Institution.Value = short(name), short(firm)
	role, ok := account.ParseRole(sent.Get("role"))
	for i, o := range p.Role.Options {
		p.Role.Options[i].Checked = o.Value == string(role)
	}
	if !ok {
		p.Role.Error, p.Role.ErrorLabel = p.Must("console.needed"), p.Must("common.error_label")
		p.complain("role-"+string(account.Officer), p.Role.Legend+p.Must("common.colon")+p.Role.Error)
	}
	if (role == account.Handler) != (firm != "") {
		p.wrong(&p.Institution, p.Must("console.institution_wrong"))
	}
	if p.Invalid {
		return k.rejected(c, p)
	}
	link, err := k.Accounts.Add(c.Request().Context(), p.Me.ID, role, name, firm)
	switch fault.From(err).Kind {
	case fault.Invalid:
		p.wrong(&p.Name, p.Must("console.name_wrong"))
	case fault.Conflict:
		p.wrong(&p.Name, p.Must("console.name_taken"))
	case fault.NotFound:
		p.wrong(&p.Institution, p.Must("console.institution_unknown"))
	default:
		if err != nil {
			return err
		}
		done := &LinkPage{Frame: k.frame(c, "console_link", "console.link_title"), Name: name, Link: FirstLink(k.Public, link)}
		done.Crumb = &view.Link{URL: accountsPath, Text: done.Must("console.to_accounts")}
		return k.answer(c, http.StatusOK, done)
	}
	return k.rejected(c, p)
}

// FirstLink is the whole address of a link to an account, to be handed on.
func FirstLink(public *url.URL, token string) string {
	return public.JoinPath("console", "first", token).String()
}

// AccountPage is one account: the system administrator may end it, the security administrator its sessions.
type AccountPage struct {
	Frame
	Rows     []view.Row
	URL      string
	Ends     bool
	Sure     view.Choices
	Guards   bool
	Sessions []SessionRow
}

func (k *Console) account(c echo.Context) error {
	p, err := k.accountPage(c)
	if err != nil {
		return err
	}
	p.done(c.QueryParam("done"), "revoked", "disabled")
	return k.answer(c, http.StatusOK, p)
}

func (k *Console) accountPage(c echo.Context) (*AccountPage, error) {
	a, err := k.Accounts.ByID(c.Request().Context(), c.Param("id"))
	if err != nil {
		return nil, err
	}
	p := &AccountPage{Frame: k.frame(c, "console_account", "console.account_title"), URL: accountsPath + "/" + a.ID}
	p.Crumb = &view.Link{URL: accountsPath, Text: p.Must("console.to_accounts")}
	p.Rows = []view.Row{
		{Key: p.Must("console.name"), Value: a.Name},
		{Key: p.Must("console.role"), Value: p.roleOf(a)},
		{Key: p.Must("console.state"), Value: p.stateOf(a)},
		{Key: p.Must("console.since"), Value: p.moment(a.CreatedAt)},
	}
	p.Ends = p.Me.Role == account.Sysadmin && a.DisabledAt.IsZero() && a.ID != p.Me.ID
	p.Sure = view.Choices{Name: "sure", Type: "checkbox", Legend: p.Must("console.disable_title"), Hint: p.Must("console.disable_text"), Options: []view.Choice{{Value: "yes", Label: p.Must("console.disable_sure")}}}
	if p.Guards = p.Me.Role == account.Secadmin; p.Guards {
		p.Sessions, err = k.sessionRows(c, &p.Frame, a.ID)
	}
	return p, err
}

func (k *Console) disableAccount(c echo.Context) error {
	p, err := k.accountPage(c)
	if err != nil {
		return err
	}
	if c.FormValue("sure") != "yes" {
		p.Sure.Error, p.Sure.ErrorLabel = p.Must("console.needed"), p.Must("common.error_label")
		p.complain("sure-yes", p.Sure.Error)
		return k.rejected(c, p)
	}
	if err := k.Accounts.Disable(c.Request().Context(), p.Me.ID, c.Param("id")); err != nil {
		return err
	}
	return k.seeOther(c, p.URL+"?done=disabled#result")
}

func (k *Console) revokeSession(c echo.Context) error {
	if err := k.Accounts.Revoke(c.Request().Context(), me(c), c.Param("id"), c.FormValue("session")); err != nil {
		return err
	}
	return k.seeOther(c, accountsPath+"/"+c.Param("id")+"?done=revoked#result")
}
