package main

import (
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"syscall"
)

// counts is what was asked of the endpoint since the last reset.
type counts struct {
	mutex       sync.Mutex
	operations  map[string]int
	statuses    map[int]int
	connections atomic.Int64
	inFlight    atomic.Int64
	mostAtOnce  atomic.Int64
	received    atomic.Int64
	sent        atomic.Int64
	cpuAtReset  float64
}

func newCounts() *counts {
	c := &counts{}
	c.reset()
	return c
}

func (c *counts) reset() {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.operations = map[string]int{}
	c.statuses = map[int]int{}
	c.connections.Store(0)
	c.mostAtOnce.Store(0)
	c.received.Store(0)
	c.sent.Store(0)
	c.cpuAtReset = cpuSeconds()
}

// begin notes a request that has come in.
func (c *counts) begin() {
	now := c.inFlight.Add(1)
	for {
		most := c.mostAtOnce.Load()
		if now <= most || c.mostAtOnce.CompareAndSwap(most, now) {
			return
		}
	}
}

// end notes what a request was and how it was answered.
func (c *counts) end(operation string, status int) {
	c.inFlight.Add(-1)
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.operations[operation]++
	c.statuses[status]++
}

// connection counts new connections; a net/http ConnState hook.
func (c *counts) connection(_ net.Conn, state http.ConnState) {
	if state == http.StateNew {
		c.connections.Add(1)
	}
}

// report is the counts as clients of /_counts read them.
type report struct {
	Operations  map[string]int `json:"operations"`
	Statuses    map[int]int    `json:"statuses"`
	Connections int64          `json:"connections"`
	MostAtOnce  int64          `json:"mostAtOnce"`
	Received    int64          `json:"bytesReceived"`
	Sent        int64          `json:"bytesSent"`
	CPUSeconds  float64        `json:"cpuSeconds"`
}

func (c *counts) report() report {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	r := report{
		Operations:  map[string]int{},
		Statuses:    map[int]int{},
		Connections: c.connections.Load(),
		MostAtOnce:  c.mostAtOnce.Load(),
		Received:    c.received.Load(),
		Sent:        c.sent.Load(),
		CPUSeconds:  cpuSeconds() - c.cpuAtReset,
	}
	for operation, n := range c.operations {
		r.Operations[operation] = n
	}
	for status, n := range c.statuses {
		r.Statuses[status] = n
	}
	return r
}

// cpuSeconds is what this process has used so far, user and system.
func cpuSeconds() float64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	seconds := func(t syscall.Timeval) float64 { return float64(t.Sec) + float64(t.Usec)/1e6 }
	return seconds(usage.Utime) + seconds(usage.Stime)
}
