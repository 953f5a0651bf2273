package main

import (
	"crypto/md5"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/xml"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

func (e *endpoint) createUpload(w *answer, r *http.Request, bucket, key string) {
	e.store.mutex.Lock()
	e.store.next++
	id := strconv.Itoa(e.store.next)
	e.store.uploads[id] = &upload{
		name:      bucket + "/" + key,
		headers:   keptHeaders(r.Header),
		began:     time.Now().UTC(),
		algorithm: strings.ToLower(r.Header.Get("X-Amz-Checksum-Algorithm")),
		whole:     r.Header.Get("X-Amz-Checksum-Type") == "FULL_OBJECT",
		parts:     map[int]part{},
	}
	e.store.mutex.Unlock()
	w.xml(http.StatusOK, struct {
		XMLName  xml.Name `xml:"InitiateMultipartUploadResult"`
		Bucket   string
		Key      string
		UploadID string `xml:"UploadId"`
	}{Bucket: bucket, Key: key, UploadID: id})
}

func (e *endpoint) upload(id string) *upload {
	e.store.mutex.RLock()
	defer e.store.mutex.RUnlock()
	return e.store.uploads[id]
}

func (e *endpoint) putPart(w *answer, r *http.Request, query url.Values) {
	number, err := strconv.Atoi(query.Get("partNumber"))
	into := e.upload(query.Get("uploadId"))
	if err != nil || into == nil {
		w.fail(http.StatusNotFound, "NoSuchUpload", "there is no such upload")
		return
	}
	body, checksum, err := e.readBody(r)
	if err != nil {
		failBody(w, err)
		return
	}
	sum := e.md5s.sum(body)
	e.counts.received.Add(int64(len(body)))
	body = e.store.kept(body)
	into.mutex.Lock()
	into.parts[number] = part{body: body, md5: sum, modified: time.Now().UTC(), checksum: checksum}
	into.mutex.Unlock()
	for header, value := range checksum {
		w.Header().Set(header, value)
	}
	w.Header().Set("ETag", `"`+hex.EncodeToString(sum[:])+`"`)
	w.send(http.StatusOK)
}

// completion is what a client sends to complete an upload.
type completion struct {
	Parts []struct {
		PartNumber int
		ETag       string
	} `xml:"Part"`
}

// completeUpload makes an object of the parts named. Its ETag is the MD5 of the parts' MD5s and their
// number, as S3's is.
func (e *endpoint) completeUpload(w *answer, r *http.Request, bucket, key, id string) {
	from := e.upload(id)
	if from == nil {
		w.fail(http.StatusNotFound, "NoSuchUpload", "there is no such upload")
		return
	}
	body, err := e.readPlain(r.Body, r.ContentLength)
	wanted := completion{}
	if err == nil {
		err = xml.Unmarshal(body, &wanted)
	}
	if err != nil || len(wanted.Parts) == 0 {
		w.fail(http.StatusBadRequest, "MalformedXML", "the list of parts cannot be read")
		return
	}
	stored := &object{modified: time.Now().UTC(), headers: from.headers}
	all := md5.New()
	from.mutex.Lock()
	for _, each := range wanted.Parts {
		one, found := from.parts[each.PartNumber]
		if !found || strings.Trim(each.ETag, `"`) != hex.EncodeToString(one.md5[:]) {
			from.mutex.Unlock()
			w.fail(http.StatusBadRequest, "InvalidPart", fmt.Sprintf("part %d is not what was sent", each.PartNumber))
			return
		}
		stored.blocks = append(stored.blocks, one.body)
		stored.size += int64(len(one.body))
		stored.parts = append(stored.parts, one.checksum)
		all.Write(one.md5[:])
	}
	from.mutex.Unlock()
	stored.etag = fmt.Sprintf(`"%s-%d"`, hex.EncodeToString(all.Sum(nil)), len(wanted.Parts))
	from.addChecksum(stored)
	e.store.put(bucket+"/"+key, stored)
	e.forget(id)
	w.xml(http.StatusOK, struct {
		XMLName xml.Name `xml:"CompleteMultipartUploadResult"`
		Bucket  string
		Key     string
		ETag    string
	}{Bucket: bucket, Key: key, ETag: stored.etag})
}

// addChecksum gives an object the checksum that its upload was begun with: of its bytes, or of its parts'
// checksums, followed by their number. Source: Amazon S3 User Guide, "Checking object integrity".
func (u *upload) addChecksum(to *object) {
	begin, known := checksums[u.algorithm]
	if !known {
		return
	}
	header := "x-amz-checksum-" + u.algorithm
	sum, suffix := begin(), ""
	if u.whole && u.algorithm == "crc32" {
		if whole, known := to.wholeCRC32(header); known {
			to.headers[header] = whole
			to.headers["x-amz-checksum-type"] = "FULL_OBJECT"
			return
		}
	}
	if u.whole {
		for _, block := range to.blocks {
			sum.Write(block)
		}
	} else {
		suffix = "-" + strconv.Itoa(len(to.parts))
		for _, each := range to.parts {
			bytes, err := base64.StdEncoding.DecodeString(each[header])
			if err != nil || len(bytes) == 0 {
				return
			}
			sum.Write(bytes)
		}
	}
	to.headers[header] = base64.StdEncoding.EncodeToString(sum.Sum(nil)) + suffix
	to.headers["x-amz-checksum-type"] = "COMPOSITE"
	if u.whole {
		to.headers["x-amz-checksum-type"] = "FULL_OBJECT"
	}
}

// wholeCRC32 is the CRC-32 of an object made of those of its parts, if all of them came with one.
func (o *object) wholeCRC32(header string) (string, bool) {
	sum := uint32(0)
	for i, checksums := range o.parts {
		bytes, err := base64.StdEncoding.DecodeString(checksums[header])
		if err != nil || len(bytes) != 4 {
			return "", false
		}
		sum = combineCRC32(sum, binary.BigEndian.Uint32(bytes), int64(len(o.blocks[i])))
	}
	return base64.StdEncoding.EncodeToString(binary.BigEndian.AppendUint32(nil, sum)), true
}

func (e *endpoint) abortUpload(w *answer, id string) {
	e.forget(id)
	w.send(http.StatusNoContent)
}

func (e *endpoint) forget(id string) {
	e.store.mutex.Lock()
	defer e.store.mutex.Unlock()
	delete(e.store.uploads, id)
}
