#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Download of a mailbox beside the physical limit and the peers, in one run on one private Dovecot.

usage: bench-sync.py BUILD [COUNT...]      counts of messages; 1000 10000 by default, 100000 for the long one

Prints per job the median of three runs in seconds, and the ratio to the limit: a client that fetches the same bytes and throws
them away. mbsync and mpop run beside us where they are installed. Clear text, loopback; nothing is asserted. The first screen is
timed from the server's answer to the password until rows can be read in the store, once on a server that never saw the mailbox.
"""

import datetime
import imaplib
import json
import os
import pathlib
import random
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
USER = "bench@example.org"
RUNS = 3
HEADERS = "UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE"


def write_mailbox(maildir, count):
    """Mail as people have it: mostly short text, one in ten with an attachment. 10,000: about 270 MB; 100,000: about 700 MB."""
    rng = random.Random(count)
    words = [f"parola{n}" for n in range(5000)]
    heavy = 240_000 if count <= 20_000 else 45_000
    folder = maildir / "cur"
    for name in ("tmp", "new", "cur"):
        (maildir / name).mkdir(parents=True, exist_ok=True)
    noise = bytes(rng.randrange(256) for _ in range(57 * 100))
    import base64
    lines = base64.encodebytes(noise).replace(b"\n", b"\r\n")
    for n in range(1, count + 1):
        date = time.strftime("%a, %d %b %Y %H:%M:%S +0000", time.gmtime(1_600_000_000 + n * 600))
        head = (f"From: Mittente {n % 900} <mittente{n % 900}@example.com>\r\nTo: <{USER}>\r\nSubject: Messaggio {n} "
                f"{rng.choice(words)} {rng.choice(words)}\r\nDate: {date}\r\nMessage-ID: <bench.{n}@example.org>\r\n"
                "MIME-Version: 1.0\r\n")
        text = "\r\n".join(" ".join(rng.choices(words, k=9)) for _ in range(rng.randrange(5, 60))) + "\r\n"
        if n % 10:
            body = head + f"Content-Type: text/plain; charset=utf-8\r\n\r\n{text}"
            raw = body.encode()
        else:
            body = (head + "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
                    f"{text}--b\r\nContent-Type: application/octet-stream; name=dati.bin\r\nContent-Disposition: attachment; "
                    "filename=dati.bin\r\nContent-Transfer-Encoding: base64\r\n\r\n")
            raw = body.encode() + lines * max(1, heavy // len(lines)) + b"\r\n--b--\r\n"
        (folder / f"{1_600_000_000 + n}.M{n}P1.localhost,S={len(raw)}:2,S").write_bytes(raw)


class Server:
    def __init__(self, place):
        self.place = place
        self.process = subprocess.Popen([ROOT / "scripts" / "private-dovecot", "run", place],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        import socket
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


def timed(command, **options):
    start = time.monotonic()
    result = subprocess.run(command, capture_output=True, text=True, **options)
    seconds = time.monotonic() - start
    if result.returncode != 0:
        raise RuntimeError(f"{command}: {result.stdout} {result.stderr}")
    return seconds, result.stdout


def rows_in(path):
    """Whether a message is there to be read; the store may not be made yet."""
    try:
        store = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        try:
            return store.execute("SELECT EXISTS (SELECT 1 FROM message)").fetchone()[0] == 1
        finally:
            store.close()
    except sqlite3.OperationalError:
        return False


class Bench:
    def __init__(self, build, place, server):
        self.build, self.place, self.server = build, place, server
        (place / "password").write_text("secret\n")

    def raw(self, protocol, items=None):
        command = [self.build / "tests/bench/raw-fetch", protocol, self.server.ports[protocol], USER, "secret"]
        return float(timed(command + ([items] if items else []))[1].split()[0])

    def cli(self, home, *arguments):
        return timed([self.build / "src/missiva-cli", "--home", home, "--json", *arguments])

    def add(self, home, mode, offline):
        port = self.server.ports["imap" if mode == "imap" else "pop3"]
        self.cli(home, "account", "add", "b", "--address", USER, "--mode", mode, "--user", USER, "--incoming", f"127.0.0.1:{port}",
                 "--incoming-security", "none", "--pop-keep", "forever", "--offline", offline)

    def ours(self, mode, offline):
        """First sync into a new home: (seconds of the whole process, JSON, seconds of a second sync, its JSON)."""
        home = pathlib.Path(tempfile.mkdtemp(dir=self.place))
        self.add(home, mode, offline)
        first = self.cli(home, "sync", "b", "--password-file", self.place / "password")
        second = self.cli(home, "sync", "b", "--password-file", self.place / "password")
        shutil.rmtree(home)
        reports = [json.loads(out) for out in (first[1], second[1])]
        reports = [r[0] if isinstance(r, list) else r.get("accounts", [r])[0] for r in reports]
        return first[0], reports[0], second[0], reports[1]

    def first_screen(self):
        """Seconds from the sign-in's OK until a reader of the store sees rows."""
        home = pathlib.Path(tempfile.mkdtemp(dir=self.place))
        log = home / "wires"
        self.add(home, "imap", "headers")
        process = subprocess.Popen([self.build / "src/missiva-cli", "--home", home, "sync", "b", "--password-file",
                                    self.place / "password"], env=dict(os.environ, MISSIVA_LOG=str(log)), stdout=subprocess.DEVNULL)
        while not rows_in(home / "data" / "b" / "mail.db") and process.poll() is None:
            time.sleep(0.001)
        seen = time.time()
        process.wait()
        signed_in = next(l for l in log.read_text().splitlines() if " S: " in l and " OK [CAPABILITY" in l and "* OK" not in l)
        shutil.rmtree(home)
        return seen - datetime.datetime.fromisoformat(signed_in.split()[0].replace("Z", "+00:00")).timestamp()

    def raw_first_screen(self):
        """The same for a client that selects the inbox, asks for the newest hundred and throws them away."""
        client = imaplib.IMAP4("127.0.0.1", int(self.server.ports["imap"]))
        client.login(USER, "secret")
        begun = time.monotonic()
        count = int(client.select("INBOX")[1][0])
        client.fetch(f"{max(1, count - 99)}:{count}", f"({HEADERS})")
        seconds = time.monotonic() - begun
        client.logout()
        return seconds

    def forget(self):
        """The server knows the mailbox's files only."""
        for name in (self.place / "mail" / USER / "Maildir").glob("dovecot*"):
            name.unlink()

    def cold(self, job):
        self.forget()
        return job()

    def mbsync(self):
        home = pathlib.Path(tempfile.mkdtemp(dir=self.place))
        (home / "mail").mkdir()
        (home / "rc").write_text(
            f"IMAPAccount a\nHost 127.0.0.1\nPort {self.server.ports['imap']}\nUser {USER}\nPass secret\nSSLType None\n"
            f"AuthMechs LOGIN\n\nIMAPStore far\nAccount a\n\nMaildirStore near\nPath {home}/mail/\n"
            f"Inbox {home}/mail/INBOX\n\nChannel c\nFar :far:\nNear :near:\nPatterns INBOX\nCreate Near\nSyncState *\n")
        seconds = timed(["mbsync", "-q", "-c", home / "rc", "c"])[0]
        shutil.rmtree(home)
        return seconds

    def mpop(self):
        home = pathlib.Path(tempfile.mkdtemp(dir=self.place))
        for name in ("tmp", "new", "cur"):
            (home / "box" / name).mkdir(parents=True)
        rc = home / "rc"
        rc.write_text(f"account a\nhost 127.0.0.1\nport {self.server.ports['pop3']}\nuser {USER}\npassword secret\nauth user\n"
                      f"tls off\nkeep on\npipelining on\ndelivery maildir {home}/box\nuidls_file {home}/uidls\naccount default : a\n")
        rc.chmod(0o600)
        seconds = timed(["mpop", "-q", "-C", rc])[0]
        shutil.rmtree(home)
        return seconds


def median(job):
    return statistics.median(job() for _ in range(RUNS))


def line(job, seconds, limit, remark=""):
    print(f"  {job:<42} {seconds:7.2f} s   {seconds / limit:5.1f} x limit   {remark}", flush=True)


def run(build, count):
    with tempfile.TemporaryDirectory(prefix="missiva-bench-") as folder:
        place = pathlib.Path(folder)
        place.chmod(0o755)
        maildir = place / "mail" / USER / "Maildir"
        write_mailbox(maildir, count)
        if os.getuid() == 0:
            subprocess.run(["chown", "-R", "nobody", place / "mail"], check=True)
        size = sum(f.stat().st_size for f in (maildir / "cur").iterdir())
        server = Server(place)
        bench = Bench(build, place, server)
        print(f"{count:,} messages, {size / 1e6:,.0f} MB; medians of {RUNS}, warm server")
        try:
            cold = median(lambda: bench.cold(bench.raw_first_screen))
            line("limit: newest 100, new to the server", cold, cold)
            line("Missiva: first screen, new to the server", median(lambda: bench.cold(bench.first_screen)), cold)
            warm = median(bench.raw_first_screen)
            line("limit: newest 100", warm, warm)
            line("Missiva: first screen", median(bench.first_screen), warm)
            bench.raw("imap", HEADERS)  # warms Dovecot's index, for all alike
            headers, bodies, pop = (median(lambda: bench.raw("imap", HEADERS)),
                                    median(lambda: bench.raw("imap", "BODY.PEEK[]")), median(lambda: bench.raw("pop3")))
            line("limit: ENVELOPE, BODYSTRUCTURE", headers, headers)
            ours = [bench.ours("imap", "headers") for _ in range(RUNS)]
            line("Missiva: headers stored", statistics.median(o[0] for o in ours), headers, f"{ours[0][1]['fetched']} rows")
            line("Missiva: nothing new", statistics.median(o[2] for o in ours), headers, f"{ours[0][3]['round_trips']} round trips")
            line("limit: BODY.PEEK[]", bodies, bodies)
            ours = [bench.ours("imap", "all") for _ in range(RUNS)]
            line("Missiva: headers and whole messages", statistics.median(o[0] for o in ours), bodies,
                 f"{ours[0][1]['bodies']} bodies")
            if shutil.which("mbsync"):
                line("mbsync without COMPRESS", median(bench.mbsync), bodies)
            line("limit: RETR", pop, pop)
            ours = [bench.ours("pop", "all") for _ in range(RUNS)]
            line("Missiva: POP, durable and indexed", statistics.median(o[0] for o in ours), pop, f"{ours[0][1]['bodies']} bodies")
            if shutil.which("mpop"):
                line("mpop, pipelined", median(bench.mpop), pop)
        finally:
            server.stop()


def main():
    if len(sys.argv) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    build = pathlib.Path(sys.argv[1]).resolve()
    for count in map(int, sys.argv[2:] or ["1000", "10000"]):
        run(build, count)
    return 0


if __name__ == "__main__":
    sys.exit(main())
