package search

import (
	"bufio"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

type judged struct {
	Query string   `json:"q"`
	Right []string `json:"rel"`
	Set   string   `json:"set"`
}

// BenchmarkRelevance asks a public set of questions whose folder SEARCH_SET names (docs.jsonl.gz and queries.jsonl as
// its README describes) and prints, beside the time of a query, how far up the right passages stand: the mean
// reciprocal rank among ten and the share found among ten. COPIES adds that many times as many again for size.
func BenchmarkRelevance(b *testing.B) {
	dir := os.Getenv("SEARCH_SET")
	if dir == "" {
		b.Skip("set SEARCH_SET to a folder with docs.jsonl.gz and queries.jsonl to measure relevance")
	}
	x, _, err := Open(filepath.Join(b.TempDir(), "index"))
	if err != nil {
		b.Fatal(err)
	}
	defer x.Close()
	docs := readDocs(b, filepath.Join(dir, "docs.jsonl.gz"))
	originals := len(docs)
	copies, _ := strconv.Atoi(os.Getenv("COPIES"))
	for n := range copies { // for size: filler from the same texts, each half of one and half of another
		for i := range originals {
			a, c := docs[i], docs[(i+n*7+1)%originals]
			docs = append(docs, Document{ID: fmt.Sprintf("filler-%d-%d", n, i), Title: c.Title, Body: half(a.Body) + half(c.Body)})
		}
	}
	if _, err := x.Put(context.Background(), docs); err != nil {
		b.Fatal(err)
	}
	sets := map[string][]judged{}
	for _, q := range readJudged(b, filepath.Join(dir, "queries.jsonl")) {
		sets[q.Set] = append(sets[q.Set], q)
	}
	for set, questions := range sets {
		b.Run(set, func(b *testing.B) {
			ask := func(q judged) Results {
				res, err := x.Search(context.Background(), Request{Query: q.Query, Limit: 10})
				if err != nil {
					b.Fatal(err)
				}
				return res
			}
			rr, found, none := 0.0, 0, 0
			for _, q := range questions { // each once, however many the time allows below
				res := ask(q)
				if res.Total == 0 {
					none++
				}
				for rank, h := range res.Hits {
					if contains(q.Right, h.ID) {
						rr += 1 / float64(rank+1)
						found++
						break
					}
				}
			}
			n := 0
			before := processorTime(b)
			for b.Loop() {
				ask(questions[n%len(questions)])
				n++
			}
			b.ReportMetric(float64((processorTime(b)-before).Microseconds())/1000/float64(n), "cpu-ms/op")
			asked := float64(len(questions))
			b.ReportMetric(rr/asked, "MRR@10")
			b.ReportMetric(float64(found)/asked, "R@10")
			b.ReportMetric(float64(none)/asked, "zero")
			b.ReportMetric(float64(len(docs)), "docs")
		})
	}
}

// processorTime is what the whole process has used, garbage collection and all: it does not depend on who else is busy.
func processorTime(tb testing.TB) time.Duration {
	tb.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		tb.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func half(s string) string { return string([]rune(s)[:len([]rune(s))/2]) }

func contains(list []string, s string) bool {
	for _, t := range list {
		if t == s {
			return true
		}
	}
	return false
}

func readDocs(tb testing.TB, file string) []Document {
	tb.Helper()
	f, err := os.Open(file)
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		tb.Fatal(err)
	}
	var docs []Document
	lines := bufio.NewScanner(z)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var d struct{ ID, Title, Body, Lang, Kind string }
		if err := json.Unmarshal(lines.Bytes(), &d); err != nil {
			tb.Fatal(err)
		}
		docs = append(docs, Document{ID: d.ID, Title: d.Title, Body: d.Body, Lang: d.Lang, Kind: d.Kind})
	}
	return docs
}

func readJudged(tb testing.TB, file string) []judged {
	tb.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		tb.Fatal(err)
	}
	var list []judged
	for line := range strings.Lines(string(data)) {
		var q judged
		if err := json.Unmarshal([]byte(line), &q); err != nil {
			tb.Fatal(err)
		}
		list = append(list, q)
	}
	return list
}
