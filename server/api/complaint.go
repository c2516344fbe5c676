package api

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"anxin/server/complaint"
	"anxin/server/dispute"
	"anxin/server/fault"
	"anxin/server/intake"
	"anxin/server/view"
)

// Receipt proves what was filed and when. Nothing in it ever changes.
type Receipt struct {
	SubmittedAt string  `json:"submitted_at"`
	SHA256      string  `json:"sha256"`     // of complaint.json in her file
	Checkpoint  *string `json:"checkpoint"` // null until there are checkpoints
}

// Standing is where a complaint or a leg of it stands, in words for her. What comes next and what she has to do are null
// where nothing moves it any more.
type Standing struct {
	State     dispute.State `json:"state"`
	StateText string        `json:"state_text"`
	Now       string        `json:"now"`
	Next      *string       `json:"next"`
	Yours     *string       `json:"yours"`
}

// Complaint is what a citizen, or who helps her, sees of a complaint.
type Complaint struct {
	Number string `json:"number"`
	Standing
	SubmittedAt string              `json:"submitted_at"`
	ChangedAt   string              `json:"changed_at"`
	Version     int64               `json:"version"`
	Receipt     Receipt             `json:"receipt"`
	You         dispute.Actor       `json:"you"` // citizen or helper
	Person      complaint.Person    `json:"person"`
	Helper      *complaint.Person   `json:"helper"`
	Confirmed   bool                `json:"person_confirmed"`
	Firm        intake.Firm         `json:"firm"`
	Product     Product             `json:"product"`
	Filed       intake.Answers      `json:"filed"`
	Deadlines   []ComplaintDeadline `json:"deadlines"`
	Legs        []Leg               `json:"legs"`
	Allowed     []Option            `json:"allowed"`
	Seen        []Seen              `json:"seen"`
}

// Product is what a complaint is about.
type Product struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// ComplaintDeadline is a clock that runs, with who has to act by then.
type ComplaintDeadline struct {
	Leg    int    `json:"leg"` // 0 for the complaint itself
	Keeper string `json:"keeper"`
	Deadline
}

// Option is something that may be done now.
type Option struct {
	Event dispute.Event `json:"event"`
	Leg   int           `json:"leg"` // 0 for the complaint itself
	Name  string        `json:"name"`
	Needs []Need        `json:"needs"`
}

// Need is what has to be sent with an event: one of the statements in Confirm, or a text. One with neither cannot be sent; it
// says what has to happen first.
type Need struct {
	Key     string         `json:"key"`
	Message string         `json:"message"`
	Confirm []dispute.Fact `json:"confirm"`
	Text    bool           `json:"text"`
}

// Seen is a look at the file by somebody else, or that wrong codes were tried.
type Seen struct {
	At     string        `json:"at"`
	Actor  dispute.Actor `json:"actor"`
	Action string        `json:"action"`
}

// hers lets those in who have a token of this complaint. With one of another complaint it is as if there were no such number.
func (a *API) hers(next func(echo.Context, complaint.Access) error) echo.HandlerFunc {
	return func(c echo.Context) error {
		ctx, token := c.Request().Context(), bearer(c)
		if token == "" {
			challenge(c)
			return fault.New(fault.Unauthorized, "without a token")
		}
		by, err := a.Complaints.Access(ctx, token)
		if err != nil {
			if fault.From(err).Kind == fault.Unauthorized {
				challenge(c)
			}
			return err
		}
		id, err := a.Complaints.ByNumber(ctx, c.Param("number"))
		if err != nil {
			return err
		}
		if id != by.Dispute {
			return fault.New(fault.NotFound, "with the token of another complaint")
		}
		return next(c, by)
	}
}

func (a *API) complaint(c echo.Context, by complaint.Access) error {
	q := a.query(c)
	if err := q.problem(); err != nil {
		return err
	}
	return a.answerComplaint(c, q.Base, by)
}

// answerComplaint sends the complaint as it stands.
func (a *API) answerComplaint(c echo.Context, b view.Base, by complaint.Access) error {
	f, err := a.Complaints.Read(c.Request().Context(), by)
	if err != nil {
		return err
	}
	out, err := a.complaintOf(b, f)
	if err != nil {
		return err
	}
	return answer(c, http.StatusOK, out)
}

func (a *API) complaintOf(b view.Base, f complaint.File) (Complaint, error) {
	out := Complaint{
		Number: f.Number, SubmittedAt: moment(f.SubmittedAt), ChangedAt: moment(f.ChangedAt), Version: f.Version,
		Receipt: receiptOf(f.SubmittedAt, f.SHA256), You: f.Access.Actor, Person: f.Person, Helper: f.Helper,
		Confirmed: f.Helper == nil || f.Case.Confirmed, Firm: f.Filed.Firm, Product: Product{f.Filed.Product, f.Filed.Product},
		Filed: f.Filed, Seen: []Seen{},
	}
	if p, ok := a.Policy.Product(f.Filed.Product); ok { // else it was taken off the list since
		out.Product.Name = p.Name.In(b.Lang)
	}
	var err error
	if out.Standing, err = standing(b, dispute.Disputes, f.Case.State); err != nil {
		return out, err
	}
	if out.Deadlines, err = deadlinesOf(b, f.Deadlines); err != nil {
		return out, err
	}
	if out.Legs, err = legsOf(b, f); err != nil {
		return out, err
	}
	if out.Allowed, err = options(b, f); err != nil {
		return out, err
	}
	for _, s := range f.Seen {
		out.Seen = append(out.Seen, Seen{moment(s.At), s.Actor, s.Action})
	}
	return out, nil
}

func receiptOf(at time.Time, sum string) Receipt {
	return Receipt{SubmittedAt: moment(at), SHA256: sum}
}

// moment is a point in time as programs get it.
func moment(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

// maybe is null for a point in time that has not come.
func maybe(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	s := moment(t)
	return &s
}

func standing(b view.Base, t *dispute.Table, s dispute.State) (Standing, error) {
	label := t.Label(s)
	out := Standing{State: s}
	var err error
	if out.StateText, err = b.T(label); err != nil {
		return out, err
	}
	if out.Now, err = b.T(label + "_now"); err != nil || t.Standing(s) != dispute.Moving {
		return out, err
	}
	next, err := b.T(label + "_next")
	if err != nil {
		return out, err
	}
	yours, err := b.T(label + "_yours")
	out.Next, out.Yours = &next, &yours
	return out, err
}

func deadlinesOf(b view.Base, running []complaint.Deadline) ([]ComplaintDeadline, error) {
	list := make([]ComplaintDeadline, 0, len(running))
	for _, d := range running {
		one, err := DeadlineOf(b, d.Deadline)
		if err != nil {
			return nil, err
		}
		list = append(list, ComplaintDeadline{d.Leg, d.Clock.Keeper, one})
	}
	return list, nil
}

// options are what she may do now, with the complaint itself and with each leg.
func options(b view.Base, f complaint.File) ([]Option, error) {
	list := []Option{}
	for leg := range len(f.Case.Legs) + 1 {
		for _, may := range f.Options(leg) {
			o := Option{Event: may.Event, Leg: leg, Needs: []Need{}}
			var err error
			if o.Name, err = b.T("dispute.event." + string(may.Event)); err != nil {
				return nil, err
			}
			for _, a := range may.Asks {
				n := Need{Key: a.Name, Confirm: append([]dispute.Fact{}, a.Confirm...), Text: a.Text}
				if n.Message, err = b.T(a.Key()); err != nil {
					return nil, err
				}
				o.Needs = append(o.Needs, n)
			}
			list = append(list, o)
		}
	}
	return list, nil
}

// wrongAnswers is the error for answers that cannot be taken. Their words are those of the questions' pages.
func wrongAnswers(b view.Base, wrong []intake.Wrong) error {
	list := make([]FieldError, len(wrong))
	for i, w := range wrong {
		text, err := b.T("intake.wrong_"+w.Key, w.Args...)
		if err != nil {
			return err
		}
		list[i] = FieldError{w.Field, w.Key, text}
	}
	return rejectAll(b, list)
}
