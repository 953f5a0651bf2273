package main

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// putObject stores a body. The ETag is its MD5, as S3's is for an object sent in one piece.
func (e *endpoint) putObject(w *answer, r *http.Request, name string) {
	body, checksum, err := e.readBody(r)
	if err != nil {
		failBody(w, err)
		return
	}
	sum := e.md5s.sum(body)
	if sent := r.Header.Get("Content-Md5"); sent != "" && sent != base64.StdEncoding.EncodeToString(sum[:]) {
		w.fail(http.StatusBadRequest, "BadDigest", "the body does not have the Content-MD5 that was sent with it")
		return
	}
	e.counts.received.Add(int64(len(body)))
	stored := &object{
		blocks:   [][]byte{e.store.kept(body)},
		size:     int64(len(body)),
		etag:     `"` + hex.EncodeToString(sum[:]) + `"`,
		modified: time.Now().UTC(),
		headers:  keptHeaders(r.Header),
	}
	for header, value := range checksum {
		stored.headers[header] = value
		w.Header().Set(header, value)
	}
	if !e.store.putIf(name, stored, condition(r.Header)) {
		w.fail(http.StatusPreconditionFailed, "PreconditionFailed", "the object is not as the request says")
		return
	}
	w.Header().Set("ETag", stored.etag)
	w.send(http.StatusOK)
}

// condition is what a conditional write wants to find.
func condition(headers http.Header) func(*object) bool {
	match, noneMatch := headers.Get("If-Match"), headers.Get("If-None-Match")
	return func(there *object) bool {
		if match != "" && (there == nil || there.etag != match) {
			return false
		}
		return noneMatch != "*" || there == nil
	}
}

func failBody(w *answer, err error) {
	if errors.Is(err, errBadChecksum) {
		w.fail(http.StatusBadRequest, "BadDigest", err.Error())
		return
	}
	w.fail(http.StatusBadRequest, "InvalidRequest", err.Error())
}

// keptHeaders are the headers of a request that come back with its object.
func keptHeaders(from http.Header) map[string]string {
	kept := map[string]string{"content-type": "binary/octet-stream"}
	for name, values := range from {
		lower := strings.ToLower(name)
		if lower == "content-type" || strings.HasPrefix(lower, "x-amz-meta-") {
			kept[lower] = values[0]
		}
	}
	return kept
}

// getObject answers GET and HEAD, whole or one range.
func (e *endpoint) getObject(w *answer, r *http.Request, name string) {
	found := e.store.get(name)
	if found == nil {
		if r.Method == http.MethodHead {
			w.send(http.StatusNotFound)
			return
		}
		w.fail(http.StatusNotFound, "NoSuchKey", "there is no such object")
		return
	}
	if want := r.Header.Get("If-Match"); want != "" && want != found.etag {
		w.fail(http.StatusPreconditionFailed, "PreconditionFailed", "the object has another ETag")
		return
	}
	first, last, ranged, ok := rangeOf(r.Header.Get("Range"), found.size)
	checksums := found.headers
	if number := r.URL.Query().Get("partNumber"); number != "" {
		first, last, checksums, ok = found.part(number)
		ranged = true
		w.Header().Set("x-amz-mp-parts-count", strconv.Itoa(len(found.blocks)))
	}
	if !ok {
		w.fail(http.StatusRequestedRangeNotSatisfiable, "InvalidRange", "the object is shorter")
		return
	}
	header := w.Header()
	for name, value := range found.headers {
		if !strings.HasPrefix(name, "x-amz-checksum-") {
			header.Set(name, value)
		}
	}
	// A checksum is of the whole object or of a part, not of any range, and given to those who ask for it.
	if r.Header.Get("X-Amz-Checksum-Mode") != "" && r.Header.Get("Range") == "" {
		for name, value := range checksums {
			if strings.HasPrefix(name, "x-amz-checksum-") {
				header.Set(name, value)
			}
		}
	}
	header.Set("ETag", found.etag)
	header.Set("Accept-Ranges", "bytes")
	header.Set("Last-Modified", found.modified.Format(http.TimeFormat))
	header.Set("Content-Length", strconv.FormatInt(last+1-first, 10))
	if ranged {
		header.Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", first, last, found.size))
		w.send(http.StatusPartialContent)
	} else {
		w.send(http.StatusOK)
	}
	if r.Method == http.MethodGet {
		e.write(w, found.blocks, first, last)
	}
}

// write sends the bytes first to last of a content in pieces.
func (e *endpoint) write(w *answer, blocks [][]byte, first, last int64) {
	at := int64(0)
	for _, block := range blocks {
		from, to := max(first-at, 0), min(last+1-at, int64(len(block)))
		at += int64(len(block))
		if from >= to {
			continue
		}
		n, err := w.Write(block[from:to])
		e.counts.sent.Add(int64(n))
		if err != nil {
			// The client is gone.
			return
		}
	}
}

// part says which bytes a part of an object in parts is, and its checksums.
func (o *object) part(number string) (first, last int64, checksums map[string]string, ok bool) {
	wanted, err := strconv.Atoi(number)
	if err != nil || wanted < 1 || wanted > len(o.blocks) {
		return 0, 0, nil, false
	}
	for _, block := range o.blocks[:wanted-1] {
		first += int64(len(block))
	}
	if wanted <= len(o.parts) {
		checksums = o.parts[wanted-1]
	}
	return first, first + int64(len(o.blocks[wanted-1])) - 1, checksums, true
}

// rangeOf reads a Range header with one range; without one, the range is the whole object.
func rangeOf(header string, size int64) (first, last int64, ranged, ok bool) {
	text, found := strings.CutPrefix(header, "bytes=")
	if !found {
		return 0, size - 1, false, true
	}
	from, to, _ := strings.Cut(text, "-")
	first, err := strconv.ParseInt(from, 10, 64)
	if from == "" {
		suffix, err := strconv.ParseInt(to, 10, 64)
		return max(size-suffix, 0), size - 1, true, err == nil && size > 0
	}
	if err != nil || first >= size {
		return 0, 0, true, false
	}
	last = size - 1
	if to != "" {
		end, err := strconv.ParseInt(to, 10, 64)
		if err != nil || end < first {
			return 0, 0, true, false
		}
		last = min(last, end)
	}
	return first, last, true, true
}
