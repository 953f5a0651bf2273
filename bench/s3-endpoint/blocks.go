package main

import "sync"

// reusedFrom is the size from which memory is used again: for less, Go's own way is as quick.
const reusedFrom = 64 << 10

// freeBlocks is memory of objects that were cleared, by its size. Fresh memory has to be brought in page by
// page, which would take as much of a core as receiving the bytes does.
type freeBlocks struct {
	mutex sync.Mutex
	free  map[int][][]byte
}

// take returns memory of that size; what is in it is to be overwritten.
func (f *freeBlocks) take(size int) []byte {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	list := f.free[size]
	if len(list) == 0 {
		return make([]byte, size)
	}
	f.free[size] = list[:len(list)-1]
	return list[len(list)-1]
}

// give takes back memory that is no longer read.
func (f *freeBlocks) give(block []byte) {
	if len(block) < reusedFrom {
		return
	}
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if f.free == nil {
		f.free = map[int][][]byte{}
	}
	f.free[len(block)] = append(f.free[len(block)], block)
}
