package config_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"anxin/server/config"
)

func TestMail(t *testing.T) {
	t.Parallel()
	load := func(text string) (config.Config, error) {
		return config.Load(func(name string) string {
			if name == "ANXIN_SMTP_URL" {
				return text
			}
			return ""
		})
	}
	for text, want := range map[string]*config.Mail{
		"": nil,
		"smtp://mail.example?from=notice@anxin.example":                     {Host: "mail.example", Port: "587", From: "notice@anxin.example"},
		"smtp://us%40er:pa%2Fss@mail.example:25/?from=notice@anxin.example": {Host: "mail.example", Port: "25", User: "us@er", Password: "pa/ss", From: "notice@anxin.example"},
		"smtps://user:pass@mail.example?from=n%2Bx@anxin.example":           {Host: "mail.example", Port: "465", User: "user", Password: "pass", From: "n+x@anxin.example", TLS: config.Implicit},
		"smtp://[::1]:2525?from=notice@anxin.example&tls=none":              {Host: "::1", Port: "2525", From: "notice@anxin.example", TLS: config.Plain},
		"smtp://localhost:2525?tls=none&from=notice@anxin.example":          {Host: "localhost", Port: "2525", From: "notice@anxin.example", TLS: config.Plain},
	} {
		c, err := load(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if diff := cmp.Diff(want, c.Mail); diff != "" {
			t.Errorf("%s: %s", text, diff)
		}
	}
	for text, says := range map[string]string{
		"mail.example":                                                 "write smtp://",
		"http://hunter2@mail.example":                                  "write smtp://",
		"smtp://:hunter2@mail.example?from=a@b.example":                "the other is missing",
		"smtp://hunter2@mail.example?from=a@b.example":                 "the other is missing",
		"smtp://u:hunter2@mail.example":                                "?from=",
		"smtp://u:hunter2@mail.example?from=Anxin+<a@b.example>":       "?from=",
		"smtp://u:hunter2@mail.example?from=a@b.example&tls=none":      "not this machine",
		"smtps://u:hunter2@localhost?from=a@b.example&tls=none":        "means nothing",
		"smtp://u:hunter2@localhost?from=a@b.example&tls=maybe":        "means nothing",
		"smtp://u:hunter2@localhost?from=a@b.example&from=c@d.example": "more than once",
		"smtp://u:hunter2@localhost/box?from=a@b.example":              "write smtp://",
	} {
		_, err := load(text)
		if err == nil || !strings.Contains(err.Error(), says) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", text, err)
		}
	}
	c, err := load("smtp://u:hunter2@mail.example?from=a@b.example")
	if err != nil || strings.Contains(fmt.Sprintf("%+v %#v", c, *c.Mail), "hunter2") {
		t.Errorf("the password is printed, or %v", err)
	}
}
