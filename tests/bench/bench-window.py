#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the start of the process to the first drawn row of a mailbox that is here already, and the memory it takes.

usage: bench-window.py BUILD [COUNT...]      counts of messages; 1000 100000 by default

Beside it, in the same run: a bare GTK 3 window under the same Xvfb (python3-gi, so its own start is a little slow). Warm disk
cache, offline, medians of five; nothing is asserted.
"""

import importlib.util
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
SPEC = importlib.util.spec_from_file_location("bench_sync", HERE / "bench-sync.py")
sync = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(sync)
RUNS = 5
BARE = ("import gi; gi.require_version('Gtk', '3.0'); from gi.repository import Gtk; w = Gtk.Window(); w.add(Gtk.TreeView()); "
        "w.connect('map-event', lambda *a: print('drawn', flush=True)); w.show_all(); Gtk.main()")


def pss(pid):
    """Megabytes of the process and of what it started."""
    family, total = [pid], 0
    for parent in family:
        for task in pathlib.Path(f"/proc/{parent}/task").glob("*/children"):
            family += map(int, task.read_text().split())
    for member in family:
        for line in pathlib.Path(f"/proc/{member}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1])
    return total / 1024


def start(command, environment, sign):
    """Seconds until the program prints @sign, and its memory two seconds later."""
    begun = time.monotonic()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    for text in process.stdout:
        if sign in text:
            break
    else:
        raise RuntimeError(f"{command[0]} ended before it drew anything")
    seconds = time.monotonic() - begun
    time.sleep(2)
    memory = pss(process.pid)
    process.terminate()
    process.communicate()
    return seconds, memory


def line(job, runs):
    print(f"  {job:<36} {statistics.median(r[0] for r in runs):6.2f} s   {statistics.median(r[1] for r in runs):6.0f} MB PSS", flush=True)


def make_home(build, place, count):
    """A home with a mailbox of @count messages, and no server any more."""
    place.chmod(0o755)
    sync.write_mailbox(place / "mail" / sync.USER / "Maildir", count)
    if os.getuid() == 0:
        subprocess.run(["chown", "-R", "nobody", place / "mail"], check=True)
    server = sync.Server(place)
    home = place / "home"
    try:
        bench = sync.Bench(build, place, server)
        bench.cli(home, "account", "add", "b", "--address", sync.USER, "--mode", "imap", "--user", sync.USER, "--incoming",
                  f"127.0.0.1:{server.ports['imap']}", "--incoming-security", "none", "--offline", "headers")
        bench.cli(home, "sync", "b", "--password-file", place / "password")
    finally:
        server.stop()
    return home


def measure(build, count, environment):
    with tempfile.TemporaryDirectory(prefix="missiva-bench-") as folder:
        place = pathlib.Path(folder)
        home = make_home(build, place, count)
        environment = dict(environment, GSETTINGS_SCHEMA_DIR=str(build / "data"), G_MESSAGES_DEBUG="missiva")
        command = [build / "src" / "missiva", "--home", home, "--password-file", place / "password"]
        line(f"Missiva, {count:,} messages", [start(command, environment, "The first row is drawn") for _ in range(RUNS)])


def main():
    if len(sys.argv) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    if "MISSIVA_BENCH_DISPLAY" not in os.environ:
        os.environ["MISSIVA_BENCH_DISPLAY"] = "1"
        os.execvp("xvfb-run", ["xvfb-run", "-a", "-s", "-screen 0 1280x800x24", "dbus-run-session", "--", sys.executable, *sys.argv])
    build = pathlib.Path(sys.argv[1]).resolve()
    environment = dict(os.environ, LC_ALL="C.UTF-8", NO_AT_BRIDGE="1", GSETTINGS_BACKEND="memory")
    line("bare GTK 3 window, mapped", [start(["/usr/bin/python3", "-c", BARE], environment, "drawn") for _ in range(RUNS)])
    for count in map(int, sys.argv[2:] or ["1000", "100000"]):
        measure(build, count, environment)
    return 0


if __name__ == "__main__":
    sys.exit(main())
