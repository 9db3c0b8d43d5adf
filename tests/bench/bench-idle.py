#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an account costs while nothing happens: CPU time, wake-ups and bytes.

usage: bench-idle.py BUILD [SECONDS] [COUNT]      60 seconds and 1000 messages by default

`missiva-cli watch` waits at a private Dovecot through a proxy that counts, for the time given. The hour is reckoned from that, and
said to be: the quiet time taken as often as it fits, and one look at everything (a whole sync with nothing new, with its start and
sign-in) once an hour, as with a server that tells of every mailbox by itself. Beside it: a client that only sends IDLE, which is
the limit, and mbsync, where it is installed, looking every ten minutes as people let it. Nothing is asserted.
"""

import importlib.util
import os
import pathlib
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
spec = importlib.util.spec_from_file_location("bench_sync", ROOT / "tests" / "bench" / "bench-sync.py")
bench_sync = importlib.util.module_from_spec(spec)
spec.loader.exec_module(bench_sync)
USER = bench_sync.USER


class Proxy:
    """Passes connections on and counts what goes over them."""

    def __init__(self, port):
        self.target = port
        self.counted = 0
        self.lock = threading.Lock()
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            client, _ = self.socket.accept()
            server = socket.create_connection(("127.0.0.1", self.target))
            for source, target in ((client, server), (server, client)):
                threading.Thread(target=self.pass_on, args=(source, target), daemon=True).start()

    def pass_on(self, source, target):
        try:
            while data := source.recv(65536):
                with self.lock:
                    self.counted += len(data)
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass


def cost_of(pid):
    """CPU seconds of a process and how often its threads gave the CPU away to wait."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    seconds = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    waits = 0
    for status in pathlib.Path(f"/proc/{pid}/task").glob("*/status"):
        for line in status.read_text().splitlines():
            if line.startswith("voluntary_ctxt_switches"):
                waits += int(line.split()[1])
    return seconds, waits


def watch(build, place, proxy, seconds):
    """What waiting costs, once everything is here."""
    command = [build / "src/missiva-cli", "watch", "idle", "--home", place / "home", "--password-file", place / "password"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        settle(proxy)
        bytes_before, (cpu_before, waits_before) = proxy.counted, cost_of(process.pid)
        time.sleep(seconds)
        cpu, waits = cost_of(process.pid)
        return cpu - cpu_before, waits - waits_before, proxy.counted - bytes_before
    finally:
        process.terminate()
        process.wait()


def settle(proxy):
    """Until nothing went over the wire for three seconds."""
    seen = -1
    while seen != proxy.counted or seen == 0:
        seen = proxy.counted
        time.sleep(3)


def run_once(proxy, command):
    """CPU seconds and bytes of a whole run."""
    bytes_before, before = proxy.counted, resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, proxy.counted - bytes_before


def bare_idle(proxy, seconds):
    """The limit: somebody who signs in, says IDLE and waits."""
    with socket.create_connection(("127.0.0.1", proxy.port)) as client:
        stream = client.makefile("rb")
        stream.readline()
        for line in (f"a LOGIN {USER} secret", "b SELECT INBOX"):
            client.sendall(line.encode() + b"\r\n")
            while not stream.readline().startswith(line[:1].encode() + b" "):
                pass
        client.sendall(b"c IDLE\r\n")
        stream.readline()
        before = proxy.counted
        time.sleep(seconds)
        return proxy.counted - before


def mbsync(place, proxy):
    (place / "mbsync").mkdir()
    (place / "mbsyncrc").write_text(
        f"IMAPAccount a\nHost 127.0.0.1\nPort {proxy.port}\nUser {USER}\nPass secret\nSSLType None\nAuthMechs LOGIN\n\n"
        f"IMAPStore far\nAccount a\n\nMaildirStore near\nPath {place}/mbsync/\nInbox {place}/mbsync/INBOX\n\n"
        "Channel c\nFar :far:\nNear :near:\nPatterns INBOX\nCreate Near\nSync Pull\nSyncState *\n")
    command = ["mbsync", "-c", place / "mbsyncrc", "-a"]
    run_once(proxy, command)
    return run_once(proxy, command)


def tell(name, cpu, wakes, octets):
    wakes = "" if wakes is None else f"{wakes:8.0f} wake-ups"
    print(f"{name:44} {cpu:8.2f} s CPU {octets / 1000:10.1f} kB {wakes}")


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    seconds = int(sys.argv[2]) if len(sys.argv) > 2 else 60
    count = int(sys.argv[3]) if len(sys.argv) > 3 else 1000
    with tempfile.TemporaryDirectory(prefix="missiva-bench-") as folder:
        place = pathlib.Path(folder)
        place.chmod(0o755)
        bench_sync.write_mailbox(place / "mail" / USER / "Maildir", count)
        if os.getuid() == 0:
            subprocess.run(["chown", "-R", "nobody", place / "mail"], check=True)
        server = bench_sync.Server(place)
        try:
            measure(build, place, server, seconds, count)
        finally:
            server.stop()


def measure(build, place, server, seconds, count):
    proxy = Proxy(int(server.ports["imap"]))
    (place / "password").write_text("secret\n")
    cli = [build / "src/missiva-cli"]
    home = ["--home", place / "home"]
    subprocess.run([*cli, "account", "add", "idle", *home, "--address", USER, "--user", USER, "--mode", "imap", "--incoming",
                    f"127.0.0.1:{proxy.port}", "--incoming-security", "none"], check=True, stdout=subprocess.DEVNULL)
    sync = [*cli, "sync", "idle", *home, "--password-file", place / "password"]
    run_once(proxy, sync)
    look = run_once(proxy, sync)
    cpu, wakes, octets = watch(build, place, proxy, seconds)
    hour = 3600 / seconds
    print(f"{count} messages; measured for {seconds} s, the hour is reckoned from that")
    tell(f"missiva-cli watch, {seconds} s", cpu, wakes, octets)
    tell("missiva-cli sync, nothing new, once", *look[:1], None, look[1])
    tell("an hour of Missiva", cpu * hour + look[0], wakes * hour, octets * hour + look[1])
    tell("limit: an hour of IDLE", 0, None, bare_idle(proxy, seconds) * hour)
    if shutil.which("mbsync"):
        cpu, octets = mbsync(place, proxy)
        tell("an hour of mbsync, every ten minutes", 6 * cpu, None, 6 * octets)


if __name__ == "__main__":
    main()
