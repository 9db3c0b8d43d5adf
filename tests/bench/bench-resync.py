#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a look costs when there is nothing new, or little, and how memory grows with a first look.

usage: bench-resync.py BUILD [COUNT [MAILBOXES [MOST]]]      100000, 1000 and 1000000 by default

On a private Dovecot: a second sync of COUNT messages with no news, one after 100 changed flags (both beside a client that lists
all flags, and one that asks for what changed), and of MAILBOXES mailboxes beside LIST-STATUS thrown away. Then headers of a
tenth of MOST and of MOST messages from a server that makes them up as it goes: peak memory of the process, and rows a second.
Clear text, loopback; nothing is asserted.
"""

import imaplib
import json
import os
import pathlib
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
USER = "bench@example.org"
RUNS = 3

imaplib._MAXLINE = 1 << 30


class Server:
    """A Dovecot on loopback."""

    def __init__(self, place):
        self.process = subprocess.Popen([ROOT / "scripts" / "private-dovecot", "run", place],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 20
        while True:
            try:
                self.ports = dict(l.split("=") for l in (place / "ports").read_text().split())
                socket.create_connection(("127.0.0.1", int(self.ports["pop3"]))).recv(1)
                return
            except (OSError, KeyError):
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)

    def stop(self):
        self.process.terminate()
        self.process.wait()


class Endless(threading.Thread):
    """As many messages as one wants; UID and number are the same."""

    CAPABILITIES = "IMAP4rev1 AUTH=PLAIN UIDPLUS CONDSTORE ENABLE ESEARCH"

    def __init__(self, count):
        super().__init__(daemon=True)
        self.count = count
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]

    def run(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            with connection, connection.makefile("rwb", buffering=1 << 18) as wire:
                try:
                    self.serve(wire)
                except (OSError, ValueError):
                    pass

    def numbers(self, text):
        for piece in text.split(","):
            ends = [self.count if end == "*" else int(end) for end in piece.split(":")]
            first, last = min(ends), max(ends)
            yield first, min(last, self.count)

    def fetch(self, wire, text):
        for first, last in self.numbers(text):
            for n in range(first, last + 1):
                wire.write(b'* %d FETCH (UID %d MODSEQ (7) FLAGS (\\Seen) INTERNALDATE "21-Nov-2026 10:00:00 +0000" RFC822.SIZE 3000 '
                           b'ENVELOPE ("Sat, 21 Nov 2026 10:00:00 +0000" "Letter %d" (("Anna" NIL "anna" "example.org")) NIL NIL '
                           b'(("Bruno" NIL "bruno" "example.net")) NIL NIL NIL "<%d@example.org>") BODYSTRUCTURE ("text" "plain" '
                           b'("charset" "utf-8") NIL NIL "7bit" 2000 40 NIL NIL NIL NIL) BODY[HEADER.FIELDS (REFERENCES)] {2}\r\n\r\n)'
                           b'\r\n' % (n, n, n, n))

    def serve(self, wire):
        wire.write(b"* OK [CAPABILITY %s] ready\r\n" % self.CAPABILITIES.encode())
        wire.flush()
        for line in wire:
            tag, command = line.decode().rstrip().split(" ", 1)
            upper = command.upper()
            if upper.startswith("AUTHENTICATE"):
                if len(command.split()) == 2:
                    wire.write(b"+ \r\n")
                    wire.flush()
                    wire.readline()
            elif upper.startswith("CAPABILITY"):
                wire.write(b"* CAPABILITY %s\r\n" % self.CAPABILITIES.encode())
            elif upper.startswith("LIST"):
                wire.write(b'* LIST () "/" INBOX\r\n')
            elif upper.startswith("STATUS"):
                wire.write(b"* STATUS INBOX (MESSAGES %d UNSEEN 0 UIDNEXT %d UIDVALIDITY 1 HIGHESTMODSEQ 7)\r\n"
                           % (self.count, self.count + 1))
            elif upper.startswith(("SELECT", "EXAMINE")):
                wire.write(b"* %d EXISTS\r\n* OK [UIDVALIDITY 1] ok\r\n* OK [UIDNEXT %d] ok\r\n* OK [HIGHESTMODSEQ 7] ok\r\n"
                           % (self.count, self.count + 1))
            elif upper.startswith("UID SEARCH"):
                found = re.search(r"(?:UID )?([0-9*:,]+)$", command.replace("RETURN (ALL)", ""))
                ranges = list(self.numbers(found.group(1))) if found else [(1, self.count)]
                wire.write(b'* ESEARCH (TAG "%s") UID ALL %s\r\n'
                           % (tag.encode(), ",".join(f"{a}:{b}" if a != b else str(a) for a, b in ranges).encode()))
            elif upper.startswith("UID FETCH"):
                self.fetch(wire, command.split()[2])
            wire.write(b"%s OK done\r\n" % tag.encode())
            wire.flush()
            if upper.startswith("LOGOUT"):
                return


def measured(command):
    """(seconds, CPU seconds, peak MB, what it printed)"""
    begun = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    out = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        raise RuntimeError(f"{command}: {status}")
    return time.monotonic() - begun, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, out


class Account:
    def __init__(self, build, place, port):
        self.cli, self.home = build / "src/missiva-cli", pathlib.Path(tempfile.mkdtemp(dir=place))
        self.password = place / "password"
        self.password.write_text("secret\n")
        self.run("account", "add", "b", "--address", USER, "--mode", "imap", "--user", USER, "--incoming", f"127.0.0.1:{port}",
                 "--incoming-security", "none", "--offline", "headers")

    def run(self, *arguments):
        return measured([self.cli, "--home", self.home, "--json", *arguments])

    def sync(self):
        seconds, cpu, peak, out = self.run("sync", "b", "--password-file", self.password)
        report = json.loads(out)
        return seconds, cpu, peak, report[0] if isinstance(report, list) else report


def deliver(maildir, count, size):
    for name in ("tmp", "new", "cur"):
        (maildir / name).mkdir(parents=True, exist_ok=True)
    for n in range(1, count + 1):
        raw = (f"From: anna@example.org\r\nSubject: Letter {n}\r\nMessage-ID: <{n}@example.org>\r\n\r\n".encode() + b"x" * size + b"\r\n")
        (maildir / "cur" / f"{1_600_000_000 + n}.M{n}P1.localhost,S={len(raw)}:2,S").write_bytes(raw)


def client(server):
    peer = imaplib.IMAP4("127.0.0.1", int(server.ports["imap"]))
    peer.login(USER, "secret")
    return peer


def timed(job):
    begun = time.monotonic()
    job()
    return time.monotonic() - begun


def line(job, seconds, limit, remark=""):
    print(f"  {job:<48} {seconds * 1000:9.1f} ms   {seconds / limit:6.2f} x limit   {remark}", flush=True)


def idle_process(account):
    """What the process costs that does nothing: its start, and the store's."""
    return statistics.median(account.run("mailboxes", "b")[1] for _ in range(RUNS))


def remark(cpu, idle, report):
    return (f"{max(0, cpu - idle) * 1000:.0f} ms of our CPU above an idle process, {report['round_trips']} round trips, "
            f"{report['bytes_in']} bytes")


def bench_changes(build, place, server, count):
    deliver(place / "mail" / USER / "Maildir", count, 100)
    if os.getuid() == 0:
        subprocess.run(["chown", "-R", "nobody", place / "mail"], check=True)
    account = Account(build, place, server.ports["imap"])
    account.sync()
    peer = client(server)
    peer.select("INBOX")
    limit = statistics.median(timed(lambda: peer.uid("FETCH", "1:*", "(FLAGS)")) for _ in range(RUNS))
    idle = idle_process(account)
    print(f"{count:,} messages, nothing new and little new; medians of {RUNS}")
    line("limit: a list of all flags, thrown away", limit, limit)
    runs = [account.sync() for _ in range(RUNS)]
    line("Missiva: nothing new", statistics.median(r[0] for r in runs), limit,
         remark(statistics.median(r[1] for r in runs), idle, runs[0][3]))
    runs = []
    for n in range(RUNS):
        # \Flagged would bring whole messages.
        peer.uid("STORE", ",".join(str(u) for u in range(n + 1, count, max(1, count // 100))), "+FLAGS", "(\\Answered)")
        runs.append(account.sync())
    line("Missiva: 100 changed flags", statistics.median(r[0] for r in runs), limit,
         remark(statistics.median(r[1] for r in runs), idle, runs[0][3]))
    peer.logout()
    shutil.rmtree(account.home)


def bench_mailboxes(build, place, server, count):
    peer = client(server)
    for n in range(count):
        peer.create(f"Box{n:04}")
    limit = statistics.median(timed(lambda: peer._simple_command("LIST", '"" "*" RETURN (STATUS (MESSAGES UIDNEXT UIDVALIDITY))'))
                              for _ in range(RUNS))
    account = Account(build, place, server.ports["imap"])
    account.sync()
    idle = idle_process(account)
    print(f"{count:,} mailboxes")
    line("limit: LIST-STATUS, thrown away", limit, limit)
    runs = [account.sync() for _ in range(RUNS)]
    line("Missiva: nothing new", statistics.median(r[0] for r in runs), limit,
         remark(statistics.median(r[1] for r in runs), idle, runs[0][3]))
    peer.logout()
    shutil.rmtree(account.home)


def bench_memory(build, place, most):
    peaks = []
    print("headers of a mailbox that was never seen")
    for count in (most // 10, most):
        server = Endless(count)
        server.start()
        account = Account(build, place, server.port)
        seconds, cpu, peak, report = account.sync()
        peaks.append(peak)
        print(f"  {count:>9,} messages: peak {peak:6.1f} MB, {peak / peaks[0]:5.2f} x that of a tenth, {seconds:6.1f} s, "
              f"{report['fetched'] / seconds:,.0f} rows a second, {report['round_trips']} round trips", flush=True)
        server.listener.close()
        shutil.rmtree(account.home)


def main():
    if len(sys.argv) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    build = pathlib.Path(sys.argv[1]).resolve()
    count, mailboxes, most = (list(map(int, sys.argv[2:])) + [100_000, 1_000, 1_000_000][len(sys.argv) - 2:])[:3]
    with tempfile.TemporaryDirectory(prefix="missiva-bench-") as folder:
        place = pathlib.Path(folder)
        place.chmod(0o755)
        server = Server(place)
        try:
            bench_changes(build, place, server, count)
            bench_mailboxes(build, place, server, mailboxes)
        finally:
            server.stop()
        bench_memory(build, place, most)
    return 0


if __name__ == "__main__":
    sys.exit(main())
