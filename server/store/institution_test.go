package store_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"anxin/server/store"
	"anxin/server/store/storetest"
)

func TestInstitutions(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		list := []store.Institution{
			{
				ID: "b1", Name: "安心银行（虚构）", NameHant: "安心銀行（虛構）", NameEn: "Anxin Bank (fictional)", Aliases: []string{"安银", "AXB"}, Kind: "bank", Supervisor: "nfra",
				Address: "深圳市福田区某路1号", Phone: "0755-00000000", Source: "名单", ListedOn: "2026-11-30",
			},
			{ID: "b2", Name: "安心银行宝安支行（虚构）", Supervisor: "nfra", Parent: "b1", Source: "名单"},
			{ID: "p1", Name: "小安心支付（虚构）", Aliases: []string{"100%付", "安_付"}, Supervisor: "pbc", Source: "名单"},
			{ID: "s1", Name: "X", Supervisor: "csrc", Source: "名单"},
		}
		run := func(what string, list []store.Institution, want [3]int) {
			t.Helper()
			added, changed, same, err := db.ImportInstitutions(t.Context(), list)
			if got := [3]int{added, changed, same}; got != want || err != nil {
				t.Errorf("%s: %v, %v", what, got, err)
			}
		}
		run("into an empty list", list, [3]int{4, 0, 0})
		run("again", list, [3]int{0, 0, 4})
		run("only some of them", list[:1], [3]int{0, 0, 1})
		moved := list[0]
		moved.Address, moved.Aliases = "深圳市罗湖区某路2号", []string{"AXB"}
		run("one has changed", []store.Institution{moved, list[1]}, [3]int{0, 1, 1})
		if got, err := db.Institution(t.Context(), "b1"); err != nil || cmp.Diff(moved, got) != "" {
			t.Errorf("%s, %v", cmp.Diff(moved, got), err)
		}
		run("and back", list, [3]int{0, 1, 3})
		db.Reopen(t)
		for _, want := range list {
			if got, err := db.Institution(t.Context(), want.ID); err != nil || cmp.Diff(want, got) != "" {
				t.Errorf("%s, %v", cmp.Diff(want, got), err)
			}
		}
		if _, err := db.Institution(t.Context(), "none"); !store.NotFound(err) {
			t.Errorf("no such institution: %v", err)
		}
		for query, want := range map[string]string{
			"安心":        "b1 b2 p1", // begins, the shorter first; then contains
			"支行":        "b2",
			"axb":       "b1", // an alias, and Fold is asked
			"安銀":        "",
			"银行":        "b1 b2",
			"我的安银理财":    "b1",    // more than the name
			"安银还是100%付": "p1 b1", // the longer name first
			"100%":      "p1",
			"1%":        "", // nobody's wildcard
			"安_":        "p1",
			"":          "",
			"x":         "s1 b1",
			"xyz":       "", // contains X, as much does
		} {
			got, err := db.Institutions(t.Context(), query, 10)
			var ids []string
			for _, i := range got {
				ids = append(ids, i.ID)
			}
			if strings.Join(ids, " ") != want || err != nil {
				t.Errorf("%q finds %v, want %s, %v", query, ids, want, err)
			}
		}
		if got, err := db.Institutions(t.Context(), "安心", 1); err != nil || len(got) != 1 || cmp.Diff(list[0], got[0]) != "" {
			t.Errorf("the best one: %+v, %v", got, err)
		}
		var many []store.Institution
		for i := range 250 {
			many = append(many, store.Institution{ID: fmt.Sprint("m", i), Name: fmt.Sprint("很多公司", i), Supervisor: "other", Source: "名单"})
		}
		run("many", many, [3]int{250, 0, 0})
		run("many again", append(many, list...), [3]int{0, 0, 254})
	})
}
