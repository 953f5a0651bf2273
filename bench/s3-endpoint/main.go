// Command s3-endpoint is a small, fast S3 endpoint in memory, for benchmarks of S3 clients: it counts every
// request by operation, can add latency to each, and speaks HTTP and TLS on 127.0.0.1, or on the
// address of a line that the benchmark has made.
//
// It stores what a client sends and checks its checksums; it does not check signatures, which costs the
// server of a benchmark time and tells nothing about the client.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"time"
)

func main() {
	listen := flag.String("listen", "127.0.0.1", "address to listen on")
	ca := flag.String("ca", "", "file to write the certificate authority of the TLS listener to (PEM)")
	sumsFrom := flag.Int("sums-from", 0, "bodies and parts of so many `bytes` are dropped, and only their sums kept (0: none)")
	flag.Parse()
	if *ca == "" {
		log.Fatal("s3-endpoint: -ca FILE is needed")
	}
	if err := serve(*ca, *listen, *sumsFrom); err != nil {
		log.Fatal("s3-endpoint: ", err)
	}
}

// serve listens on two free ports, prints them as one line of JSON, and ends with standard input, so that
// no endpoint outlives its parent process.
func serve(caFile, host string, sumsFrom int) error {
	certificates, err := newCertificates()
	if err != nil {
		return err
	}
	if err := os.WriteFile(caFile, certificates.authority, 0o600); err != nil {
		return err
	}
	plain, err := net.Listen("tcp", net.JoinHostPort(host, "0"))
	if err != nil {
		return err
	}
	secure, err := net.Listen("tcp", net.JoinHostPort(host, "0"))
	if err != nil {
		return err
	}
	counts := newCounts()
	objects := newStore()
	objects.sumsFrom = sumsFrom
	server := &http.Server{
		Handler:     &endpoint{counts: counts, store: objects},
		ConnState:   counts.connection,
		TLSConfig:   certificates.server,
		IdleTimeout: 10 * time.Minute,
		// A client that ends in the middle of a handshake is none of our business.
		ErrorLog: log.New(io.Discard, "", 0),
	}
	failed := make(chan error, 2)
	go func() { failed <- server.Serve(plain) }()
	go func() { failed <- server.ServeTLS(secure, "", "") }()
	go func() {
		// Nothing is ever sent: reading ends when the other side does.
		_, err := os.Stdin.Read(make([]byte, 1))
		_ = err
		failed <- nil
	}()
	ports := map[string]int{"http": port(plain), "https": port(secure)}
	line, err := json.Marshal(ports)
	if err != nil {
		return err
	}
	fmt.Println(string(line))
	return <-failed
}

func port(listener net.Listener) int {
	return listener.Addr().(*net.TCPAddr).Port
}
