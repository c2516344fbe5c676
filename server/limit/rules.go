package limit

import "time"

// What is limited. Each is counted by address (of IPv6 the first half), but for the turn at a number; several thousand people
// can stand behind one. That five wrong codes from one address shut that address out of one number for a quarter of an hour
// is no matter of this package: it is counted in the database, for it may not be forgotten.
var (
	// SignIn is a wrong number or code, at whatever numbers.
	SignIn = Rule{Name: "sign-in", Free: 60, Every: time.Second, Longest: 10 * time.Second, Sheds: true}
	// Resume is a wrong code of a draft.
	Resume = Rule{Name: "resume", Free: 20, Every: time.Second, Longest: 10 * time.Second, Sheds: true}
	// Staff is a wrong password or code at the console.
	Staff = Rule{Name: "staff", Free: 10, Every: 3 * time.Second, Longest: 15 * time.Second, Sheds: true}
	// LostCode is asking for a new code. Each is work for an officer.
	LostCode = Rule{Name: "lost-code", Free: 10, Every: 10 * time.Second, Longest: 20 * time.Second, Sheds: true}
	// Begin is a draft or a complaint begun. Nobody is refused: who was wronged files.
	Begin = Rule{Name: "begin", Free: 300, Every: time.Second, Longest: 5 * time.Second}
)

// inTurn is how many may wait at one number, the one whose turn it is included.
const inTurn = 16

// Turn is trying a code at a number at which many failed: one after the other, each after so long.
func Turn(slowness time.Duration) Rule {
	return Rule{Name: "turn", Every: slowness, Longest: inTurn * slowness, Sheds: true}
}
