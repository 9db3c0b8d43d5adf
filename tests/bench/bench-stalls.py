#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long the window answers nobody while a person acts on a whole mailbox: selects all, archives it, takes that back.

usage: bench-stalls.py BUILD [COUNT]         count of messages; 100000 by default

Its main loop is asked over the session bus, again and again; the longest wait for an answer is printed. Beside it, in the same
run: gtk_tree_selection_select_all() on a bare GtkTreeView with as many rows. Offline; nothing is asserted.
"""

import importlib.util
import os
import pathlib
import subprocess
import sys
import tempfile
import time

import gi

gi.require_version("Gtk", "3.0")
from gi.repository import Gio, GLib, Gtk  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
SPEC = importlib.util.spec_from_file_location("bench_window", HERE / "bench-window.py")
window = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(window)
CALM = 15  # seconds without a stall after which an action is over: the store has its own work
STALL = 0.02
MOST = 60  # seconds for an action, on a machine that is never calm


class Loop:
    """The main loop of a process on the session bus."""

    def __init__(self, pid):
        self.bus = Gio.bus_get_sync(Gio.BusType.SESSION)
        self.bus.signal_subscribe("org.freedesktop.DBus", "org.freedesktop.DBus", "NameOwnerChanged", None, None,
                                  Gio.DBusSignalFlags.NONE, lambda *news: None)
        while not (names := [name for name in self.ask("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
                                                       "ListNames", None)[0] if name[0] == ":" and self.pid_of(name) == pid]):
            GLib.MainContext.default().iteration(True)  # until another name comes
        self.name = names[0]

    def ask(self, *call):
        return self.bus.call_sync(*call, None, Gio.DBusCallFlags.NONE, -1, None).unpack()

    def pid_of(self, name):
        try:
            return self.ask("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "GetConnectionUnixProcessID",
                            GLib.Variant("(s)", (name,)))[0]
        except GLib.Error:
            return 0

    def answer(self):
        """Seconds until it answers."""
        begun = time.monotonic()
        try:
            self.ask(self.name, "/org/missiva/Missiva/window/1", "org.gtk.Actions", "List", None)
        except GLib.Error:
            pass  # there is no window yet
        return time.monotonic() - begun

    def longest(self):
        longest, begun = 0, time.monotonic()
        calm = begun
        while time.monotonic() < min(calm + CALM, begun + MOST):
            seconds = self.answer()
            longest = max(longest, seconds)
            if seconds > STALL:
                calm = time.monotonic()
            time.sleep(0.001)
        return longest


def line(job, seconds):
    print(f"  {job:<44} {seconds * 1000:6.0f} ms", flush=True)


def bare(count):
    store = Gtk.ListStore(int)
    for number in range(count):
        store.append([number])
    tree = Gtk.TreeView(model=store, fixed_height_mode=True)
    column = Gtk.TreeViewColumn("", Gtk.CellRendererText(), text=0)
    column.set_sizing(Gtk.TreeViewColumnSizing.FIXED)
    tree.append_column(column)
    tree.get_selection().set_mode(Gtk.SelectionMode.MULTIPLE)
    scroller = Gtk.ScrolledWindow()
    scroller.add(tree)
    top = Gtk.Window()
    top.add(scroller)
    top.show_all()
    while Gtk.events_pending():
        Gtk.main_iteration()
    begun = time.monotonic()
    tree.get_selection().select_all()
    line(f"gtk_tree_selection_select_all(), {count:,} rows", time.monotonic() - begun)
    top.destroy()


def press(*keys):
    subprocess.run(["xdotool", *keys], check=True)


def measure(build, count, environment):
    with tempfile.TemporaryDirectory(prefix="missiva-bench-") as folder:
        home = window.make_home(build, pathlib.Path(folder), count)
        environment = dict(environment, GSETTINGS_SCHEMA_DIR=str(build / "data"), GSETTINGS_BACKEND="memory")
        process = subprocess.Popen([build / "src" / "missiva", "--home", home], env=environment, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        loop = Loop(process.pid)
        line(f"Missiva, {count:,} messages: started", loop.longest())
        press("mousemove", "420", "300", "click", "1")
        line("one selected", loop.longest())
        for job, key in (("all selected", "ctrl+a"), ("archived", "a"), ("taken back", "ctrl+z"), ("all marked as unread", None)):
            if key is None:
                press("key", "ctrl+a")
                loop.longest()
                key = "u"
            press("key", key)
            line(job, loop.longest())
        process.terminate()
        process.wait()


def main():
    if len(sys.argv) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    if "MISSIVA_BENCH_DISPLAY" not in os.environ:
        os.environ["MISSIVA_BENCH_DISPLAY"] = "1"
        os.execvp("xvfb-run", ["xvfb-run", "-a", "-s", "-screen 0 1280x800x24", "dbus-run-session", "--", sys.executable, *sys.argv])
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 100_000
    bare(count)
    measure(pathlib.Path(sys.argv[1]).resolve(), count, dict(os.environ, LC_ALL="C.UTF-8", NO_AT_BRIDGE="1"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
