package main

import (
	"bytes"
	"hash/crc32"
	"testing"
)

func TestMemoryOfClearedObjectsIsUsedAgain(t *testing.T) {
	c := newClient(t)
	first, second := bytes.Repeat([]byte("a"), reusedFrom), bytes.Repeat([]byte("b"), reusedFrom)
	c.send("PUT", "/b/k", first)
	c.send("POST", "/_clear?prefix=b/", nil)
	c.send("PUT", "/b/one", second)
	c.send("PUT", "/b/two", first)
	_, one := c.send("GET", "/b/one", nil)
	_, two := c.send("GET", "/b/two", nil)
	c.equal("the first object", one == string(second), true)
	c.equal("the second object", two == string(first), true)
}

func TestCombineCRC32(t *testing.T) {
	data := bytes.Repeat([]byte("0123456789abcdef"), 1000)
	for _, cut := range []int{0, 1, 7, 4096, len(data)} {
		one, other := crc32.ChecksumIEEE(data[:cut]), crc32.ChecksumIEEE(data[cut:])
		if found := combineCRC32(one, other, int64(len(data)-cut)); found != crc32.ChecksumIEEE(data) {
			t.Errorf("cut at %d: %08x", cut, found)
		}
	}
}
