package main

import (
	"encoding/hex"
	"encoding/xml"
	"net/http"
	"net/url"
	"sort"
	"strconv"
	"strings"
)

const pageMax = 1000

// timestamp is how times look in listings.
const timestamp = "2006-01-02T15:04:05.000Z"

type listEntry struct {
	Key          string
	LastModified string
	ETag         string
	Size         int64
	StorageClass string
}

type commonPrefix struct {
	Prefix string
}

// listPage is one page of a listing, of version 1 or 2: a client reads the elements of its own.
type listPage struct {
	XMLName               xml.Name `xml:"ListBucketResult"`
	Name                  string
	Prefix                string
	Delimiter             string `xml:",omitempty"`
	EncodingType          string `xml:",omitempty"`
	MaxKeys               int
	KeyCount              int
	IsTruncated           bool
	NextContinuationToken string `xml:",omitempty"`
	NextMarker            string `xml:",omitempty"`
	Contents              []listEntry
	CommonPrefixes        []commonPrefix
}

func (e *endpoint) list(w *answer, bucket string, query url.Values) {
	prefix, delimiter := query.Get("prefix"), query.Get("delimiter")
	encode := func(text string) string { return text }
	if query.Get("encoding-type") == "url" {
		// Slashes stay, as in S3's answers; a space is "+".
		encode = func(text string) string { return strings.ReplaceAll(url.QueryEscape(text), "%2F", "/") }
	}
	limit := pageMax
	if asked, err := strconv.Atoi(query.Get("max-keys")); err == nil && asked < limit {
		limit = asked
	}
	page := listPage{
		Name:         bucket,
		Prefix:       encode(prefix),
		Delimiter:    encode(delimiter),
		EncodingType: query.Get("encoding-type"),
		MaxKeys:      limit,
	}
	after := ""
	for _, parameter := range []string{"start-after", "marker", "continuation-token"} {
		if given := query.Get(parameter); given != "" {
			after = bucket + "/" + given
		}
	}
	group, last := "", ""
	for _, name := range e.store.names(bucket+"/"+prefix, after) {
		key := name[len(bucket)+1:]
		if group != "" && strings.HasPrefix(key, group) {
			last = key
			continue
		}
		if page.KeyCount == limit {
			page.IsTruncated = true
			page.NextContinuationToken = last
			page.NextMarker = encode(last)
			break
		}
		page.KeyCount++
		last = key
		if at := strings.Index(key[len(prefix):], delimiter); delimiter != "" && at >= 0 {
			group = key[:len(prefix)+at+len(delimiter)]
			page.CommonPrefixes = append(page.CommonPrefixes, commonPrefix{encode(group)})
			continue
		}
		// It may have been removed meanwhile.
		if found := e.store.get(name); found != nil {
			page.Contents = append(page.Contents, listEntry{
				Key:          encode(key),
				LastModified: found.modified.Format(timestamp),
				ETag:         found.etag,
				Size:         found.size,
				StorageClass: "STANDARD",
			})
		}
	}
	w.xml(http.StatusOK, page)
}

type listedUpload struct {
	Key       string
	UploadID  string `xml:"UploadId"`
	Initiated string
}

// listUploads answers with every upload that is not complete, on one page.
func (e *endpoint) listUploads(w *answer, bucket, prefix string) {
	found := []listedUpload{}
	e.store.mutex.RLock()
	for id, u := range e.store.uploads {
		if strings.HasPrefix(u.name, bucket+"/"+prefix) {
			found = append(found, listedUpload{u.name[len(bucket)+1:], id, u.began.Format(timestamp)})
		}
	}
	e.store.mutex.RUnlock()
	sort.Slice(found, func(a, b int) bool { return found[a].Key < found[b].Key })
	w.xml(http.StatusOK, struct {
		XMLName     xml.Name `xml:"ListMultipartUploadsResult"`
		Bucket      string
		IsTruncated bool
		Upload      []listedUpload
	}{Bucket: bucket, Upload: found})
}

type listedPart struct {
	PartNumber     int
	LastModified   string
	ETag           string
	Size           int
	ChecksumCRC32  string `xml:",omitempty"`
	ChecksumCRC32C string `xml:",omitempty"`
}

// listParts answers with a page of the parts that an upload has so far.
func (e *endpoint) listParts(w *answer, bucket, key string, query url.Values) {
	from := e.upload(query.Get("uploadId"))
	if from == nil {
		w.fail(http.StatusNotFound, "NoSuchUpload", "there is no such upload")
		return
	}
	after, err := strconv.Atoi(query.Get("part-number-marker"))
	if err != nil {
		after = 0
	}
	found := []listedPart{}
	from.mutex.Lock()
	for number, each := range from.parts {
		if number > after {
			found = append(found, listedPart{
				number, each.modified.Format(timestamp), `"` + hex.EncodeToString(each.md5[:]) + `"`, len(each.body),
				each.checksum["x-amz-checksum-crc32"], each.checksum["x-amz-checksum-crc32c"],
			})
		}
	}
	from.mutex.Unlock()
	sort.Slice(found, func(a, b int) bool { return found[a].PartNumber < found[b].PartNumber })
	page := struct {
		XMLName              xml.Name `xml:"ListPartsResult"`
		Bucket               string
		Key                  string
		UploadID             string `xml:"UploadId"`
		IsTruncated          bool
		NextPartNumberMarker int
		Part                 []listedPart
	}{Bucket: bucket, Key: key, UploadID: query.Get("uploadId"), Part: found}
	if len(found) > pageMax {
		page.IsTruncated = true
		page.Part = found[:pageMax]
		page.NextPartNumberMarker = found[pageMax-1].PartNumber
	}
	w.xml(http.StatusOK, page)
}
