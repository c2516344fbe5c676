// Package content embeds what editors write: see CONTRIBUTING.md for the format of each folder.
package content

import "embed"

// Files holds every content file. An operator's own files are laid over it (ANXIN_CONTENT).
//
//go:embed taxonomy.yaml modules quizzes pieces pages warnings asked facts glossary authorities workflow lint
var Files embed.FS
