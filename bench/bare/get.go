package main

import (
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

var listed = regexp.MustCompile(`<Key>([^<]*)</Key>.*?<Size>(\d+)</Size>`)
var token = regexp.MustCompile(`<NextContinuationToken>([^<]*)<`)

// list finds the objects below the prefix, and makes their folders.
func (c *connection) list(folder string) ([]*object, error) {
	var found []*object
	after := ""
	for {
		page, err := c.text("GET", "?list-type=2&prefix="+c.prefix+"/"+after, nil)
		if err != nil {
			return nil, err
		}
		for _, match := range listed.FindAllStringSubmatch(page, -1) {
			size, err := strconv.ParseInt(match[2], 10, 64)
			if err != nil {
				return nil, err
			}
			path := filepath.Join(folder, strings.TrimPrefix(match[1], c.prefix))
			found = append(found, &object{path: path, key: match[1], size: size})
		}
		next := token.FindStringSubmatch(page)
		if next == nil {
			break
		}
		after = "&continuation-token=" + next[1]
	}
	made := map[string]bool{}
	for _, each := range found {
		if folder := filepath.Dir(each.path); !made[folder] {
			made[folder] = true
			if err := os.MkdirAll(folder, 0o777); err != nil {
				return nil, err
			}
		}
	}
	return found, nil
}

// get fetches a piece, and writes it at its place while it comes.
func (c *connection) get(p piece) error {
	headers := ""
	if p.size < p.object.size {
		headers = fmt.Sprintf("Range: bytes=%d-%d\r\n", p.offset, p.offset+p.size-1)
	}
	answer, err := c.ask("GET", p.object.key, "x-amz-checksum-mode: ENABLED\r\n"+headers, nil)
	if err != nil {
		return err
	}
	file, err := os.OpenFile(p.object.path, os.O_WRONLY|os.O_CREATE, 0o666)
	if err != nil {
		return err
	}
	sum := uint32(0)
	for at := p.offset; err == nil; {
		var n int
		n, err = answer.Body.Read(c.buffer)
		sum = crc32.Update(sum, crc32.IEEETable, c.buffer[:n])
		if _, failed := file.WriteAt(c.buffer[:n], at); failed != nil {
			return failed
		}
		at += int64(n)
	}
	if err != io.EOF {
		return err
	}
	if told := answer.Header.Get("x-amz-checksum-crc32"); told != "" && told != encode(sum) {
		return errors.New("the checksum is another one")
	}
	return file.Close()
}
