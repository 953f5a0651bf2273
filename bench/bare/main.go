// Command bare carries files to and from an S3 endpoint of the benchmarks and does nothing besides: what it takes is
// what no client on that machine can be much faster than. It has connections of its own, a CRC-32 of every byte,
// and reads or writes the same files; no signatures, no retries, no metadata, no temporary names.
//
//	bare put URL BUCKET PREFIX FOLDER CONNECTIONS [CA.pem]
//	bare get URL BUCKET PREFIX FOLDER CONNECTIONS [CA.pem]
package main

import (
	"fmt"
	"log"
	"os"
	"strconv"
	"sync"
)

// partSize is how much of a large object is one request.
const partSize = 8 << 20

// piece is one request: a whole object, or a part of one.
type piece struct {
	object *object
	number int
	offset int64
	size   int64
}

// object is a file and its key.
type object struct {
	path   string
	key    string
	size   int64
	upload string
	etags  []string
}

// pieces are the requests for an object.
func (o *object) pieces() []piece {
	all := []piece{{o, 1, 0, min(o.size, partSize)}}
	for at := int64(partSize); at < o.size; at += partSize {
		all = append(all, piece{o, len(all) + 1, at, min(o.size-at, partSize)})
	}
	return all
}

func main() {
	if len(os.Args) < 7 {
		log.Fatal("bare put|get URL BUCKET PREFIX FOLDER CONNECTIONS [CA.pem]")
	}
	verb, folder := os.Args[1], os.Args[5]
	place, err := newPlace(os.Args[2], os.Args[3], os.Args[4], os.Args[7:])
	check(err)
	connections, err := strconv.Atoi(os.Args[6])
	check(err)
	first, err := place.connect()
	check(err)
	var objects []*object
	work := (*connection).get
	if verb == "put" {
		objects, err = place.filesOf(folder)
		work = (*connection).put
	} else {
		objects, err = first.list(folder)
	}
	check(err)
	var pieces []piece
	for _, each := range objects {
		some := each.pieces()
		if verb == "put" && len(some) > 1 {
			check(first.begin(each, len(some)))
		}
		pieces = append(pieces, some...)
	}
	check(carry(pieces, first, min(connections, len(pieces)), work))
	for _, each := range objects {
		if each.upload != "" {
			check(first.complete(each))
		}
	}
}

// carry lets every connection take the next piece until none is left.
func carry(pieces []piece, first *connection, connections int, work func(*connection, piece) error) error {
	queue := make(chan piece, len(pieces))
	for _, each := range pieces {
		queue <- each
	}
	close(queue)
	failed := make(chan error, connections)
	var running sync.WaitGroup
	for i := 0; i < connections; i++ {
		running.Add(1)
		go func(own *connection, isFirst bool) {
			defer running.Done()
			if !isFirst {
				var err error
				if own, err = first.place.connect(); err != nil {
					failed <- err
					return
				}
			}
			for each := range queue {
				if err := work(own, each); err != nil {
					failed <- fmt.Errorf("%s: %w", each.object.key, err)
					return
				}
			}
		}(first, i == 0)
	}
	running.Wait()
	close(failed)
	return <-failed
}

func check(err error) {
	if err != nil {
		log.Fatal("bare: ", err)
	}
}
