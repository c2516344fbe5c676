package app

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"anxin/server/fault"
	"anxin/server/locale"
	"anxin/server/notify"
	"anxin/server/view"
)

// gallery serves every component in every state, and every error page, for eyes and for the page gate.
func (a *App) gallery(e *echo.Echo) error {
	shows, err := a.examples()
	if err != nil {
		return err
	}
	for _, name := range append([]string{""}, view.ExampleNames(shows)...) {
		path := "/gallery"
		if name != "" {
			path += "/" + name
		}
		get(e, path, func(c echo.Context) error {
			body, err := a.GalleryPage(c, name)
			if err != nil {
				return err
			}
			return c.HTMLBlob(http.StatusOK, body)
		})
	}
	for _, kind := range fault.Kinds() {
		get(e, "/:lang/gallery/error/"+kind.String(), func(echo.Context) error { return &fault.Error{Kind: kind} })
	}
	return nil
}

// GalleryPage renders the examples of one component, or the list of all where name is empty.
func (a *App) GalleryPage(c echo.Context, name string) ([]byte, error) {
	shows, err := a.examples()
	if err != nil {
		return nil, err
	}
	return a.Site.View.Render(a.Site.View.GalleryPage(locale.Hans, a.Site.Settings(c), name, shows))
}

// examples are those of the components, and every notice in every channel, a page for each language that it is told in.
func (a *App) examples() (map[string][]view.Example, error) {
	shows, err := view.Examples()
	if err != nil {
		return nil, err
	}
	for _, lang := range locale.All {
		list, err := a.noticeExamples(lang)
		if err != nil {
			return nil, err
		}
		shows["notices-"+string(lang)] = list
	}
	return shows, nil
}

func (a *App) noticeExamples(lang locale.Code) ([]view.Example, error) {
	words := a.Complaints.Words
	word := a.Site.View.Base("gallery", locale.Hans, "/", view.Standard)
	subject, err := words.Subject(lang)
	if err != nil {
		return nil, err
	}
	var list []view.Example
	for _, n := range notify.Notices {
		for _, c := range n.Channels() {
			e := view.Example{Name: word.Must("notice.kind_"+string(n)) + word.Must("common.colon") + word.Must("notice.channel_"+string(c))}
			if c == notify.Email {
				text, err := words.Letter(n, c, lang)
				if err != nil {
					return nil, err
				}
				e.Told = []view.GalleryLine{{Label: word.Must("notice.channel_email"), Text: subject + "\n\n" + text, Lang: lang}}
			} else {
				script, err := words.Script(n, c, map[locale.Code]string{locale.Hans: "林女士", locale.Hant: "林女士", locale.En: "Ms Lin"}[lang], lang, locale.Hans)
				if err != nil {
					return nil, err
				}
				for _, l := range script.Lines {
					line := view.GalleryLine{Label: l.Label, Text: l.Text}
					if l.Aloud {
						line.Lang = lang
					}
					e.Told = append(e.Told, line)
				}
			}
			list = append(list, e)
		}
	}
	return list, nil
}

// GalleryAddresses lists the gallery's pages.
func (a *App) GalleryAddresses() ([]Address, error) {
	shows, err := a.examples()
	if err != nil {
		return nil, err
	}
	list := []Address{{URL: "/gallery", Page: "gallery", Lang: locale.Hans, Status: http.StatusOK}}
	for _, name := range view.ExampleNames(shows) {
		list = append(list, Address{URL: "/gallery/" + name, Page: "gallery", Lang: locale.Hans, Status: http.StatusOK})
	}
	return list, nil
}
