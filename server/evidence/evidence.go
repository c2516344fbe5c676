// Package evidence keeps the files that citizens hand in.
package evidence

// Files is the folder they are kept in.
type Files struct{}
