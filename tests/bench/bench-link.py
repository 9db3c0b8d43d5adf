#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a slow or far link costs: first sync of 1,000 headers, nothing new, and opening a letter that is not here.

usage: bench-link.py BUILD [COUNT]

A private Dovecot is asked through a proxy that holds back each octet for half the round trip and lets a line's rate pass. Each job is a
process of missiva-cli, so connecting and signing in are part of it. Printed beside its seconds are the octets that came, how often
the client waited for the other side (turns, the TCP connection included), and the ideal: those octets at that rate and one round trip.
Clear text; nothing is asserted.
"""

import importlib.util
import json
import pathlib
import queue
import shutil
import socket
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
LINKS = [(0.0, 0), (0.05, 10_000_000), (0.05, 1_000_000), (0.2, 10_000_000), (0.2, 1_000_000)]  # seconds, bits a second


def load(name):
    spec = importlib.util.spec_from_file_location(name.replace("-", "_"), HERE / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Link:
    """A listener; every connection to it is carried to the server by two threads a direction."""

    def __init__(self, server_port):
        self.server_port = server_port
        self.delay, self.rate = 0.0, 0
        self.octets = self.turns = 0
        self.client_spoke = False
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def shape(self, delay, rate):
        self.delay, self.rate = delay, rate

    def reset(self):
        self.octets = self.turns = 0
        self.client_spoke = False

    def accept(self):
        while True:
            client, _ = self.listener.accept()
            server = socket.create_connection(("127.0.0.1", self.server_port))
            for end in (client, server):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.turns += 1
            threading.Thread(target=self.carry, args=(client, server, False, time.monotonic() + self.delay), daemon=True).start()
            threading.Thread(target=self.carry, args=(server, client, True, time.monotonic() + self.delay), daemon=True).start()

    def carry(self, source, target, from_server, free):
        """@free: when the line has carried what came before; at first, when the connection is made."""
        waiting = queue.Queue(maxsize=64)
        threading.Thread(target=self.deliver, args=(target, waiting), daemon=True).start()
        while True:
            try:
                data = source.recv(16384)
            except OSError:
                data = b""
            if data and from_server:
                self.octets += len(data)
                self.client_spoke = False
            elif data and not self.client_spoke:
                self.turns += 1
                self.client_spoke = True
            free = max(free, time.monotonic()) + (len(data) * 8 / self.rate if self.rate else 0)
            waiting.put((free + self.delay / 2, data))
            if not data:
                return

    @staticmethod
    def deliver(target, waiting):
        while True:
            due, data = waiting.get()
            time.sleep(max(0.0, due - time.monotonic()))
            try:
                if not data:
                    target.shutdown(socket.SHUT_WR)
                    return
                target.sendall(data)
            except OSError:
                data = b""
            if not data:
                return


def main():
    sync = load("bench-sync")
    build = pathlib.Path(sys.argv[1]).resolve()
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 1000
    place = pathlib.Path(tempfile.mkdtemp(prefix="missiva-link-"))
    place.chmod(0o755)
    server = sync.Server(place)
    try:
        sync.write_mailbox(place / "mail" / sync.USER / "Maildir", count)
        if sync.os.getuid() == 0:
            sync.subprocess.run(["chown", "-R", "nobody", place / "mail"], check=True)
        link = Link(int(server.ports["imap"]))
        (place / "password").write_text("secret\n")
        print(f"{'link':>22}  {'job':<18} {'seconds':>8} {'ideal':>8} {'octets':>10} {'turns':>6}")
        for delay, rate in LINKS:
            home = pathlib.Path(tempfile.mkdtemp(dir=place))
            name = f"{delay * 1000:.0f} ms, {rate / 1e6:.0f} Mbit/s" if rate else "bare loopback"

            def cli(*arguments):
                return sync.timed([build / "src/missiva-cli", "--home", home, "--json", *arguments])

            cli("account", "add", "b", "--address", sync.USER, "--mode", "imap", "--user", sync.USER, "--incoming",
                f"127.0.0.1:{link.port}", "--incoming-security", "none", "--offline", "headers")
            link.shape(delay, rate)
            secret = ("--password-file", place / "password")
            for job, arguments in (("first sync", ("sync", "b")), ("nothing new", ("sync", "b")), ("open a letter", None)):
                if arguments is None:
                    newest = json.loads(cli("list", "b")[1])
                    newest = newest[0] if isinstance(newest, list) else newest["messages"][0]
                    arguments = ("show", "b", str(newest["id"]))
                link.reset()
                seconds = cli(*arguments, *secret)[0]
                ideal = (link.octets * 8 / rate if rate else 0) + delay
                print(f"{name:>22}  {job:<18} {seconds:8.2f} {ideal:8.2f} {link.octets:10,} {link.turns:6}", flush=True)
            shutil.rmtree(home)
    finally:
        server.stop()
        shutil.rmtree(place, ignore_errors=True)


if __name__ == "__main__":
    main()
