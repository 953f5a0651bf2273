package main

import (
	"bytes"
	"crypto/md5"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

type client struct {
	t      *testing.T
	server *httptest.Server
}

func newClient(t *testing.T) client {
	return newClientOf(t, newStore())
}

func newClientOf(t *testing.T, objects *store) client {
	server := httptest.NewServer(&endpoint{counts: newCounts(), store: objects})
	t.Cleanup(server.Close)
	return client{t, server}
}

// send makes a request and returns the answer with its whole body.
func (c client) send(method, path string, body []byte, headers ...string) (*http.Response, string) {
	c.t.Helper()
	request, err := http.NewRequest(method, c.server.URL+path, bytes.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	for at := 0; at < len(headers); at += 2 {
		request.Header.Set(headers[at], headers[at+1])
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		c.t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	return answer, string(text)
}

func (c client) equal(what string, found, wanted any) {
	c.t.Helper()
	if found != wanted {
		c.t.Errorf("%s: %v, not %v", what, found, wanted)
	}
}

func crc(text string) string {
	sum := crc32.ChecksumIEEE([]byte(text))
	return base64.StdEncoding.EncodeToString([]byte{byte(sum >> 24), byte(sum >> 16), byte(sum >> 8), byte(sum)})
}

func TestAnObjectComesBackWithItsHeaders(t *testing.T) {
	c := newClient(t)
	put, _ := c.send("PUT", "/b/a", []byte("hello"), "x-amz-meta-mode", "0644", "x-amz-checksum-crc32", crc("hello"))
	c.equal("etag", put.Header.Get("ETag"), `"5d41402abc4b2a76b9719d911017c592"`)
	got, body := c.send("GET", "/b/a", nil, "x-amz-checksum-mode", "ENABLED")
	c.equal("body", body, "hello")
	c.equal("metadata", got.Header.Get("x-amz-meta-mode"), "0644")
	c.equal("checksum", got.Header.Get("x-amz-checksum-crc32"), crc("hello"))
}

func TestAWriteHasConditions(t *testing.T) {
	c := newClient(t)
	first, _ := c.send("PUT", "/b/a", []byte("one"), "If-None-Match", "*")
	c.equal("new", first.StatusCode, 200)
	again, body := c.send("PUT", "/b/a", []byte("two"), "If-None-Match", "*")
	c.equal("there already", again.StatusCode, 412)
	c.equal("code", strings.Contains(body, "<Code>PreconditionFailed</Code>"), true)
	other, _ := c.send("PUT", "/b/a", []byte("two"), "If-Match", `"0"`)
	c.equal("another", other.StatusCode, 412)
	missing, _ := c.send("PUT", "/b/none", []byte("two"), "If-Match", first.Header.Get("ETag"))
	c.equal("missing", missing.StatusCode, 412)
	same, _ := c.send("PUT", "/b/a", []byte("two"), "If-Match", first.Header.Get("ETag"))
	c.equal("the same", same.StatusCode, 200)
	_, body = c.send("GET", "/b/a", nil)
	c.equal("body", body, "two")
}

func TestManyAreDeletedAtOnce(t *testing.T) {
	c := newClient(t)
	for _, name := range []string{"a", "b", "c&d"} {
		c.send("PUT", "/b/"+strings.ReplaceAll(name, "&", "%26"), []byte(name))
	}
	request := "<Delete><Object><Key>a</Key></Object><Object><Key>c&amp;d</Key></Object><Object><Key>none</Key></Object><Quiet>true</Quiet></Delete>"
	answer, body := c.send("POST", "/b/?delete", []byte(request))
	c.equal("status", answer.StatusCode, 200)
	c.equal("quiet", strings.Contains(body, "Deleted>"), false)
	_, list := c.send("GET", "/b/?list-type=2", nil)
	c.equal("left", strings.Count(list, "<Key>"), 1)
	c.equal("which", strings.Contains(list, "<Key>b</Key>"), true)
	bad, _ := c.send("POST", "/b/?delete", []byte("<Delete>"))
	c.equal("no XML", bad.StatusCode, 400)
}

func TestAWrongChecksumIsRefused(t *testing.T) {
	c := newClient(t)
	bad, _ := c.send("PUT", "/b/a", []byte("hello"), "x-amz-checksum-crc32", crc("hallo"))
	c.equal("crc32", bad.StatusCode, 400)
	bad, _ = c.send("PUT", "/b/a", []byte("hello"), "Content-Md5", "AAAAAAAAAAAAAAAAAAAAAA==")
	c.equal("md5", bad.StatusCode, 400)
	missing, _ := c.send("GET", "/b/a", nil)
	c.equal("stored", missing.StatusCode, 404)
}

func TestRanges(t *testing.T) {
	c := newClient(t)
	c.send("PUT", "/b/a", []byte("0123456789"))
	for header, wanted := range map[string]string{
		"bytes=0-3": "0123", "bytes=4-": "456789", "bytes=-2": "89", "bytes=8-99": "89",
	} {
		got, body := c.send("GET", "/b/a", nil, "Range", header)
		c.equal(header, body, wanted)
		c.equal(header, got.StatusCode, 206)
	}
	beyond, _ := c.send("GET", "/b/a", nil, "Range", "bytes=10-")
	c.equal("beyond", beyond.StatusCode, 416)
}

func TestChunkedBodiesWithATrailer(t *testing.T) {
	c := newClient(t)
	body := "5\r\nhello\r\n6;chunk-signature=00\r\n world\r\n0\r\nx-amz-checksum-crc32:" + crc("hello world") + "\r\n\r\n"
	headers := []string{"x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER", "x-amz-decoded-content-length", "11"}
	put, _ := c.send("PUT", "/b/a", []byte(body), headers...)
	c.equal("status", put.StatusCode, 200)
	_, text := c.send("GET", "/b/a", nil)
	c.equal("body", text, "hello world")
	bad, _ := c.send("PUT", "/b/a", []byte(strings.Replace(body, " world", " earth", 1)), headers...)
	c.equal("another body", bad.StatusCode, 400)
}

func TestPartsMakeAnObject(t *testing.T) {
	c := newClient(t)
	_, created := c.send("POST", "/b/a?uploads", nil, "x-amz-checksum-algorithm", "CRC32", "x-amz-meta-mtime", "1")
	id := strings.Split(strings.Split(created, "<UploadId>")[1], "<")[0]
	list, sums := "", []byte{}
	for number, text := range []string{"first", "second"} {
		path := fmt.Sprintf("/b/a?partNumber=%d&uploadId=%s", number+1, id)
		put, _ := c.send("PUT", path, []byte(text), "x-amz-checksum-crc32", crc(text))
		sum := md5.Sum([]byte(text))
		sums = append(sums, sum[:]...)
		list += fmt.Sprintf("<Part><PartNumber>%d</PartNumber><ETag>%s</ETag></Part>", number+1, put.Header.Get("ETag"))
	}
	wrong := strings.Replace(list, `"`, `"0`, 1)
	bad, _ := c.send("POST", "/b/a?uploadId="+id, []byte("<CompleteMultipartUpload>"+wrong+"</CompleteMultipartUpload>"))
	c.equal("wrong part", bad.StatusCode, 400)
	c.send("POST", "/b/a?uploadId="+id, []byte("<CompleteMultipartUpload>"+list+"</CompleteMultipartUpload>"))
	got, body := c.send("GET", "/b/a", nil, "x-amz-checksum-mode", "ENABLED")
	all := md5.Sum(sums)
	c.equal("body", body, "firstsecond")
	c.equal("etag", got.Header.Get("ETag"), `"`+hex.EncodeToString(all[:])+`-2"`)
	c.equal("checksum", strings.HasSuffix(got.Header.Get("x-amz-checksum-crc32"), "-2"), true)
	c.equal("metadata", got.Header.Get("x-amz-meta-mtime"), "1")
	part, body := c.send("GET", "/b/a?partNumber=2", nil)
	c.equal("part", body, "second")
	c.equal("parts", part.Header.Get("x-amz-mp-parts-count"), "2")
	_, body = c.send("GET", "/b/a", nil, "Range", "bytes=3-6")
	c.equal("over both parts", body, "stse")
}

func TestLargeBodiesAreDroppedAndTheirSumsKept(t *testing.T) {
	objects := newStore()
	objects.sumsFrom = 6
	c := newClientOf(t, objects)
	large, small := md5.Sum([]byte("second")), md5.Sum([]byte("first"))
	put, _ := c.send("PUT", "/b/large", []byte("second"), "x-amz-checksum-crc32", crc("second"))
	c.equal("etag", put.Header.Get("ETag"), `"`+hex.EncodeToString(large[:])+`"`)
	got, body := c.send("GET", "/b/large", nil, "x-amz-checksum-mode", "ENABLED")
	c.equal("content", body, "\x00\x00\x00\x00\x00\x00")
	c.equal("checksum", got.Header.Get("x-amz-checksum-crc32"), crc("second"))
	put, _ = c.send("PUT", "/b/small", []byte("first"))
	c.equal("etag", put.Header.Get("ETag"), `"`+hex.EncodeToString(small[:])+`"`)
	_, body = c.send("GET", "/b/small", nil)
	c.equal("content", body, "first")
	objects.clear("")
	c.equal("blocks to be used again", len(objects.blocks.free), 0)
}

func TestListingsPageByPage(t *testing.T) {
	c := newClient(t)
	for at := 0; at < 5; at++ {
		c.send("PUT", fmt.Sprintf("/b/p/k%d%%20x", at), nil)
	}
	c.send("PUT", "/b/p/sub/one", nil)
	c.send("PUT", "/b/p/sub/two", nil)
	c.send("PUT", "/b/q", nil)
	seen, token := 0, ""
	for page := 0; page < 9; page++ {
		_, text := c.send("GET", "/b?list-type=2&prefix=p/&max-keys=2&encoding-type=url"+token, nil)
		seen += strings.Count(text, "<Key>")
		if !strings.Contains(text, "<IsTruncated>true") {
			break
		}
		next := strings.Split(strings.Split(text, "<NextContinuationToken>")[1], "<")[0]
		token = "&continuation-token=" + strings.ReplaceAll(next, " ", "%20")
	}
	c.equal("keys", seen, 7)
	_, text := c.send("GET", "/b?list-type=2&prefix=p/&delimiter=/&encoding-type=url", nil)
	c.equal("encoded", strings.Contains(text, "<Key>p/k0+x</Key>"), true)
	c.equal("keys beside folders", strings.Count(text, "<Key>"), 5)
	c.equal("folders", strings.Count(text, "<CommonPrefixes><Prefix>p/sub/</Prefix></CommonPrefixes>"), 1)
}

func TestCounts(t *testing.T) {
	c := newClient(t)
	c.send("PUT", "/b/a", []byte("hello"))
	c.send("GET", "/b/a", nil)
	c.send("HEAD", "/b/none", nil)
	_, text := c.send("GET", "/_counts", nil)
	c.equal("operations", strings.Contains(text, `"operations":{"GetObject":1,"HeadObject":1,"PutObject":1}`), true)
	c.equal("statuses", strings.Contains(text, `"statuses":{"200":2,"404":1}`), true)
	c.send("POST", "/_reset?latency=0", nil)
	_, text = c.send("GET", "/_counts", nil)
	c.equal("after a reset", strings.Contains(text, `"operations":{}`), true)
}
