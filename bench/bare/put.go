package main

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// filesOf are the files below a folder.
func (p *place) filesOf(folder string) ([]*object, error) {
	var found []*object
	err := filepath.Walk(folder, func(path string, info os.FileInfo, err error) error {
		if err == nil && info.Mode().IsRegular() {
			key := p.prefix + strings.TrimPrefix(path, folder)
			found = append(found, &object{path: path, key: key, size: info.Size()})
		}
		return err
	})
	return found, err
}

func encode(sum uint32) string {
	return base64.StdEncoding.EncodeToString(binary.BigEndian.AppendUint32(nil, sum))
}

// put reads a piece and sends it.
func (c *connection) put(p piece) error {
	file, err := os.Open(p.object.path)
	if err != nil {
		return err
	}
	if int64(cap(c.buffer)) < p.size {
		c.buffer = make([]byte, p.size)
	}
	body := c.buffer[:p.size]
	if _, err := file.ReadAt(body, p.offset); err != nil {
		return err
	}
	target := p.object.key
	if p.object.upload != "" {
		target += fmt.Sprintf("?partNumber=%d&uploadId=%s", p.number, p.object.upload)
	}
	sum := crc32.ChecksumIEEE(body)
	answer, err := c.ask("PUT", target, "x-amz-checksum-crc32: "+encode(sum)+"\r\n", body)
	if err != nil {
		return err
	}
	if p.object.upload != "" {
		p.object.etags[p.number-1] = answer.Header.Get("ETag")
	}
	if _, err := io.Copy(io.Discard, answer.Body); err != nil {
		return err
	}
	return file.Close()
}

var uploadID = regexp.MustCompile(`<UploadId>([^<]*)<`)

// begin begins an upload in parts.
func (c *connection) begin(o *object, parts int) error {
	text, err := c.text("POST", o.key+"?uploads", nil)
	if err != nil {
		return err
	}
	found := uploadID.FindStringSubmatch(text)
	if found == nil {
		return errors.New("there is no UploadId")
	}
	o.upload, o.etags = found[1], make([]string, parts)
	return nil
}

// complete makes the object of its parts.
func (c *connection) complete(o *object) error {
	xml := "<CompleteMultipartUpload>"
	for at, etag := range o.etags {
		xml += fmt.Sprintf("<Part><PartNumber>%d</PartNumber><ETag>%s</ETag></Part>", at+1, etag)
	}
	_, err := c.text("POST", o.key+"?uploadId="+o.upload, []byte(xml+"</CompleteMultipartUpload>"))
	return err
}
