package console

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"anxin/server/account"
	"anxin/server/view"
)

const deliveriesPath = "/console/deliveries"

func (k *Console) deliveryRoutes() []Route {
	may := []account.Role{account.Sysadmin}
	return []Route{
		{Method: http.MethodGet, Path: deliveriesPath, Handler: k.deliveries, Page: "console_deliveries", May: may},
		{Method: http.MethodPost, Path: deliveriesPath + "/:id", Handler: k.resend, May: may},
	}
}

// DeliveriesPage is the mail that did not arrive. It says nothing of whom it was for: who reads it keeps the mail server, and sees no case.
type DeliveriesPage struct {
	Frame
	Dead []DeliveryRow
}

// DeliveryRow is a mail that was given up.
type DeliveryRow struct{ Given, Notice, Why, Tries, Written, URL string }

func (k *Console) deliveries(c echo.Context) error {
	p := &DeliveriesPage{Frame: k.frame(c, "console_deliveries", "console.to_deliveries")}
	dead, err := k.Complaints.DeadDeliveries(c.Request().Context())
	if err != nil {
		return err
	}
	for _, d := range dead {
		p.Dead = append(p.Dead, DeliveryRow{
			Given: p.moment(d.DeadAt), Notice: p.Must("notice.kind_" + string(d.Notice)), Why: p.Must("notice.failure_" + d.Failure),
			Tries: p.Must("notice.tries", "count", d.Tries), Written: p.moment(d.CreatedAt), URL: deliveriesPath + "/" + d.ID,
		})
	}
	switch {
	case c.QueryParam("done") == "resent":
		p.Notice = &view.Notice{Kind: "done", Title: p.Must("notice.resent")}
	case !k.Complaints.Mail:
		p.Notice = &view.Notice{Kind: "caution", Title: p.Must("notice.no_server"), Text: view.Plain(p.Must("notice.no_server_text"))}
	}
	return k.answer(c, http.StatusOK, p)
}

func (k *Console) resend(c echo.Context) error {
	if err := k.Complaints.Resend(c.Request().Context(), me(c).ID, c.Param("id")); err != nil {
		return err
	}
	return k.seeOther(c, deliveriesPath+"?done=resent#result")
}
