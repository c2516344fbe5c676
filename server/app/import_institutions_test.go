package app

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"

	"anxin/server/store"
	"anxin/server/store/storetest"
)

const firms = `id,name,name_zh_hant,name_en,aliases,kind,supervisor,parent,address,phone,source,listed_on
b1-branch,安心银行（虚构）宝安支行,,,,bank,nfra,b1,"宝安区某路1号, 2楼",,测试名单,2026/11/5
b1,安心银行（虚构）,安心銀行（虛構）,Anxin Bank (fictional),安银；AXB; 安银 ；,bank,NFRA,,,0755-00000000,测试名单,2026-11-30
p1,小安心支付（虚构）,,,,,pbc,,,,测试名单,
,,,,,,,,,,,
`

// importsFirms runs the command on a file and returns what it prints and its error's text.
func importsFirms(t *testing.T, env map[string]string, text string) (out, complaint, failure string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "firms.csv")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return importing(t, env, "", "institutions", file)
}

// found tells what a citizen finds by a name.
func found(t *testing.T, s *store.Store, query string) string {
	t.Helper()
	list, err := s.Institutions(t.Context(), query, 10)
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, i := range list {
		ids = append(ids, i.ID)
	}
	return strings.Join(ids, " ")
}

func TestImportInstitutions(t *testing.T) {
	t.Parallel()
	gb, err := simplifiedchinese.GB18030.NewEncoder().String(firms)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"UTF-8": firms, "UTF-8 with its mark": "\xef\xbb\xbf" + firms, "GB18030": gb, "lines as Windows ends them": strings.ReplaceAll(firms, "\n", "\r\n"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := map[string]string{"ANXIN_DATA": filepath.Join(t.TempDir(), "data")}
			if out, complaint, failure := importsFirms(t, env, text); out != "3 institutions read: 3 added, 0 changed, 0 as they were\n" || complaint+failure != "" {
				t.Fatal(out, complaint, failure)
			}
			b := setup(t, env)
			// And again while the server runs.
			for text, want := range map[string]string{
				text:                          "3 institutions read: 0 added, 0 changed, 3 as they were\n",
				"id,name,supervisor,source\n": "0 institutions read: 0 added, 0 changed, 0 as they were\n",
				"id,name,supervisor,source\nm1,M,market,l": "1 institutions read: 1 added, 0 changed, 0 as they were\n",
			} {
				if out, complaint, failure := importsFirms(t, env, text); out != want || complaint+failure != "" {
					t.Error(out, complaint, failure)
				}
			}
			got, err := b.Store.Institution(t.Context(), "b1")
			if err != nil || fmt.Sprint(got) != "{b1 安心银行（虚构） 安心銀行（虛構） Anxin Bank (fictional) [安银 AXB] bank nfra   0755-00000000 测试名单 2026-11-30}" {
				t.Errorf("%v, %v", got, err)
			}
			if got, err := b.Store.Institution(t.Context(), "b1-branch"); err != nil || got.Parent != "b1" || got.Address != "宝安区某路1号, 2楼" || got.ListedOn != "2026-11-05" {
				t.Errorf("%v, %v", got, err)
			}
			for query, want := range map[string]string{
				"安心银行": "b1 b1-branch", "安心銀行 虛構": "b1 b1-branch", "ａｎｘｉｎ　ＢＡＮＫ": "b1", "axb": "b1", "安心": "b1 b1-branch p1", "虚构宝安": "b1-branch", "（）": "", "某": "",
			} {
				if got := found(t, b.Store, query); got != want {
					t.Errorf("%q finds %q, want %q", query, got, want)
				}
			}
		})
	}
}

func TestImportInstitutionsNamesBadLines(t *testing.T) {
	t.Parallel()
	env := map[string]string{"ANXIN_DATA": filepath.Join(t.TempDir(), "data")}
	const head = "id,name,supervisor,source,parent,listed_on,aliases\n"
	lines := []struct{ text, says string }{
		{"a,甲公司,nfra,名单,,,", ""},
		{"a,乙公司,nfra,名单,,,", "the id a stands in line 2 already"},
		{",丙公司,nfra,名单,,,", "id is empty"},
		{"甲,丙公司,nfra,名单,,,", "id is"},
		{"b,,nfra,名单,,,", "name is empty"},
		{"b,——,nfra,名单,,,", "nobody could find it"},
		{"b,丙公司,银保监,名单,,,", "supervisor is \"银保监\": write one of nfra, pbc"},
		{"b,丙公司,nfra,,,,", "source is empty"},
		{"b,丙公司,nfra,名单,b,,", "parent is the institution itself"},
		{"b,丙公司,nfra,名单,none,,", "the parent none is neither"},
		{"c,丙公司,nfra,名单,b,,", "the parent b is neither"}, // because b is none, as the line before says
		{"b,丙公司,nfra,名单,,30.11.2026,", "listed_on"},
		{"b,丙公司,nfra,名单,,2026-02-30,", "listed_on"},
		{"b,丙公司,nfra,名单,,", "it has 6 fields"},
		{"b,丙公司,nfra,名单,,,,", "it has 8 fields"},
		{`b,丙"公司,nfra,名单,,,`, "quotation mark"},
		{"b,丙\u202e公司,nfra,名单,,,", "cannot be seen (U+202E)"},
		{"b,丙\xff公司,nfra,名单,,,", "characters that cannot be read"},
		{"b," + strings.Repeat("丙", 101) + ",nfra,名单,,,", "101 characters: shorten it to 100"},
		{"d,丁公司,nfra,名单,a,,丁", ""},
		{`e,"戊公司,nfra,名单,,,`, "from here to line"},
		{"f,己公司,nfra,名单,,,", ""}, // swallowed by the open quotation mark, which is told
	}
	text, want := head, 0
	for _, l := range lines {
		text += l.text + "\n"
		if l.says != "" {
			want++
		}
	}
	out, complaint, failure := importsFirms(t, env, text)
	if out != "2 institutions read: 2 added, 0 changed, 0 as they were\n" || !strings.Contains(failure, fmt.Sprint(want, " lines were left out")) {
		t.Errorf("%q, %q", out, failure)
	}
	told := strings.Split(strings.TrimSpace(complaint), "\n")
	for i, l := range lines {
		if l.says == "" {
			continue
		}
		at := fmt.Sprintf("firms.csv:%d: ", i+2)
		if len(told) == 0 || !strings.Contains(told[0], at) || !strings.Contains(told[0], l.says) {
			t.Fatalf("line %d is told by %q, want %q", i+2, told, l.says)
		}
		told = told[1:]
	}
	if len(told) > 0 {
		t.Errorf("told besides: %q", told)
	}
}

func TestImportInstitutionsRefusesAFile(t *testing.T) {
	t.Parallel()
	env := map[string]string{"ANXIN_DATA": filepath.Join(t.TempDir(), "data")}
	for name, c := range map[string]struct{ text, says string }{
		"empty":                 {"", "does not name the column id"},
		"no head":               {"b1,安心银行,nfra,名单\n", "names a column \"b1\""},
		"a column too many":     {"id,name,supervisor,source,postcode\n", "\"postcode\""},
		"a column twice":        {"id,name,supervisor,source,name\n", "the column name twice"},
		"a column missing":      {"id,name,supervisor\n", "does not name the column source"},
		"semicolons":            {"id;name;supervisor;source\n", "with commas between them"},
		"UTF-16":                {"\xff\xfei\x00d\x00", "UTF-16"},
		"a quotation mark left": {"id,name,supervisor,\"source\nb1,安心银行,nfra,名单\n", "first line"},
	} {
		if out, _, failure := importsFirms(t, env, c.text); !strings.Contains(failure, c.says) || out != "" {
			t.Errorf("%s: %q, %q", name, out, failure)
		}
	}
	for _, args := range [][]string{{"institutions"}, {"institutions", "a.csv", "b.csv"}, {"banks", "a.csv"}} {
		if _, _, failure := importing(t, env, "", args...); !strings.Contains(failure, "import institutions FILE.csv") {
			t.Errorf("%v: %q", args, failure)
		}
	}
	if _, _, failure := importing(t, env, "", "institutions", filepath.Join(t.TempDir(), "none.csv")); !strings.Contains(failure, "none.csv") {
		t.Errorf("no such file: %q", failure)
	}
}

// Another process imports while the server writes: neither is refused, and nothing is lost.
func TestImportInstitutionsBesideAServerThatWrites(t *testing.T) {
	t.Parallel()
	for name, url := range map[string]func(testing.TB) string{"sqlite": func(testing.TB) string { return "" }, "postgres": storetest.Postgres} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := map[string]string{"ANXIN_DATA": filepath.Join(t.TempDir(), "data"), "ANXIN_DATABASE_URL": url(t)}
			b := setup(t, env)
			var text strings.Builder
			text.WriteString("id,name,supervisor,source\n")
			const many = 1000
			for i := range many {
				fmt.Fprintf(&text, "m%d,很多公司%d（虚构）,other,测试名单\n", i, i)
			}
			file := filepath.Join(t.TempDir(), "firms.csv")
			if err := os.WriteFile(file, []byte(text.String()), 0o600); err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			cmd := exec.CommandContext(ctx, os.Args[0], "-test.run=^TestImportInstitutionsChild$", "-test.v")
			cmd.Env = append(os.Environ(), "ANXIN_TEST_IMPORT="+file, "ANXIN_DATA="+env["ANXIN_DATA"], "ANXIN_DATABASE_URL="+env["ANXIN_DATABASE_URL"])
			var said bytes.Buffer
			cmd.Stdout, cmd.Stderr = &said, &said
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			ended := make(chan error, 1)
			go func() { ended <- cmd.Wait() }()
			written := 0
			for {
				key := fmt.Sprint("key ", written)
				if _, err := b.Store.SaveDraft(t.Context(), store.Draft{Key: key, ExpiresAt: b.Site.Now().Add(time.Hour)}); err != nil {
					t.Fatal(err)
				}
				written++
				select {
				case err := <-ended:
					if err != nil || !strings.Contains(said.String(), "1000 institutions read: 1000 added") {
						t.Fatalf("%v: %s", err, said.String())
					}
					for i := range written {
						if _, err := b.Store.Draft(t.Context(), fmt.Sprint("key ", i)); err != nil {
							t.Fatalf("draft %d of %d: %v", i, written, err)
						}
					}
					if got := found(t, b.Store, "很多公司999"); got != "m999" {
						t.Errorf("found %q", got)
					}
					return
				default:
				}
			}
		})
	}
}

// TestImportInstitutionsChild is the other process.
func TestImportInstitutionsChild(t *testing.T) {
	file := os.Getenv("ANXIN_TEST_IMPORT")
	if file == "" {
		t.Skip("it is run by TestImportInstitutionsBesideAServerThatWrites")
	}
	if err := Command(t.Context(), []string{"import", "institutions", file}, os.Getenv, os.Stdout, os.Stderr); err != nil {
		t.Fatal(err)
	}
}

func FuzzInstitutions(f *testing.F) {
	f.Add([]byte(firms))
	f.Add([]byte("\xef\xbb\xbfid,name,supervisor,source\n\"a\nb\",\"\n"))
	f.Add([]byte("id,name,supervisor,source\n\xd6\xd0,\xce\xc4,nfra,x\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		l := institutionList{known: func(string) (bool, error) { return false, nil }}
		if err := l.read(data); err != nil {
			return
		}
		ids := map[string]bool{}
		for _, i := range l.institutions() {
			if ids[i.ID] || !institutionID.MatchString(i.ID) || i.Name == "" || i.Source == "" {
				t.Errorf("taken: %+v", i)
			}
			ids[i.ID] = true
		}
		for _, i := range l.institutions() {
			if i.Parent != "" && !ids[i.Parent] {
				t.Errorf("a branch of nothing: %+v", i)
			}
		}
	})
}
