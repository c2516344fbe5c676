// Package backup copies everything that citizens entrusted to the council into a folder, while the server runs or not, and puts
// it back.
//
// A backup is a folder that needs this program to be restored, and nothing to be checked:
//
//	README.txt       what this is, for who finds it
//	tables/*.jsonl   every table of the database, one JSON array a line, as they all were at one moment
//	evidence/*       the files that were handed in, sealed as they lay
//	manifest.json    when, of which program, how many
//	SHA256SUMS       of all these (sha256sum -c SHA256SUMS): written last, so that a folder without it is no backup
//
// The database is copied first. A file is never changed, and its row is only written once it lies there whole: so every file
// that the copied rows name is there when it is their turn.
//
// The secret is never in it. Without the secret nothing that was sealed can be read, and [Restore] refuses before it writes.
package backup

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"anxin/server/evidence"
	"anxin/server/store"
	"anxin/server/vault"
)

const (
	format       = "anxin backup 1"
	sumsFile     = "SHA256SUMS"
	manifestFile = "manifest.json"
	tablesDir    = "tables"
	evidenceDir  = "evidence"
)

const readme = `This is a backup of Anxin: what citizens entrusted to the council that runs it.
Check it:    sha256sum -c SHA256SUMS
Restore it:  anxin restore THIS-FOLDER, into an empty database, with the secret that was in use.
The secret is not here. Names, stories and files cannot be read without it.
`

// Manifest is what a backup says of itself.
type Manifest struct {
	Format    string    `json:"format"`
	CreatedAt time.Time `json:"created_at"`
	store.Dump
	Keys     []string `json:"keys"` // the ids of the keys that the secret held, not the keys
	Evidence Evidence `json:"evidence"`
}

// Evidence counts the files of a backup.
type Evidence struct {
	Files int64 `json:"files"`
	Bytes int64 `json:"bytes"`
	// Damaged are the files that were missing or not as they were handed in when the backup was made.
	Damaged []string `json:"damaged,omitempty"`
}

// Source is what a backup is made of.
type Source struct {
	Store *store.Store
	Files *evidence.Files
	Vault *vault.Vault
	Now   func() time.Time
}

// Make writes a backup into a folder that is empty or not there yet. damaged is told each file that is missing or not as it was
// handed in: the backup then holds what there is, and the manifest names it.
func Make(ctx context.Context, from Source, dir string, damaged func(object string, err error)) (Manifest, error) {
	m, err := start(from, dir)
	if err != nil {
		return Manifest{}, fmt.Errorf("make a backup: %w", err)
	}
	if err := m.make(ctx, from, damaged); err != nil {
		return Manifest{}, fmt.Errorf("make a backup (%s holds none): %w", dir, errors.Join(err, m.sums.Close()))
	}
	return m.Manifest, nil
}

// maker writes a backup's files and notes the hash of each.
type maker struct {
	Manifest
	dir  string
	sums *os.File
	list *bufio.Writer
}

func start(from Source, dir string) (*maker, error) {
	m := &maker{dir: dir, Manifest: Manifest{Format: format, CreatedAt: from.Now().UTC().Truncate(time.Second)}}
	for _, id := range from.Vault.Keys() {
		m.Keys = append(m.Keys, id.String())
	}
	switch has, err := holds(dir); {
	case err != nil:
		return nil, err
	case has != "":
		return nil, fmt.Errorf("%s is not empty (%s): name a folder that is, or none yet", dir, has)
	}
	for _, d := range []string{dir, filepath.Join(dir, tablesDir), filepath.Join(dir, evidenceDir)} {
		if err := os.MkdirAll(d, 0o700); err != nil {
			return nil, err
		}
	}
	sums, err := os.OpenFile(filepath.Join(dir, sumsFile+".part"), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	m.sums, m.list = sums, bufio.NewWriter(sums)
	return m, nil
}

// holds names something that lies in a folder; nothing where it is empty or not there.
func holds(dir string) (string, error) {
	d, err := os.Open(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	defer d.Close() //nolint:errcheck // only read from
	names, err := d.Readdirnames(1)
	if errors.Is(err, io.EOF) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return names[0], nil
}

func (m *maker) make(ctx context.Context, from Source, damaged func(string, error)) error {
	if err := m.write("README.txt", []byte(readme)); err != nil {
		return err
	}
	var err error
	if m.Dump, err = from.Store.Dump(ctx, func(table string) (io.WriteCloser, error) { return m.create(tableFile(table)) }); err != nil {
		return err
	}
	if err := m.evidence(ctx, from.Files, damaged); err != nil {
		return err
	}
	text, err := json.MarshalIndent(m.Manifest, "", "  ")
	if err != nil {
		return err
	}
	if err := m.write(manifestFile, append(text, '\n')); err != nil {
		return err
	}
	return m.finish()
}

func tableFile(table string) string { return tablesDir + "/" + table + ".jsonl" }

// objects hands every file that the dumped rows name to a function, with the hash it must have.
func objects(d store.Dump, open func(table string) (io.ReadCloser, error), each func(object string, hash []byte) error) (err error) {
	for _, t := range d.Tables {
		if t.Name != "evidence" {
			continue
		}
		object, hash := t.Column("object"), t.Column("object_hash")
		if object < 0 || hash < 0 {
			return errors.New("the table of evidence names no files")
		}
		from, err := open(t.Name)
		if err != nil {
			return err
		}
		return errors.Join(t.Read(from, func(row []any) error {
			name, _ := row[object].(string)
			sum, _ := row[hash].([]byte)
			return each(name, sum)
		}), from.Close())
	}
	return errors.New("there is no table of evidence")
}

func (m *maker) evidence(ctx context.Context, files *evidence.Files, damaged func(string, error)) error {
	return objects(m.Dump, tablesIn(m.dir), func(object string, hash []byte) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		from, err := files.OpenSealed(object)
		if err != nil {
			m.Evidence.Damaged = append(m.Evidence.Damaged, object)
			damaged(object, err)
			return nil
		}
		defer from.Close() //nolint:errcheck // only read from
		to, err := m.create(evidenceDir + "/" + object)
		if err != nil {
			return err
		}
		n, err := io.Copy(to, from)
		if err := errors.Join(err, to.Close()); err != nil {
			return err
		}
		m.Evidence.Files++
		m.Evidence.Bytes += n
		if hex.EncodeToString(to.sum.Sum(nil)) != hex.EncodeToString(hash) {
			m.Evidence.Damaged = append(m.Evidence.Damaged, object)
			damaged(object, evidence.ErrChanged)
		}
		return nil
	})
}

// tablesIn opens the dumped tables of a backup.
func tablesIn(dir string) func(string) (io.ReadCloser, error) {
	return func(table string) (io.ReadCloser, error) {
		return os.Open(filepath.Join(dir, filepath.FromSlash(tableFile(table))))
	}
}

// kept is a file of a backup while it is written. Close returns when it is on the disk and in the list.
type kept struct {
	m    *maker
	name string
	file *os.File
	sum  hash.Hash
}

func (m *maker) create(name string) (*kept, error) {
	file, err := os.OpenFile(filepath.Join(m.dir, filepath.FromSlash(name)), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	return &kept{m, name, file, sha256.New()}, nil
}

func (k *kept) Write(p []byte) (int, error) {
	k.sum.Write(p)
	return k.file.Write(p)
}

func (k *kept) Close() error {
	err := errors.Join(k.file.Sync(), k.file.Close())
	if err == nil {
		_, err = fmt.Fprintf(k.m.list, "%x  %s\n", k.sum.Sum(nil), k.name)
	}
	return err
}

func (m *maker) write(name string, data []byte) error {
	k, err := m.create(name)
	if err != nil {
		return err
	}
	_, err = k.Write(data)
	return errors.Join(err, k.Close())
}

// finish gives the list of hashes its name, which makes the folder a backup.
func (m *maker) finish() error {
	if err := m.list.Flush(); err != nil {
		return err
	}
	if err := errors.Join(m.sums.Sync(), m.sums.Close()); err != nil {
		return err
	}
	for _, d := range []string{filepath.Join(m.dir, tablesDir), filepath.Join(m.dir, evidenceDir), m.dir} {
		if err := evidence.SyncFolder(d); err != nil {
			return err
		}
	}
	if err := os.Rename(m.sums.Name(), filepath.Join(m.dir, sumsFile)); err != nil {
		return err
	}
	return errors.Join(evidence.SyncFolder(m.dir), evidence.SyncFolder(filepath.Dir(filepath.Clean(m.dir))))
}
