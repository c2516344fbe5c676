package main

import (
	"strings"

	"anxin/server/library"
	"anxin/server/locale"
	"anxin/server/web"
)

// pieceStates adds the states of a module's piece that follow from what the piece holds: a letter with mistakes and
// finished, offers picked wrongly, explained, and all compared.
func pieceStates(lib *library.Library, m *library.Module, add func(name string, status int, pairs ...string)) {
	piece, err := lib.Piece(m, locale.Hans)
	if err != nil || piece == nil {
		return
	}
	switch piece.Kind {
	case "letter":
		add("letter-errors", 422, "field-"+piece.Fields[0].ID, "某某公司（虚构）", "field-amount", "三千")
		var filled []string
		for _, f := range piece.Fields {
			filled = append(filled, "field-"+f.ID, typed(f))
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

// typed is what somebody might write.
func typed(f *library.Field) string {
	switch f.Input {
	case "choice":
		return f.Options[0].ID
	case "money":
		return "3,000元"
	case "date":
		return "2026-11-3"
	case "text":
		return "第一天的事。\n第二天的事。"
	}
	return "某某（虚构）"
}
