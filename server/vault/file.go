package vault

import (
	"bufio"
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// A file is sealed in segments, so that a large one never stands in memory, and none of it is handed out before it was
// checked (the STREAM construction, as age has it):
//
//	form 2 · key id · salt · segment … · last segment
//
// The file's own key comes of key and salt. A segment's nonce is its number and, in the last byte, whether it is the last: so
// none can be left out, repeated, put elsewhere or cut off.
const (
	segment  = 64 << 10
	saltSize = 16
	tagSize  = 16
)

type segments struct {
	aead  cipher.AEAD
	place []byte
	nonce [12]byte
	n     uint64
}

func (k *key) segments(p Place, salt []byte) (segments, error) {
	block, err := aes.NewCipher(k.derive(salt, "file", 32))
	if err != nil {
		return segments{}, err
	}
	aead, err := cipher.NewGCM(block)
	return segments{aead: aead, place: p.bound()}, err
}

func (s *segments) next(last bool) []byte {
	binary.BigEndian.PutUint64(s.nonce[3:11], s.n)
	s.nonce[11] = 0
	if last {
		s.nonce[11] = 1
	}
	s.n++
	return s.nonce[:]
}

// SealFile returns a writer that seals what it is given for a place and writes it to w. Only its Close makes it whole: a file
// whose writer was not closed does not open. w stays open.
func (v *Vault) SealFile(w io.Writer, p Place) (io.WriteCloser, error) {
	k, salt := v.keys[0], random(saltSize)
	s, err := k.segments(p, salt)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(append(append([]byte{fileForm}, k.id[:]...), salt...)); err != nil {
		return nil, err
	}
	return &fileWriter{segments: s, to: w, plain: make([]byte, 0, segment)}, nil
}

type fileWriter struct {
	segments
	to    io.Writer
	plain []byte
	out   []byte
	err   error
}

func (f *fileWriter) Write(p []byte) (n int, err error) {
	for len(p) > 0 && f.err == nil {
		if len(f.plain) == segment { // only now is it known that this one is not the last
			f.flush(false)
			continue
		}
		take := min(segment-len(f.plain), len(p))
		f.plain = append(f.plain, p[:take]...)
		p, n = p[take:], n+take
	}
	return n, f.err
}

func (f *fileWriter) flush(last bool) {
	f.out = f.aead.Seal(f.out[:0], f.next(last), f.plain, f.place)
	f.plain = f.plain[:0]
	_, f.err = f.to.Write(f.out)
}

var errClosed = errors.New("the sealed file is closed")

func (f *fileWriter) Close() error {
	if f.err != nil {
		return f.err
	}
	f.flush(true)
	if f.err != nil {
		return f.err
	}
	f.err = errClosed
	return nil
}

// OpenFile returns a reader of what was sealed for the place. It ends in io.EOF only where the file is whole; otherwise in an
// [ErrSealed], after which what was read before must not be used.
func (v *Vault) OpenFile(r io.Reader, p Place) (io.Reader, error) {
	front := make([]byte, 1+len(KeyID{})+saltSize)
	if _, err := io.ReadFull(r, front); err != nil {
		return nil, fmt.Errorf("%s: %w", p, cutShort(err))
	}
	if front[0] != fileForm {
		return nil, fmt.Errorf("%w: %s: it is no sealed file", ErrSealed, p)
	}
	k, err := v.find(front[1 : 1+len(KeyID{})])
	if err != nil {
		return nil, fmt.Errorf("%s: %w", p, err)
	}
	s, err := k.segments(p, front[1+len(KeyID{}):])
	if err != nil {
		return nil, err
	}
	return &fileReader{segments: s, from: bufio.NewReaderSize(r, segment+tagSize), name: p.String()}, nil
}

type fileReader struct {
	segments
	from  *bufio.Reader
	name  string
	buf   []byte
	plain bytes.Reader
	err   error
}

func (f *fileReader) Read(p []byte) (int, error) {
	for f.plain.Len() == 0 && f.err == nil {
		f.fill()
	}
	if f.plain.Len() > 0 {
		return f.plain.Read(p)
	}
	return 0, f.err
}

func (f *fileReader) fill() {
	if f.buf == nil {
		f.buf = make([]byte, segment+tagSize)
	}
	n, err := io.ReadFull(f.from, f.buf)
	last := err != nil
	if err == nil {
		_, peek := f.from.Peek(1)
		last = peek != nil
		err = peek
	}
	if last && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		f.err = err
		return
	}
	plain, err := f.aead.Open(f.buf[:0], f.next(last), f.buf[:n], f.place)
	if err != nil {
		f.err = fmt.Errorf("%w: %s: it was changed, cut short or moved", ErrSealed, f.name)
		return
	}
	f.plain.Reset(plain)
	if last {
		f.err = io.EOF
	}
}

func cutShort(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("%w: it is cut short", ErrSealed)
	}
	return err
}
