package intake

import (
	"net/url"
	"testing"
)

func TestPhones(t *testing.T) {
	t.Parallel()
	for number, right := range map[string]bool{
		"13800138000": true, "138 0013 8000": true, "138-0013-8000": true, "１３８００１３８０００": true, "138—0013—8000": true,
		"+86 138 0013 8000": true, "0086 13800138000": true, "8613800138000": true,
		"0755-12345678": true, "（0755）1234 5678": true, "0755 8123456": true, "010-12345678": true, "020 12345678": true,
		"+86 755 1234 5678": true, "+86 10 1234 5678": true, "+86 0755 12345678": true,
		"0755-12345678转801": true, "0755-12345678 ext. 801": true, "0755-12345678-801": true, "0755-12345678＃801": true,
		"2345 6789": true, "+852 2345 6789": true, "00852 6123 4567": true, "852 2345 6789": true, "400 820 8820": true, "+853 6612 3456": true, "853 2871 2345": true,
		"+1 415 555 2671": true, "0044 20 7946 0958": true,
		// A digit lost or doubled must not go unnoticed: nobody would reach her.
		"1380013800": false, "138001380": false, "138001380000": false, "+86 1380013800": false, "01380013800": false,
		"11800138000": false, "12345678901": false, "755 12345678": false, "+852 123 4567": false,
		"+86 23456789": false, "95588": false, "400 812 312": false, "12345678": false, "110": false, "没有": false, "13800138000 或 13900139000": false,
	} {
		d := Draft{}
		wrong := d.Read(Contacts, url.Values{"name": {"林女士"}, "phone": {number}}, rules)
		if (len(wrong) == 0) != right {
			t.Errorf("%q: %v", number, wrong)
		}
		if right && d.Answers.Contact.Phone != number {
			t.Errorf("%q is kept as %q", number, d.Answers.Contact.Phone)
		}
	}
}
