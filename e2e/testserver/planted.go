package main

import (
	"bytes"
	"net/http"

	"github.com/labstack/echo/v4"

	"anxin/server/app"
	"anxin/server/fault"
)

// defects are pages that are sound but for one fault, so that the gate can be seen to bite: what is put in before the
// end of the text, by the name of the check that must find it.
var defects = map[string]string{
	"targets":       `<p><a class="planted-small" href="/gallery/button">小</a></p>`,
	"contrast":      `<p class="planted-faint">这几个字的颜色比该有的淡了一点点。</p>`,
	"heading-order": `<h4>跳过了两级的标题</h4><p>文字。</p>`,
	"label":         `<p><input type="text" name="nameless" id="nameless" class="planted-field"></p>`,
	"lang":          `<p>这里有一句没有标明语言的话：<b lang="zh-Hans">please press the button</b></p>`,
}

// The planted style is a file of its own: the pages' policy allows no inline style.
const plantedStyle = `.planted-small{display:inline-block;width:36px;height:36px;text-align:center;background:#fff;color:#0a4d46}
.planted-faint{color:#595959;background:#fbf9f4}
.planted-field{display:block;font:inherit;line-height:1.5;width:100%;min-height:60px;border:2px solid #6b7278;background:#fff;color:#1b1d1f}`

func plantedAddresses() []map[string]string {
	var list []map[string]string
	for name := range defects {
		list = append(list, map[string]string{"url": "/gallery/planted/" + name, "defect": name})
	}
	return list
}

func planted(a *app.App) echo.HandlerFunc {
	return func(c echo.Context) error {
		if c.Param("defect") == "style.css" {
			return c.Blob(http.StatusOK, "text/css; charset=utf-8", []byte(plantedStyle))
		}
		fault1, ok := defects[c.Param("defect")]
		if !ok {
			return fault.New(fault.NotFound, "no such planted page")
		}
		body, err := a.GalleryPage(c, "details")
		if err != nil {
			return err
		}
		body = bytes.Replace(body, []byte("</main>"), []byte(fault1+"</main>"), 1)
		body = bytes.Replace(body, []byte("</head>"), []byte(`<link rel="stylesheet" href="/gallery/planted/style.css"></head>`), 1)
		return c.HTMLBlob(http.StatusOK, body)
	}
}
