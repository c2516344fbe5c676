package backup

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"anxin/server/evidence"
	"anxin/server/store"
)

// Target is what a backup is restored into. Store holds the secret that the backup was sealed with.
type Target struct {
	Store    store.Options
	Evidence string // the folder of the files
}

// Check compares every file of a backup with its hash and reads its manifest. It changes nothing.
func Check(ctx context.Context, dir string) (Manifest, error) {
	m, err := check(ctx, dir)
	if err != nil {
		return Manifest{}, fmt.Errorf("check the backup in %s: %w", dir, err)
	}
	return m, nil
}

var sumLine = regexp.MustCompile(`^([0-9a-f]{64})  ((?:tables|evidence)/[a-z0-9_.]+|manifest\.json|README\.txt)$`)

func check(ctx context.Context, dir string) (Manifest, error) {
	sums, err := os.Open(filepath.Join(dir, sumsFile))
	if errors.Is(err, fs.ErrNotExist) {
		return Manifest{}, errors.New("it has no SHA256SUMS: it is no backup, or one that was never finished")
	}
	if err != nil {
		return Manifest{}, err
	}
	defer sums.Close() //nolint:errcheck // only read from
	var damaged []error
	var evidences int64
	listed := map[string]bool{} // all but the evidence, of which there may be much
	lines := bufio.NewScanner(sums)
	for lines.Scan() {
		found := sumLine.FindStringSubmatch(lines.Text())
		if found == nil {
			return Manifest{}, errors.New("a line of SHA256SUMS is no hash and name: it was changed")
		}
		name := found[2]
		if err := compare(ctx, filepath.Join(dir, filepath.FromSlash(name)), found[1]); err != nil {
			if ctx.Err() != nil {
				return Manifest{}, ctx.Err()
			}
			damaged = append(damaged, fmt.Errorf("%s: %w", name, err))
		}
		if strings.HasPrefix(name, evidenceDir+"/") {
			evidences++
		} else {
			listed[name] = true
		}
	}
	if err := errors.Join(append(damaged, lines.Err())...); err != nil {
		return Manifest{}, err
	}
	return read(dir, listed, evidences)
}

func read(dir string, listed map[string]bool, evidences int64) (Manifest, error) {
	var m Manifest
	text, err := os.ReadFile(filepath.Join(dir, manifestFile))
	if err != nil {
		return m, err
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&m); err != nil || m.Format != format {
		return m, errors.Join(errors.New("its manifest is not one that this program reads: it may be of a newer one"), err)
	}
	missing := []string{}
	for _, t := range m.Tables {
		if !listed[tableFile(t.Name)] {
			missing = append(missing, tableFile(t.Name))
		}
	}
	if !listed[manifestFile] {
		missing = append(missing, manifestFile)
	}
	if len(missing) > 0 {
		return m, fmt.Errorf("SHA256SUMS does not list %s: it was changed", strings.Join(missing, ", "))
	}
	if evidences != m.Evidence.Files {
		return m, fmt.Errorf("it lists %d files of evidence, and should list %d: it was changed", evidences, m.Evidence.Files)
	}
	return m, nil
}

var errDiffers = errors.New("it is not as it was written")

func compare(ctx context.Context, file, sum string) error {
	f, err := os.Open(file)
	if errors.Is(err, fs.ErrNotExist) {
		return errors.New("it is missing")
	}
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // only read from
	h := sha256.New()
	if _, err := io.Copy(h, &ending{ctx, f}); err != nil {
		return err
	}
	if hex.EncodeToString(h.Sum(nil)) != sum {
		return errDiffers
	}
	return nil
}

// ending reads until its context ends.
type ending struct {
	ctx  context.Context
	from io.Reader
}

func (e *ending) Read(p []byte) (int, error) {
	if err := e.ctx.Err(); err != nil {
		return 0, err
	}
	return e.from.Read(p)
}

// Restore puts a backup back: into a database that is empty, and a folder of evidence that is. It writes nothing before every
// hash was compared and the secret is known to be the right one. The files come first and the rows last, all at once: who is
// interrupted has no database that names what is not there.
func Restore(ctx context.Context, dir string, to Target) (Manifest, error) {
	m, err := Check(ctx, dir)
	if err != nil {
		return m, err
	}
	open := tablesIn(dir)
	if err := m.KnowsKeys(to.Store.Vault, open); err != nil {
		return m, fmt.Errorf("restore %s: %w: put the secret that was in use then into its place first", dir, err)
	}
	if err := store.Fresh(ctx, to.Store, m.Dump); err != nil {
		return m, fmt.Errorf("restore %s: %w", dir, err)
	}
	switch has, err := holds(to.Evidence); {
	case err != nil:
		return m, fmt.Errorf("restore %s: %w", dir, err)
	case has != "":
		return m, fmt.Errorf("restore %s: %s is not empty (%s): nothing is restored over what is there. "+
			"If it is what an interrupted restore has left, remove it and restore again", dir, to.Evidence, has)
	}
	err = files(ctx, dir, m, to)
	if err == nil {
		err = store.Restore(ctx, to.Store, m.Dump, open)
	}
	if err != nil {
		return m, fmt.Errorf("restore %s: %w", dir, errors.Join(err, os.RemoveAll(to.Evidence)))
	}
	return m, nil
}

// files copies the evidence, and compares it once more with what its rows say.
func files(ctx context.Context, dir string, m Manifest, to Target) error {
	folder, err := evidence.Open(to.Evidence, to.Store.Vault, to.Store.Log)
	if err != nil {
		return err
	}
	var n int64
	err = objects(m.Dump, tablesIn(dir), func(object string, hash []byte) error {
		damaged := slices.Contains(m.Evidence.Damaged, object)
		from, err := os.Open(filepath.Join(dir, evidenceDir, filepath.Base(object)))
		if damaged && errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		defer from.Close() //nolint:errcheck // only read from
		if err := folder.TakeSealed(ctx, object, from); err != nil {
			return err
		}
		n++
		if err := folder.Verify(ctx, object, hash); err != nil && !damaged {
			return err
		}
		return nil
	})
	if err == nil && n != m.Evidence.Files {
		err = fmt.Errorf("%d files of evidence belong to the rows, the backup has %d", n, m.Evidence.Files)
	}
	return errors.Join(err, folder.Sync())
}
