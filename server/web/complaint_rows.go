package web

import (
	"anxin/server/intake"
	"anxin/server/view"
)

// rows are the answers as she checks them, in the order they were asked, each with the address of its question.
func (s *Site) rows(b view.Base, a intake.Answers) []view.Row {
	product, _ := s.Complaints.Policy.Product(a.Product)
	var list []view.Row
	for _, x := range b.Answers(a, product) {
		list = append(list, view.Row{Key: x.Name, Value: x.Text, URL: b.URL(newComplaint + "/" + x.Step), Change: b.Must("complaint_new.change")})
	}
	return list
}
