package main

import (
	"sort"
	"strings"
	"sync"
	"time"
)

// object is what was stored under a key; it never changes once it is stored.
type object struct {
	// blocks are the content, in the pieces in which it came.
	blocks   [][]byte
	size     int64
	etag     string
	modified time.Time
	// headers are given back as they came: content type, user metadata, checksums.
	headers map[string]string
	// parts are the checksums of the blocks, for an object that was sent in parts.
	parts []map[string]string
}

// upload is a multipart upload that is not complete.
type upload struct {
	name    string
	headers map[string]string
	began   time.Time
	// algorithm of the checksums, such as crc32, or "".
	algorithm string
	// whole: the checksum of the object is that of its bytes, not of its parts' checksums.
	whole bool
	mutex sync.Mutex
	parts map[int]part
}

type part struct {
	body     []byte
	md5      [16]byte
	modified time.Time
	checksum map[string]string
}

// store is every object of every bucket, by "bucket/key".
type store struct {
	mutex   sync.RWMutex
	objects map[string]*object
	// sorted is every key in order; nil when it has to be made anew.
	sorted  []string
	uploads map[string]*upload
	next    int
	blocks  freeBlocks
	// sumsFrom is the size from which a body is dropped once its sums are known; 0: none is. What is got of it is zeros.
	sumsFrom int
	zeros    []byte
}

// kept is what is stored of a body.
func (s *store) kept(body []byte) []byte {
	if !s.drops(body) {
		return body
	}
	s.blocks.give(body)
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if len(s.zeros) < len(body) {
		s.zeros = make([]byte, len(body))
	}
	return s.zeros[:len(body)]
}

func (s *store) drops(body []byte) bool {
	return s.sumsFrom > 0 && len(body) >= s.sumsFrom
}

func newStore() *store {
	return &store{objects: map[string]*object{}, uploads: map[string]*upload{}}
}

func (s *store) get(name string) *object {
	s.mutex.RLock()
	defer s.mutex.RUnlock()
	return s.objects[name]
}

func (s *store) put(name string, o *object) {
	s.putIf(name, o, func(*object) bool { return true })
}

// putIf stores an object if what is there, or nil, is as it has to be; in one step, as S3 does.
func (s *store) putIf(name string, o *object, isRight func(*object) bool) bool {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	there := s.objects[name]
	if !isRight(there) {
		return false
	}
	if there == nil {
		s.sorted = nil
	}
	s.objects[name] = o
	return true
}

func (s *store) remove(name string) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.objects[name] != nil {
		delete(s.objects, name)
		s.sorted = nil
	}
}

// clear forgets every object and upload whose name begins with prefix; none may be in use.
func (s *store) clear(prefix string) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	for name := range s.objects {
		if strings.HasPrefix(name, prefix) {
			for _, block := range s.objects[name].blocks {
				if !s.drops(block) {
					s.blocks.give(block)
				}
			}
			delete(s.objects, name)
		}
	}
	for id, u := range s.uploads {
		if strings.HasPrefix(u.name, prefix) {
			delete(s.uploads, id)
		}
	}
	s.sorted = nil
}

// names returns every name that begins with prefix and comes after another one, in order.
func (s *store) names(prefix, after string) []string {
	s.mutex.Lock()
	if s.sorted == nil {
		s.sorted = make([]string, 0, len(s.objects))
		for name := range s.objects {
			s.sorted = append(s.sorted, name)
		}
		sort.Strings(s.sorted)
	}
	all := s.sorted
	s.mutex.Unlock()
	from := sort.SearchStrings(all, prefix)
	if after > prefix {
		from = sort.Search(len(all), func(i int) bool { return all[i] > after })
	}
	to := from + sort.Search(len(all)-from, func(i int) bool { return !strings.HasPrefix(all[from+i], prefix) })
	return all[from:to]
}
