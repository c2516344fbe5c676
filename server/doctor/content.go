package doctor

import (
	"time"

	"anxin/server/library"
	"anxin/server/locale"
	"anxin/server/policy"
	"anxin/server/proof"
	"anxin/server/workday"
)

// The notice about the next year's holidays comes in November at the latest.
const noticed = time.November

func (x *examination) content() {
	report, err := proof.Proof{Content: x.Content, Catalogues: x.Catalogues, Today: x.Now()}.Read()
	if err != nil {
		x.err("content", "mend the file that is named", "content cannot be read: %v", err)
		return
	}
	if n := len(report.Errors); n > 0 {
		x.err("content", "\"check\" lists them all and says how to mend each", "%d mistakes: %s", n, some(texts(report.Errors)))
	}
	if n := len(report.Warnings); n > 0 {
		x.warn("content", "\"check\" lists them all: read each again, and move its date", "%d things have aged: %s", n, some(texts(report.Warnings)))
	}
	if lib, err := library.Open(x.Content); err == nil && !lib.Operator().Configured() {
		x.warn("content", "fill in content/authorities/operator.yaml, or a copy of it in the folder that ANXIN_CONTENT names",
			"no operator has put its name to the site: every page says that it is a demonstration")
	}
	x.holidays()
}

func texts(found []proof.Finding) []string {
	list := make([]string, len(found))
	for i, f := range found {
		list[i] = f.String()
	}
	return list
}

// holidays looks whether it is known which days are worked.
func (x *examination) holidays() {
	clocks, err := policy.Open(x.Content)
	if err != nil {
		return // among the mistakes above
	}
	today := workday.DateOf(x.Now().In(locale.Shanghai))
	need := []int{today.Year()}
	if x.Now().In(locale.Shanghai).Month() >= noticed {
		need = append(need, today.Year()+1)
	}
	for _, year := range need {
		if !clocks.Calendar.Knows(workday.NewDate(year, time.January, 1)) {
			x.warn("content", "put what the State Council's notice says into content/workflow/holidays.yaml, or a copy of it in the folder that ANXIN_CONTENT names",
				"the holidays of %d are not known: working days are counted by weekends alone, and every date says 暂定", year)
		}
	}
}
