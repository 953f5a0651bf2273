package main

import (
	"bufio"
	"encoding/base64"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"hash/crc64"
	"io"
	"net/http"
	"strconv"
	"strings"

	"crypto/sha1"
	"crypto/sha256"
)

const checksumHeader = "X-Amz-Checksum-"

// crc64NVME is the polynomial of x-amz-checksum-crc64nvme, reversed as hash/crc64 takes it.
var crc64NVME = crc64.MakeTable(0x9a6c9329ac4bc9b5)

var checksums = map[string]func() hash.Hash{
	"crc32":     func() hash.Hash { return crc32.NewIEEE() },
	"crc32c":    func() hash.Hash { return crc32.New(crc32.MakeTable(crc32.Castagnoli)) },
	"crc64nvme": func() hash.Hash { return crc64.New(crc64NVME) },
	"sha1":      sha1.New,
	"sha256":    sha256.New,
}

var (
	errIncomplete  = errors.New("the body is shorter than it says")
	errBadChecksum = errors.New("the body does not have the checksum that was sent with it")
)

// readBody reads a request's whole body, aws-chunked or not, and checks the checksum that came with it.
// It returns the body and that checksum, by the name of its header in lower case.
func (e *endpoint) readBody(r *http.Request) ([]byte, map[string]string, error) {
	headers := r.Header
	var body []byte
	var err error
	if strings.HasPrefix(headers.Get("X-Amz-Content-Sha256"), "STREAMING-") {
		body, headers, err = e.readChunks(r)
	} else {
		body, err = e.readPlain(r.Body, r.ContentLength)
	}
	if err != nil {
		return nil, nil, err
	}
	found := map[string]string{}
	for name, values := range headers {
		algorithm := strings.ToLower(strings.TrimPrefix(name, checksumHeader))
		if !strings.HasPrefix(name, checksumHeader) || algorithm == "type" || algorithm == "algorithm" {
			continue
		}
		begin, known := checksums[algorithm]
		if !known {
			return nil, nil, fmt.Errorf("%s is not known here", name)
		}
		sum := begin()
		sum.Write(body)
		if base64.StdEncoding.EncodeToString(sum.Sum(nil)) != values[0] {
			return nil, nil, errBadChecksum
		}
		found[strings.ToLower(name)] = values[0]
	}
	return body, found, nil
}

func (e *endpoint) readPlain(from io.Reader, length int64) ([]byte, error) {
	if length < 0 {
		return io.ReadAll(from)
	}
	body := e.store.blocks.take(int(length))
	if _, err := io.ReadFull(from, body); err != nil {
		return nil, errIncomplete
	}
	return body, nil
}

// readChunks undoes the aws-chunked encoding: "<length in hex>[;chunk-signature=…]\r\n<bytes>\r\n" until a
// chunk of no bytes, then trailing headers. Source: Amazon S3 API Reference, "Signature calculations for
// the authorization header: transferring payload in multiple chunks".
func (e *endpoint) readChunks(r *http.Request) ([]byte, http.Header, error) {
	length, err := strconv.ParseInt(r.Header.Get("X-Amz-Decoded-Content-Length"), 10, 64)
	if err != nil {
		return nil, nil, errors.New("x-amz-decoded-content-length is not a number")
	}
	body := e.store.blocks.take(int(length))
	filled := body
	from := bufio.NewReaderSize(r.Body, 64<<10)
	for {
		line, err := from.ReadString('\n')
		if err != nil {
			return nil, nil, errIncomplete
		}
		text, _, _ := strings.Cut(strings.TrimRight(line, "\r\n"), ";")
		size, err := strconv.ParseInt(text, 16, 64)
		if err != nil || size > int64(len(filled)) {
			return nil, nil, errIncomplete
		}
		if size == 0 {
			break
		}
		if _, err := io.ReadFull(from, filled[:size]); err != nil {
			return nil, nil, errIncomplete
		}
		filled = filled[size:]
		if _, err := from.Discard(2); err != nil {
			return nil, nil, errIncomplete
		}
	}
	if len(filled) > 0 {
		return nil, nil, errIncomplete
	}
	trailers := http.Header{}
	for {
		line, err := from.ReadString('\n')
		name, value, found := strings.Cut(strings.TrimSpace(line), ":")
		if found {
			trailers.Set(name, strings.TrimSpace(value))
		}
		if err == io.EOF || strings.TrimSpace(line) == "" {
			return body, trailers, nil
		}
		if err != nil {
			return nil, nil, errIncomplete
		}
	}
}
