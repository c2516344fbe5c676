package app

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"slices"
	"strings"
	"testing"

	"anxin/server/complaint"
)

// However the body of a form with files is framed, by a phone that lost its connection or by somebody who means harm: it is taken or
// refused, nothing breaks, and no more files are kept than came whole.
func FuzzUpload(fz *testing.F) {
	description := "--b\r\nContent-Disposition: form-data; name=\"description\"\r\n\r\nx\r\n"
	file := func(name string) string {
		return "--b\r\nContent-Disposition: form-data; name=\"" + name + "\"; filename=\"a.png\"\r\n\r\n" + picture + "\r\n"
	}
	for _, body := range []string{
		description + file("photo") + file("other") + "--b--\r\n", description + file("file") + "--b--\r\n",
		description + strings.TrimSuffix(file("photo"), "\r\n"), file("file") + description + "--b--\r\n",
		description + "--b\r\n\r\n--b\r\nContent-Disposition: x;;\r\n\r\n", "--b--", "", "--b\r\n" + strings.Repeat("a: b\r\n", 20) + "\r\n",
	} {
		fz.Add(body)
	}
	o := openOffice(fz)
	f := o.file(fz, herAnswers())
	phone := o.letIn(fz, f)
	token, _, err := o.Complaints.SignIn(fz.Context(), "192.0.2.201", f.Number, f.Code)
	if err != nil {
		fz.Fatal(err)
	}
	const kind = "multipart/form-data; boundary=b"
	fz.Fuzz(func(t *testing.T, body string) {
		for way, post := range map[string]func() int{
			"page": func() int {
				return phone.send(t, http.MethodPost, "/zh-Hans/complaints/mine/evidence", kind, []byte(body)).StatusCode
			},
			"api": func() int {
				return o.ask(http.MethodPost, complaints+"/"+f.Number+"/evidence", sends(body), header("Authorization", "Bearer "+token), header("Content-Type", kind)).StatusCode
			},
		} {
			status := post()
			kept := keptOf(t, o, f.by)
			if status >= 500 || len(kept) > wholeFiles(body) || status == http.StatusCreated && len(kept) != 1 {
				t.Errorf("%s: %d, %d files kept of %d that came whole", way, status, len(kept), wholeFiles(body))
			}
			for _, e := range kept {
				if err := o.Complaints.RemoveEvidence(t.Context(), f.by, e.ID); err != nil {
					t.Fatal(err)
				}
			}
		}
	})
}

func keptOf(t *testing.T, o *office, by complaint.Access) []complaint.Evidence {
	t.Helper()
	file, err := o.Complaints.Read(t.Context(), by)
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(file.Evidence, func(e complaint.Evidence) bool { return e.Removed })
}

// wholeFiles counts the parts of a body that carry a file to their end.
func wholeFiles(body string) (n int) {
	for r := multipart.NewReader(bytes.NewReader([]byte(body)), "b"); ; {
		part, err := r.NextPart()
		if err != nil {
			return n
		}
		if _, err := io.Copy(io.Discard, part); err == nil && slices.Contains([]string{"photo", "other", "file"}, part.FormName()) {
			n++
		}
	}
}
