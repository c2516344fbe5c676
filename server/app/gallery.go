package app

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"anxin/server/fault"
	"anxin/server/locale"
	"anxin/server/view"
)

// gallery serves every component in every state, and every error page, for eyes and for the page gate.
func (a *App) gallery(e *echo.Echo) error {
	shows, err := view.Examples()
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
	shows, err := view.Examples()
	if err != nil {
		return nil, err
	}
	return a.Site.View.Render(a.Site.View.GalleryPage(locale.Hans, a.Site.Settings(c), name, shows))
}

// GalleryAddresses lists the gallery's pages.
func (a *App) GalleryAddresses() ([]Address, error) {
	shows, err := view.Examples()
	if err != nil {
		return nil, err
	}
	list := []Address{{URL: "/gallery", Page: "gallery", Lang: locale.Hans, Status: http.StatusOK}}
	for _, name := range view.ExampleNames(shows) {
		list = append(list, Address{URL: "/gallery/" + name, Page: "gallery", Lang: locale.Hans, Status: http.StatusOK})
	}
	return list, nil
}
