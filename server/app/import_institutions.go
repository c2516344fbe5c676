package app

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"

	"anxin/server/config"
	"anxin/server/search"
	"anxin/server/store"
)

// importInstitutions puts the firms of a file on the list that citizens choose from, beside a server that may be running.
func importInstitutions(ctx context.Context, cfg config.Config, name string, stdout, stderr io.Writer) error {
	data, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	s, _, err := openToWrite(ctx, cfg, time.Now, stderr)
	if err != nil {
		return err
	}
	defer s.Close()
	list := institutionList{known: func(id string) (bool, error) {
		_, err := s.Institution(ctx, id)
		if store.NotFound(err) {
			return false, nil
		}
		return err == nil, err
	}}
	if err := list.read(data); err != nil {
		return fmt.Errorf("import %s: %w", name, err)
	}
	for _, b := range list.bad {
		say(stderr, "%s:%d: %s\n", name, b.line, b.reason)
	}
	added, changed, same, err := s.ImportInstitutions(ctx, list.institutions())
	say(stdout, "%d institutions read: %d added, %d changed, %d as they were\n", added+changed+same, added, changed, same)
	if err != nil {
		return fmt.Errorf("import %s: %w", name, err)
	}
	if n := len(list.bad); n > 0 {
		return fmt.Errorf("%d lines were left out; the others are imported", n)
	}
	return nil
}

// institutionColumns are the columns of the file, and how long what stands in them may be.
var institutionColumns = []struct {
	name string
	most int
}{
	{"id", 64},
	{"name", 100},
	{"name_zh_hant", 100},
	{"name_en", 200},
	{"aliases", 1000},
	{"kind", 40},
	{"supervisor", 10},
	{"parent", 64},
	{"address", 200},
	{"phone", 100},
	{"source", 300},
	{"listed_on", 10},
}

var neededColumns = []string{"id", "name", "supervisor", "source"}

var supervisors = []string{"nfra", "pbc", "csrc", "local", "market", "other"}

var institutionID = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*$`)

// institutionList is what a file says, line by line.
type institutionList struct {
	known func(id string) (bool, error) // whether it is on the list already
	good  []institutionLine
	bad   []badLine
}

type institutionLine struct {
	line int
	store.Institution
}

type badLine struct {
	line   int
	reason string
}

func (l *institutionList) institutions() []store.Institution {
	var all []store.Institution
	for _, g := range l.good {
		all = append(all, g.Institution)
	}
	return all
}

// read goes through a file whose first line names the columns. A line that is no institution is bad, whatever the others are.
func (l *institutionList) read(data []byte) error {
	text, err := asUTF8(data)
	if err != nil {
		return err
	}
	r := csv.NewReader(bytes.NewReader(text))
	r.FieldsPerRecord = -1 // counted below, so that the line can be named
	columns, err := r.Read()
	if err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("its first line: %w", err)
	}
	if err := checkColumns(columns); err != nil {
		return err
	}
	at := map[string]int{} // where an id stands
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if wrong, ok := errors.AsType[*csv.ParseError](err); ok {
			l.bad = append(l.bad, badLine{wrong.StartLine, unreadable(wrong)})
			continue
		}
		if err != nil {
			return err
		}
		if strings.TrimSpace(strings.Join(record, "")) == "" {
			continue // what a table has below its last line
		}
		line, _ := r.FieldPos(0)
		i, err := institutionOf(columns, record)
		if first, twice := at[i.ID]; err == nil && twice {
			err = fmt.Errorf("the id %s stands in line %d already: give this one an id of its own", i.ID, first)
		}
		if err != nil {
			l.bad = append(l.bad, badLine{line, err.Error()})
			continue
		}
		at[i.ID] = line
		l.good = append(l.good, institutionLine{line, i})
	}
	err = l.checkParents()
	slices.SortStableFunc(l.bad, func(a, b badLine) int { return a.line - b.line })
	return err
}

// checkParents takes out the branches of what neither stands in the file nor is on the list, until there are none.
func (l *institutionList) checkParents() error {
	for {
		here := map[string]bool{"": true}
		for _, g := range l.good {
			here[g.ID] = true
		}
		before := len(l.good)
		var failed error
		l.good = slices.DeleteFunc(l.good, func(g institutionLine) bool {
			if here[g.Parent] || failed != nil {
				return false
			}
			known, err := l.known(g.Parent)
			failed = err
			if known || err != nil {
				return false
			}
			l.bad = append(l.bad, badLine{g.line, fmt.Sprintf("the parent %s is neither in this file nor on the list: put it in, or leave the field empty", g.Parent)})
			return true
		})
		if failed != nil || len(l.good) == before {
			return failed
		}
	}
}

func unreadable(wrong *csv.ParseError) string {
	lines := fmt.Sprintf("from here to line %d nothing was read", wrong.Line)
	if wrong.Line == wrong.StartLine {
		lines = "it was not read"
	}
	return fmt.Sprintf(`%s: a quotation mark (") in column %d of line %d has no partner; within a field that is quoted write it twice`, lines, wrong.Column, wrong.Line)
}

func checkColumns(columns []string) error {
	for i, c := range columns {
		c = strings.ToLower(strings.TrimSpace(c))
		if mostOf(c) == 0 {
			return fmt.Errorf("its first line names a column %q, which there is not; write some of these, with commas between them: %s", c, columnNames())
		}
		if slices.Contains(columns[:i], c) {
			return fmt.Errorf("its first line names the column %s twice", c)
		}
		columns[i] = c
	}
	for _, c := range neededColumns {
		if !slices.Contains(columns, c) {
			return fmt.Errorf("its first line does not name the column %s; needed are %s, and there may be %s", c, strings.Join(neededColumns, ", "), columnNames())
		}
	}
	return nil
}

func columnNames() string {
	var names []string
	for _, c := range institutionColumns {
		names = append(names, c.name)
	}
	return strings.Join(names, ",")
}

// mostOf is how many characters a column may have, 0 where there is no such column.
func mostOf(name string) int {
	for _, c := range institutionColumns {
		if c.name == name {
			return c.most
		}
	}
	return 0
}

func institutionOf(columns, record []string) (store.Institution, error) {
	if len(record) != len(columns) {
		return store.Institution{}, fmt.Errorf("it has %d fields, and the first line names %d columns: write as many commas as there, and a field that has one in quotation marks", len(record), len(columns))
	}
	f := map[string]string{}
	for n, c := range columns {
		v, err := fieldOf(record[n], mostOf(c))
		if err != nil {
			return store.Institution{}, fmt.Errorf("%s: %w", c, err)
		}
		if v == "" && slices.Contains(neededColumns, c) {
			return store.Institution{}, fmt.Errorf("%s is empty: every institution needs one", c)
		}
		f[c] = v
	}
	i := store.Institution{
		ID: f["id"], Name: f["name"], NameHant: f["name_zh_hant"], NameEn: f["name_en"], Kind: f["kind"], Supervisor: strings.ToLower(f["supervisor"]),
		Parent: f["parent"], Address: f["address"], Phone: f["phone"], Source: f["source"],
	}
	for alias := range strings.FieldsFuncSeq(f["aliases"], func(r rune) bool { return r == ';' || r == '；' }) {
		if alias = strings.TrimSpace(alias); alias != "" && !slices.Contains(i.Aliases, alias) {
			i.Aliases = append(i.Aliases, alias)
		}
	}
	switch {
	case !institutionID.MatchString(i.ID):
		return i, fmt.Errorf("id is %q: write Latin letters, digits, and -._ between them", i.ID)
	case search.FoldName(i.Name) == "":
		return i, fmt.Errorf("name is %q: nobody could find it by that", i.Name)
	case !slices.Contains(supervisors, i.Supervisor):
		return i, fmt.Errorf("supervisor is %q: write one of %s", f["supervisor"], strings.Join(supervisors, ", "))
	case i.Parent == i.ID:
		return i, errors.New("parent is the institution itself: leave it empty, or name the one whose branch it is")
	}
	var err error
	i.ListedOn, err = listedOn(f["listed_on"])
	return i, err
}

// fieldOf is what stands in a field, with one space for any that it has.
func fieldOf(text string, most int) (string, error) {
	text = strings.Join(strings.Fields(text), " ")
	for _, r := range text {
		switch {
		case r == utf8.RuneError:
			return "", errors.New("it has characters that cannot be read: save the file as UTF-8 or GB18030")
		case unicode.Is(unicode.Co, r) || unicode.Is(unicode.Cf, r) || unicode.IsControl(r):
			return "", fmt.Errorf("it has a character that cannot be seen (%U): delete it", r)
		}
	}
	if n := utf8.RuneCountInString(text); n > most {
		return "", fmt.Errorf("it has %d characters: shorten it to %d", n, most)
	}
	return text, nil
}

// listedOn is a day, as people and as spreadsheets write it.
func listedOn(text string) (string, error) {
	if text == "" {
		return "", nil
	}
	for _, form := range []string{time.DateOnly, "2006/1/2"} {
		if day, err := time.Parse(form, text); err == nil {
			return day.Format(time.DateOnly), nil
		}
	}
	return "", fmt.Errorf("listed_on is %q: write a day such as 2026-11-30", text)
}

// asUTF8 reads a file as spreadsheets save it: UTF-8, with its mark or without, or GB18030. Which of them it is, most of its
// lines tell, so that a broken one does not turn all others into rubbish.
func asUTF8(data []byte) ([]byte, error) {
	mark := []byte("\xef\xbb\xbf")
	if bytes.HasPrefix(data, []byte("\xff\xfe")) || bytes.HasPrefix(data, []byte("\xfe\xff")) {
		return nil, errors.New("it is UTF-16: save it as CSV in UTF-8")
	}
	if bytes.HasPrefix(data, mark) {
		return data[len(mark):], nil
	}
	can, cannot := 0, 0
	for line := range bytes.Lines(data) {
		switch {
		case !utf8.Valid(line):
			cannot++
		case bytes.ContainsFunc(line, func(r rune) bool { return r >= utf8.RuneSelf }):
			can++
		}
	}
	if cannot <= can {
		return data, nil
	}
	return simplifiedchinese.GB18030.NewDecoder().Bytes(data)
}
