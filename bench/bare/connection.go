package main

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
)

// place is where objects are.
type place struct {
	url     *url.URL
	bucket  string
	prefix  string
	trusted *tls.Config
}

func newPlace(address, bucket, prefix string, ca []string) (*place, error) {
	at, err := url.Parse(address)
	if err != nil || len(ca) == 0 {
		return &place{at, bucket, prefix, nil}, err
	}
	pem, err := os.ReadFile(ca[0])
	if err != nil {
		return nil, err
	}
	authorities := x509.NewCertPool()
	authorities.AppendCertsFromPEM(pem)
	return &place{at, bucket, prefix, &tls.Config{RootCAs: authorities, ServerName: at.Hostname()}}, nil
}

// connection does one request after the other.
type connection struct {
	*place
	net.Conn
	reader *bufio.Reader
	buffer []byte
}

func (p *place) connect() (*connection, error) {
	var conn net.Conn
	var err error
	if p.trusted != nil {
		conn, err = tls.Dial("tcp", p.url.Host, p.trusted)
	} else {
		conn, err = net.Dial("tcp", p.url.Host)
	}
	if err != nil {
		return nil, err
	}
	return &connection{p, conn, bufio.NewReaderSize(conn, 64<<10), make([]byte, 256<<10)}, nil
}

// ask sends a request; the answer's body has to be read whole.
func (c *connection) ask(method, target, headers string, body []byte) (*http.Response, error) {
	head := fmt.Sprintf("%s /%s/%s HTTP/1.1\r\nHost: %s\r\nContent-Length: %d\r\n%s\r\n",
		method, c.bucket, target, c.url.Host, len(body), headers)
	if _, err := c.Write([]byte(head)); err != nil {
		return nil, err
	}
	if _, err := c.Write(body); err != nil {
		return nil, err
	}
	answer, err := http.ReadResponse(c.reader, nil)
	if err == nil && answer.StatusCode >= 300 {
		err = errors.New(answer.Status)
	}
	return answer, err
}

// text is the whole body of an answer.
func (c *connection) text(method, target string, body []byte) (string, error) {
	answer, err := c.ask(method, target, "", body)
	if err != nil {
		return "", err
	}
	text, err := io.ReadAll(answer.Body)
	return string(text), err
}
