// Package i18n embeds the catalogues: every visible word that is not content, one file per page family and language.
package i18n

import "embed"

// Files holds the catalogues, named family.language.yaml.
//
//go:embed *.yaml
var Files embed.FS
