package main

import (
	"encoding/json"
	"encoding/xml"
	"hash/crc32"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// endpoint answers S3 requests with buckets in the path, and four of its own:
//
//	GET  /_counts             what was asked since the last reset
//	POST /_reset?latency=MS   counts from zero, and answers each request so much later from now on
//	POST /_clear?prefix=P     forgets the objects "bucket/key" that begin with P
//	GET  /_objects?prefix=P   size and CRC-32 of those objects, as a harness compares them with its files
type endpoint struct {
	counts  *counts
	store   *store
	latency atomic.Int64
	md5s    rememberedMD5
}

func (e *endpoint) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, "/_") {
		e.control(w, r)
		return
	}
	e.counts.begin()
	answer := &answer{ResponseWriter: w, endpoint: e, status: http.StatusOK}
	operation := e.serve(answer, r)
	e.counts.end(operation, answer.status)
}

func (e *endpoint) control(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	switch r.Method + " " + r.URL.Path {
	case "GET /_counts":
		reply(w, e.counts.report())
	case "POST /_reset":
		milliseconds, err := strconv.ParseInt(query.Get("latency"), 10, 64)
		if err != nil {
			http.Error(w, "latency: a number of milliseconds is needed", http.StatusBadRequest)
			return
		}
		e.latency.Store(milliseconds)
		e.counts.reset()
	case "POST /_clear":
		e.store.clear(query.Get("prefix"))
	case "GET /_objects":
		reply(w, e.objects(query.Get("prefix")))
	default:
		http.NotFound(w, r)
	}
}

// checked is an object as a harness compares it with a file.
type checked struct {
	Size  int64  `json:"size"`
	CRC32 uint32 `json:"crc32"`
}

func (e *endpoint) objects(prefix string) map[string]checked {
	found := map[string]checked{}
	for _, name := range e.store.names(prefix, "") {
		o := e.store.get(name)
		sum := uint32(0)
		for _, block := range o.blocks {
			sum = crc32.Update(sum, crc32.IEEETable, block)
		}
		found[name] = checked{o.size, sum}
	}
	return found
}

func reply(w http.ResponseWriter, value any) {
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(value); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
	}
}

// serve answers one S3 request and says which operation it was.
func (e *endpoint) serve(w *answer, r *http.Request) string {
	bucket, key, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	query := r.URL.Query()
	name := bucket + "/" + key
	switch {
	case key == "" && r.Method == http.MethodGet && query.Has("location"):
		w.xml(http.StatusOK, struct {
			XMLName xml.Name `xml:"LocationConstraint"`
		}{})
		return "GetBucketLocation"
	case key == "" && r.Method == http.MethodGet && query.Has("uploads"):
		e.listUploads(w, bucket, query.Get("prefix"))
		return "ListMultipartUploads"
	case key == "" && r.Method == http.MethodGet:
		e.list(w, bucket, query)
		return "ListObjects"
	case key == "" && r.Method == http.MethodHead:
		w.send(http.StatusOK)
		return "HeadBucket"
	case key == "" && r.Method == http.MethodPost && query.Has("delete"):
		e.deleteObjects(w, r, bucket)
		return "DeleteObjects"
	case key == "":
		w.fail(http.StatusNotImplemented, "NotImplemented", r.Method+" of a bucket")
		return "Other"
	case r.Method == http.MethodPost && query.Has("uploads"):
		e.createUpload(w, r, bucket, key)
		return "CreateMultipartUpload"
	case r.Method == http.MethodPut && query.Has("partNumber"):
		e.putPart(w, r, query)
		return "UploadPart"
	case r.Method == http.MethodPost && query.Has("uploadId"):
		e.completeUpload(w, r, bucket, key, query.Get("uploadId"))
		return "CompleteMultipartUpload"
	case r.Method == http.MethodDelete && query.Has("uploadId"):
		e.abortUpload(w, query.Get("uploadId"))
		return "AbortMultipartUpload"
	case r.Method == http.MethodPut && r.Header.Get("X-Amz-Copy-Source") == "":
		e.putObject(w, r, name)
		return "PutObject"
	case r.Method == http.MethodGet && query.Has("uploadId"):
		e.listParts(w, bucket, key, query)
		return "ListParts"
	case r.Method == http.MethodGet:
		e.getObject(w, r, name)
		return "GetObject"
	case r.Method == http.MethodHead:
		e.getObject(w, r, name)
		return "HeadObject"
	case r.Method == http.MethodDelete:
		e.store.remove(name)
		w.send(http.StatusNoContent)
		return "DeleteObject"
	}
	w.fail(http.StatusNotImplemented, "NotImplemented", r.Method+" of an object, with this query")
	return "Other"
}

// answer is a response that begins only after the endpoint's latency: by then the request has been read.
type answer struct {
	http.ResponseWriter
	endpoint *endpoint
	status   int
}

// send begins the response.
func (w *answer) send(status int) {
	w.status = status
	if latency := w.endpoint.latency.Load(); latency > 0 {
		time.Sleep(time.Duration(latency) * time.Millisecond)
	}
	w.Header().Set("x-amz-request-id", "0000000000000000")
	w.ResponseWriter.WriteHeader(status)
}

func (w *answer) xml(status int, value any) {
	body, err := xml.Marshal(value)
	if err != nil {
		w.fail(http.StatusInternalServerError, "InternalError", err.Error())
		return
	}
	body = append([]byte(xml.Header), body...)
	w.Header().Set("Content-Type", "application/xml")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.send(status)
	// A client that is gone needs no answer.
	_, _ = w.Write(body)
}

// fail answers with S3's form of an error.
func (w *answer) fail(status int, code, message string) {
	w.xml(status, struct {
		XMLName xml.Name `xml:"Error"`
		Code    string
		Message string
	}{Code: code, Message: message})
}
