package evidence

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
)

// OpenSealed opens a file as it lies in the folder, for who copies it. Where there is none it is [fault.NotFound].
func (f *Files) OpenSealed(name string) (io.ReadCloser, error) {
	file, err := f.open(name)
	if err != nil {
		return nil, fmt.Errorf("open a sealed file: %w", err)
	}
	return file, nil
}

// TakeSealed puts a file that was sealed here, and copied by [Files.OpenSealed], back under its name. It is on the disk under that
// name only when it is there whole, once [Files.Sync] has returned, too.
func (f *Files) TakeSealed(ctx context.Context, name string, r io.Reader) error {
	if !isName(name) {
		return fmt.Errorf("put a sealed file back: %q is no name of one", name)
	}
	part := f.path(partly + name)
	file, err := os.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("put a sealed file back: %w", err)
	}
	_, err = io.Copy(file, &source{ctx: ctx, from: r})
	if err == nil {
		err = file.Sync()
	}
	err = errors.Join(err, file.Close())
	if err == nil {
		err = os.Rename(part, f.path(name))
	}
	if err != nil {
		f.discard(part)
		return fmt.Errorf("put a sealed file back: %w", err)
	}
	return nil
}

// Sync returns when the names of the files are on the disk, too.
func (f *Files) Sync() error { return SyncFolder(f.dir) }
