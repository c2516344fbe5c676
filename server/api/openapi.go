package api

import (
	_ "embed"
	"fmt"

	"github.com/labstack/echo/v4"
	yaml "go.yaml.in/yaml/v3"
)

// description is written by hand: a program's author reads it, and so may whoever changes a call.
//
//go:embed openapi.yaml
var description []byte

// openAPI serves the description of every call, at the address that is public here.
func (a *API) openAPI(c echo.Context) error {
	sheet, err := a.Shelf.Get(c.Request().URL.Path, func() (string, []byte, error) {
		var document map[string]any
		if err := yaml.Unmarshal(description, &document); err != nil {
			return "", nil, fmt.Errorf("read openapi.yaml: %w", err)
		}
		document["servers"] = []any{map[string]any{"url": a.Public.String()}}
		if err := a.addProducts(document); err != nil {
			return "", nil, err
		}
		body, err := encode(document)
		return "application/json", body, err
	})
	if err != nil {
		return err
	}
	h := c.Response().Header()
	h["Cache-Control"], h["Vary"] = []string{"no-cache"}, []string{"Accept-Encoding"}
	sheet.ServeHTTP(c.Response(), c.Request())
	return nil
}

// addProducts lists what a complaint can be about, as the operator's content has it.
func (a *API) addProducts(document map[string]any) error {
	at := document
	for _, part := range []string{"components", "schemas", "Product"} {
		next, ok := at[part].(map[string]any)
		if !ok {
			return fmt.Errorf("openapi.yaml has no %s where the products belong", part)
		}
		at = next
	}
	var ids []string
	for _, p := range a.Policy.Products() {
		ids = append(ids, p.ID)
	}
	at["enum"] = ids
	return nil
}
