"""
A network of its own, and the line to it: two TUN devices, one here and one there, and this program between them.

The network's namespaces are this process's own: they go, with the devices, when it ends, however it ends. Commands are run
there by `nsenter -m -n -t PID`. Argument: settings as JSON. Prints one line when it is ready. Each line of its input is
JSON that changes the line's settings; it ends with its input.

    name      of the device on this side
    here      addresses of this side, with the length of their prefix
    there     addresses of the other side, alone: all in the prefix of those here
    routes    where the other side may send to; ["default"]: everywhere
    resolver  address of its name server; null: none
    rate      bits a second each way; 0: as fast as this program
    delay     seconds, one way
    loss      share of packets that do not arrive, 0 to 1
    down      whether nothing arrives
    most      bytes: larger packets do not arrive, and nobody is told
"""

import ctypes
import errno
import fcntl
import heapq
import json
import os
import random
import selectors
import struct
import subprocess
import sys
import tempfile
import time

# Source: linux/if_tun.h, linux/sched.h.
TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x0001, 0x1000
CLONE_NEWNS, CLONE_NEWNET = 0x00020000, 0x40000000

# Bytes that wait before a line with a rate, as in a router: more are dropped.
QUEUE_BYTES = 256 * 1024
PACKET_BYTES = 65536


def ip(*arguments):
    subprocess.run(["ip", *arguments], check=True)


def unshare(flags):
    if ctypes.CDLL(None, use_errno=True).unshare(flags) != 0:
        raise OSError(ctypes.get_errno(), "unshare")


def open_tun(name, addresses):
    device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH", name.encode(), IFF_TUN | IFF_NO_PI))
    for address in addresses:
        ip("address", "add", address, "dev", name, *(["nodad"] if ":" in address else []))
    ip("link", "set", name, "up")
    return device


def replace_file(path, text):
    """Puts another file over one of the machine's, in the mount namespace of this process alone."""
    with tempfile.NamedTemporaryFile("w", delete=False) as file:
        file.write(text)
    subprocess.run(["mount", "--bind", file.name, path], check=True)
    os.unlink(file.name)


def enter_network(settings):
    unshare(CLONE_NEWNS | CLONE_NEWNET)
    subprocess.run(["mount", "--make-rprivate", "/"], check=True)
    ip("link", "set", "lo", "up")
    device = open_tun("line", settings["there"])
    for route in settings["routes"]:
        for family in {"-6" if ":" in address else "-4" for address in settings["there"]}:
            if route == "default" or (":" in route) == (family == "-6"):
                ip(family, "route", "add", route, "dev", "line")
    resolver = settings["resolver"]
    replace_file("/etc/resolv.conf", "" if resolver is None else f"nameserver {resolver}\n")
    replace_file("/etc/hosts", "127.0.0.1 localhost\n::1 localhost\n")
    return device


class Way:
    """One direction."""

    def __init__(self, to, settings, chance):
        self.to = to
        self.settings = settings
        self.chance = chance
        self.free_at = 0.0
        self.waiting = []

    def take(self, packet, now):
        settings = self.settings
        if settings["down"] or len(packet) > settings["most"]:
            return
        if settings["loss"] and self.chance.random() < settings["loss"]:
            return
        sent = now
        if settings["rate"]:
            begin = max(now, self.free_at)
            if (begin - now) * settings["rate"] / 8 > QUEUE_BYTES:
                return
            sent = self.free_at = begin + len(packet) * 8 / settings["rate"]
        heapq.heappush(self.waiting, (sent + settings["delay"], packet))

    def deliver(self, now):
        """Hands on what has arrived; says when there is more, or None."""
        while self.waiting and self.waiting[0][0] <= now:
            _, packet = heapq.heappop(self.waiting)
            if not self.settings["down"]:
                write(self.to, packet)
        return self.waiting[0][0] if self.waiting else None


def write(device, packet):
    try:
        os.write(device, packet)
    except OSError as error:
        # Full, or a packet that the kernel does not take: a line loses such packets, too.
        if error.errno not in (errno.EAGAIN, errno.EINVAL, errno.EIO, errno.ENOBUFS):
            raise


def forward(devices, settings):
    here, there = devices
    chance = random.Random(settings["seed"])
    ways = {here: Way(there, settings, chance), there: Way(here, settings, chance)}
    selector = selectors.DefaultSelector()
    for device in devices:
        selector.register(device, selectors.EVENT_READ)
    selector.register(sys.stdin.fileno(), selectors.EVENT_READ)
    dues = []
    while True:
        wait = max(0.0, min(dues) - time.monotonic()) if dues else None
        for key, _ in selector.select(wait):
            if key.fd == sys.stdin.fileno():
                line = os.read(key.fd, PACKET_BYTES)
                if not line:
                    return
                for change in line.splitlines():
                    settings.update(json.loads(change))
                continue
            read_all(key.fd, ways[key.fd])
        now = time.monotonic()
        dues = [due for way in ways.values() if (due := way.deliver(now)) is not None]


def read_all(device, way):
    for _ in range(64):
        try:
            way.take(os.read(device, PACKET_BYTES), time.monotonic())
        except BlockingIOError:
            return


def main():
    settings = json.loads(sys.argv[1])
    here = open_tun(settings["name"], settings["here"])
    there = enter_network(settings)
    print("ready", flush=True)
    forward((here, there), settings)


main()
