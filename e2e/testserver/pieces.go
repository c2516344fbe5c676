package main

import (
	"strings"

	"anxin/server/library"
	"anxin/server/locale"
	"anxin/server/web"
)

// pieceStates adds the states of a module's piece that follow from what the piece holds: a letter with mistakes and
// finished, offers picked wrongly, explained, and all compared.
func pieceStates(lib *library.Library, m *library.Module, code locale.Code, add func(name string, status int, pairs ...string)) {
	piece, err := lib.Piece(m, locale.Hans)
	if err != nil || piece == nil {
		return
	}
	switch piece.Kind {
	case "letter":
		add("letter-errors", 422, "field-"+piece.Fields[0].ID, "ABC", "field-amount", "?")
		var filled []string
		for _, f := range piece.Fields {
			filled = append(filled, "field-"+f.ID, typed(f, code))
		}
		add("letter-finished", 200, filled...)
	case "compare":
		var right []string
		for _, pair := range piece.Pairs {
			w, err := web.Weigh(pair)
			if err != nil {
				return
			}
			right = append(right, w.Cheaper().ID)
		}
		wrong := map[string]string{"a": "b", "b": "a"}[right[0]]
		add("compare-hint", 200, "answer", wrong)
		add("compare-answered", 200, "picks", wrong, "answer", right[0])
		add("compare-missing", 422)
		add("compare-done", 200, "picks", strings.Join(right, "."), "next", "1")
	}
}

// typed is what somebody might write, in characters that both Chinese scripts share.
func typed(f *library.Field, code locale.Code) string {
	switch f.Input {
	case "choice":
		return f.Options[0].ID
	case "money":
		return "3,000"
	case "date":
		return "2026-11-3"
	case "text":
		if code == locale.En {
			return "What came first.\nWhat came next."
		}
		return "第一天的事。\n第二天的事。"
	}
	if code == locale.En {
		return "Somebody"
	}
	return "某某"
}
