# SPDX-License-Identifier: GPL-3.0-or-later
"""Drives the real window as a screen reader sees it: a display, a session bus and a home of its own for each test file.

A test file defines functions whose names begin with "test_" and calls run(globals()). Each gets a Place, and prints one TAP line.
Nothing here sleeps: waiting is the main loop's, woken by AT-SPI and by a timer that looks again.
"""

import ctypes
import hashlib
import os
import pathlib
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import traceback

BUILD = pathlib.Path(os.environ.get("MISSIVA_BUILD", pathlib.Path(__file__).resolve().parents[2] / "build"))
SOURCE = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = BUILD / "src" / "missiva"
CLI = BUILD / "src" / "missiva-cli"
DEADLINE = 90  # seconds, for what a broken program would never do
LOOK_AGAIN = 40  # milliseconds

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36  # linux/prctl.h


def end_all(seconds):
    """Ends and reaps every process below this one, those that lost their parents too: asked first, killed after @seconds."""
    mine = pathlib.Path(f"/proc/self/task/{os.getpid()}/children")
    asked = set()
    end = time.monotonic() + seconds
    while True:
        for pid in map(int, mine.read_text().split()):
            late = time.monotonic() > end
            if late or pid not in asked:
                os.kill(pid, signal.SIGKILL if late else signal.SIGTERM)
            asked.add(pid)
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return
        signal.sigtimedwait([signal.SIGCHLD], 0.2)


def watch_over(test):
    """Runs @test in a session of its own, and leaves neither a process nor a file of it, however this one ends."""
    me = os.getpid()
    watcher = os.fork()
    if watcher:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        _, status = os.waitpid(watcher, 0)
        os._exit(os.waitstatus_to_exitcode(status) % 256)
    os.setsid()  # out of reach of who kills the whole group
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGCHLD, signal.SIGTERM])
    prctl = ctypes.CDLL(None).prctl
    prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    status = 1
    folder = tempfile.mkdtemp(prefix="missiva-test-")
    try:
        os.chmod(folder, 0o755)  # the mail server is somebody else
        runtime = pathlib.Path(folder, "run")
        runtime.mkdir(0o700)
        # The accessibility bus listens at one place of the runtime folder: two tests at a time would take it from each other.
        environment = dict(os.environ, TMPDIR=folder, XDG_RUNTIME_DIR=str(runtime))
        process = subprocess.Popen(test, env=environment, close_fds=False, start_new_session=True,
                                   preexec_fn=lambda: signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGCHLD, signal.SIGTERM]))
        while os.getppid() == me and process.poll() is None:
            if signal.sigwait([signal.SIGCHLD, signal.SIGTERM]) == signal.SIGTERM:
                break
        status = 1 if process.returncode is None else process.returncode
    finally:
        end_all(3)
        shutil.rmtree(folder, ignore_errors=True)
        os._exit(status % 256)


if __name__ != "__main__" and os.environ.get("MISSIVA_TEST_BUS") != "1":
    # The accessibility bus belongs to a session bus: one for this test alone.
    os.environ["MISSIVA_TEST_BUS"] = "1"
    for name in ("AT_SPI_BUS_ADDRESS", "NO_AT_BRIDGE", "WAYLAND_DISPLAY"):
        os.environ.pop(name, None)
    # The bus and what it starts talk on standard output, where only TAP may be.
    os.environ["MISSIVA_TEST_OUTPUT"] = str(os.dup(1))
    os.set_inheritable(int(os.environ["MISSIVA_TEST_OUTPUT"]), True)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    watch_over(["dbus-run-session", "--", sys.executable, *sys.argv])
if "MISSIVA_TEST_OUTPUT" in os.environ:
    os.dup2(int(os.environ.pop("MISSIVA_TEST_OUTPUT")), 1)

import gi  # noqa: E402

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, Gio, GLib  # noqa: E402


class Failure(Exception):
    pass


def wait_for(what, condition, deadline=DEADLINE):
    """Runs the main loop until @condition answers something true, and returns that."""
    end = time.monotonic() + deadline
    context = GLib.MainContext.default()
    ticks = GLib.timeout_add(LOOK_AGAIN, lambda: True)
    try:
        while True:
            try:
                answer = condition()
            except GLib.Error:  # a widget that went while we looked at it
                answer = None
            if answer:
                return answer
            if time.monotonic() > end:
                raise Failure(f"waited in vain for {what}")
            context.iteration(True)
    finally:
        GLib.source_remove(ticks)


def start_display(size):
    """An X server of our own; ended with this process."""
    reader, writer = os.pipe()
    server = subprocess.Popen(["Xvfb", "-displayfd", str(writer), "-screen", "0", f"{size}x24", "-nolisten", "tcp"],
                              pass_fds=[writer], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(writer)
    with os.fdopen(reader) as lines:
        number = lines.readline().strip()
    if not number:
        raise Failure("no display")
    os.environ["DISPLAY"] = f":{number}"


def stop(process):
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def children(node):
    for index in range(min(node.get_child_count(), 300)):
        child = node.get_child_at_index(index)
        if child is not None:
            yield child


def walk(node, depth=40):
    yield node
    if depth > 0:
        for child in children(node):
            yield from walk(child, depth - 1)


def is_showing(node):
    states = node.get_state_set()
    return states.contains(Atspi.StateType.SHOWING) and states.contains(Atspi.StateType.VISIBLE)


def text_of(node):
    text = node.get_text_iface()
    return Atspi.Text.get_text(text, 0, -1) if text is not None else ""


def matches(pattern, text):
    return text is not None and re.search(pattern, text) is not None


class Window:
    """The program while it runs."""

    def __init__(self, arguments, environment):
        self.log = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen([str(PROGRAM), *map(str, arguments)], env=environment, stdout=self.log, stderr=self.log)

    def application(self):
        if self.process.poll() is not None:
            raise Failure(f"the program ended with status {self.process.returncode}")
        desktop = Atspi.get_desktop(0)
        for child in children(desktop):
            if child.get_process_id() == self.process.pid:
                return child
        return None

    def look(self, role, name, showing=True, within=None):
        top = within or self.application()
        for node in walk(top) if top is not None else ():
            if (role is None or node.get_role_name() == role) and matches(name, node.get_name()):
                if not showing or is_showing(node):
                    return node
        return None

    def find(self, role, name, showing=True, within=None):
        """The widget of that role (None: any) whose accessible name matches, once it is there."""
        return wait_for(f"{role} “{name}”", lambda: self.look(role, name, showing, within))

    def gone(self, role, name):
        wait_for(f"{role} “{name}” to go", lambda: self.look(role, name) is None)

    def text(self, pattern):
        """A text that matches, in whatever widget shows it."""
        def look():
            application = self.application()
            for node in walk(application) if application is not None else ():
                if is_showing(node) and (matches(pattern, node.get_name()) or matches(pattern, text_of(node))):
                    return node
            return None
        return wait_for(f"the text “{pattern}”", look)

    def press(self, role, name, within=None):
        node = self.find(role, name, within=within)
        wait_for(f"“{name}” to be sensitive", lambda: node.get_state_set().contains(Atspi.StateType.SENSITIVE))
        action = node.get_action_iface()
        if action is None or not Atspi.Action.do_action(action, 0):
            raise Failure(f"“{name}” cannot be pressed")

    def select(self, node):
        """Chooses a row of a list."""
        parent = node.get_parent()
        Atspi.Selection.select_child(parent.get_selection_iface(), node.get_index_in_parent())

    def place(self, node):
        """Where it is in the window."""
        extents = Atspi.Component.get_extents(node.get_component_iface(), Atspi.CoordType.WINDOW)
        return extents.x, extents.y

    def type_into(self, role, name, text):
        field = self.find(role, name)
        Atspi.EditableText.set_text_contents(field.get_editable_text_iface(), text)

    def click(self, node, words=None):
        """A click with the pointer in the middle of a widget, or of @words in its text, once they are drawn."""
        def extents():
            if words is None:
                area = Atspi.Component.get_extents(node.get_component_iface(), Atspi.CoordType.SCREEN)
            else:
                start = text_of(node).index(words)
                area = Atspi.Text.get_range_extents(node.get_text_iface(), start, start + len(words), Atspi.CoordType.SCREEN)
            return area if area.width > 0 and area.height > 0 else None
        area = wait_for(f"the place of {words or node.get_name()}", extents)
        subprocess.run(["xdotool", "mousemove", str(area.x + area.width // 2), str(area.y + area.height // 2), "click", "1"],
                       check=True, stdout=subprocess.DEVNULL)

    def key(self, *keys):
        subprocess.run(["xdotool", "key", "--clearmodifiers", *keys], check=True, stdout=subprocess.DEVNULL)

    def close(self):
        stop(self.process)
        self.log.seek(0)
        return self.log.read()


class Server:
    """The private Dovecot of the demo."""

    def __init__(self, folder):
        self.folder = folder / "server"
        self.folder.mkdir()
        if os.getuid() == 0:
            folder.chmod(0o755)
        script = SOURCE / "scripts" / "private-dovecot"
        self.script = script
        self.start()

    def start(self, *settings):
        """Also again, with the ports that it had."""
        self.process = subprocess.Popen([str(self.script), "run", str(self.folder), *settings], stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)
        self.ports = wait_for("the mail server", self.read_ports)

    def read_ports(self):
        if self.process.poll() is not None:
            raise Failure("the mail server did not start")
        try:
            lines = (self.folder / "ports").read_text().split()
            ports = dict(line.split("=") for line in lines)
            socket.create_connection(("127.0.0.1", int(ports["imaps"])), 1).close()
            return ports
        except (OSError, ValueError, KeyError):
            return None

    def deliver(self, user, text, mailbox="INBOX"):
        with tempfile.NamedTemporaryFile("w", suffix=".eml", dir=self.folder) as file:
            file.write(text)
            file.flush()
            subprocess.run([str(self.script), "deliver", str(self.folder), user, file.name, mailbox], check=True)

    def answers(self):
        try:
            socket.create_connection(("127.0.0.1", int(self.ports["imaps"])), 1).close()
            return True
        except OSError:
            return False

    def go(self):
        """Nobody is answered any more; that it takes a second to end is nobody's wait but stop()'s."""
        self.process.terminate()
        wait_for("the mail server to go", lambda: not self.answers())

    def stop(self):
        stop(self.process)

    def fingerprint(self):
        """SHA-256 of the certificate that it shows."""
        return hashlib.sha256(ssl.PEM_cert_to_DER_cert((self.folder / "server.pem").read_text())).hexdigest()


prepared = {}  # function -> Place


class Place:
    """A temporary home for one test."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="missiva-ui-"))
        self.home = self.folder / "home"
        self.password = self.folder / "password"
        self.password.write_text("secret\n")
        self.downloads = self.folder / "Downloads"
        self.desktop = self.folder / "desktop"  # what belongs to the desktop and not to Missiva
        for folder in (self.downloads, self.desktop / "applications"):
            folder.mkdir(parents=True)
        (self.desktop / "user-dirs.dirs").write_text(f'XDG_DOWNLOAD_DIR="{self.downloads}"\n')
        self.windows = []
        self.servers = []
        self.last_deeds = []
        self.environment = dict(os.environ, GSETTINGS_SCHEMA_DIR=str(BUILD / "data"), G_DEBUG="fatal-criticals",
                                GTK_A11Y="atspi", GIO_USE_VFS="local", LC_ALL="C.UTF-8", TZ="UTC", LANGUAGE="",
                                XDG_CONFIG_HOME=str(self.desktop), XDG_DATA_HOME=str(self.desktop))

    def file(self, name, text):
        path = self.folder / name
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    def start(self, *arguments, **environment):
        window = Window(["--home", self.home, *arguments], dict(self.environment, **environment))
        self.windows.append(window)
        return window

    def openers(self, *content_types):
        """Makes a program of the test's own the one that opens @content_types; what it is asked to open is read by opened()."""
        program = self.file("opener", f'#!/bin/sh\nprintf "%s\\n" "$@" >>{self.folder}/opened\n')
        program.chmod(0o755)
        (self.desktop / "applications" / "opener.desktop").write_text(
            f"[Desktop Entry]\nType=Application\nName=Opener\nExec={program} %u\nMimeType={';'.join(content_types)};\n")
        (self.desktop / "mimeapps.list").write_text(
            "[Default Applications]\n" + "".join(f"{content_type}=opener.desktop\n" for content_type in content_types))

    def opened(self):
        file = self.folder / "opened"
        return file.read_text().splitlines() if file.exists() else []

    def server(self):
        server = Server(self.folder)
        self.servers.append(server)
        return server

    def cli(self, *arguments):
        result = subprocess.run([str(CLI), "--home", str(self.home), *map(str, arguments)], env=self.environment,
                                capture_output=True, text=True, timeout=DEADLINE)
        if result.returncode != 0:
            raise Failure(f"missiva-cli {arguments[0]}: {result.stderr.strip()}")
        return result.stdout

    def home_as_after(self, prepare):
        """A home as it is after @prepare (place), which is done once for all tests of the file, with servers that are gone then."""
        if prepare not in prepared:
            prepared[prepare] = Place()
            prepare(prepared[prepare])
            for server in prepared[prepare].servers:
                server.go()
        shutil.copytree(prepared[prepare].home, self.home)

    def at_end(self, deed):
        """@deed is called when the test is over, whatever became of it."""
        self.last_deeds.append(deed)

    def leave(self, failed):
        for window in self.windows:
            log = window.close()
            if failed and log:
                print("".join(f"# {line}\n" for line in log.splitlines()[-30:]), end="")
        for deed in [*self.last_deeds, *(server.stop for server in self.servers)]:
            deed()
        shutil.rmtree(self.folder, ignore_errors=True)


def letter(number, subject, when):
    return f"""From: Writer {number} <writer{number}@example.org>
To: reader@example.com
Subject: {subject}
Date: {when}
Message-ID: <{number}@example.org>

The text of letter {number}.
"""


def add_account(place, server, name, mode, *settings, trusted=True):
    port = server.ports["imaps" if mode == "imap" else "pop3s"]
    place.cli("account", "add", name, "--address", f"{mode}@example.org", "--mode", mode, "--user", f"{mode}@example.org",
              "--incoming", f"localhost:{port}", "--incoming-security", "tls",
              *settings, *(["--ca-file", server.folder / "ca.pem"] if trusted else []))


def row(window, pattern):
    return window.find("table cell", pattern)


def extents(node):
    return Atspi.Component.get_extents(node.get_component_iface(), Atspi.CoordType.SCREEN)


def middle(node, part=0.5):
    area = wait_for("a place on the screen", lambda: (e := extents(node)).width > 0 and e)
    return round(area.x + area.width * part), area.y + area.height // 2


def pointer(*arguments):
    subprocess.run(["xdotool", *map(str, arguments)], check=True, stdout=subprocess.DEVNULL)


def drag(node, target, copy=False):
    """From one to the other as a hand does it; @copy holds the key that makes it a copy."""
    (x, y), (to_x, to_y) = middle(node), middle(target)
    pointer("mousemove", x, y, "mousedown", 1)
    if copy:
        pointer("keydown", "ctrl")
    for step in range(1, 11):
        pointer("mousemove", x + (to_x - x) * step // 10, y + (to_y - y) * step // 10, "sleep", 0.03)
    pointer("mousemove", to_x, to_y + 1, "sleep", 0.1, "mouseup", 1)
    if copy:
        pointer("keyup", "ctrl")


def drag_until(window, node, target, words):
    """A busy program may miss the end of a drag, and while the icon of one flies back another is none."""
    def told():
        drag(node, target)
        try:
            return wait_for("the words", lambda: window.look(None, words), 3)
        except Failure:
            return False
    wait_for(f"the drag to end in “{words}”", told)


def open_row(window, subject):
    window.select(row(window, subject))
    window.find("label", f"^{subject}$")


class Notifications:
    """The part of a desktop that shows notifications (org.freedesktop.Notifications)."""

    XML = """<node><interface name='org.freedesktop.Notifications'>
      <method name='Notify'><arg type='s' direction='in'/><arg type='u' direction='in'/><arg type='s' direction='in'/>
        <arg type='s' direction='in'/><arg type='s' direction='in'/><arg type='as' direction='in'/>
        <arg type='a{sv}' direction='in'/><arg type='i' direction='in'/><arg type='u' direction='out'/></method>
      <method name='CloseNotification'><arg type='u' direction='in'/></method>
      <method name='GetCapabilities'><arg type='as' direction='out'/></method>
      <method name='GetServerInformation'><arg type='s' direction='out'/><arg type='s' direction='out'/>
        <arg type='s' direction='out'/><arg type='s' direction='out'/></method>
      <signal name='ActionInvoked'><arg type='u'/><arg type='s'/></signal>
    </interface></node>"""
    PATH, NAME = "/org/freedesktop/Notifications", "org.freedesktop.Notifications"

    def __init__(self):
        self.shown = []
        self.bus = Gio.bus_get_sync(Gio.BusType.SESSION)
        interface = Gio.DBusNodeInfo.new_for_xml(self.XML).interfaces[0]
        self.bus.register_object(self.PATH, interface, self.called, None, None)
        Gio.bus_own_name_on_connection(self.bus, self.NAME, Gio.BusNameOwnerFlags.NONE, None, None)

    def called(self, _bus, _sender, _path, _interface, method, arguments, invocation):
        if method == "Notify":
            _, _, _, title, body, *_ = arguments.unpack()
            self.shown.append((len(self.shown) + 1, title, body))
            invocation.return_value(GLib.Variant("(u)", (len(self.shown),)))
        elif method == "GetCapabilities":
            invocation.return_value(GLib.Variant("(as)", (["actions", "body"],)))
        elif method == "GetServerInformation":
            invocation.return_value(GLib.Variant("(ssss)", ("test", "Missiva", "1", "1.2")))
        else:
            invocation.return_value(None)

    def click(self, number):
        self.bus.emit_signal(None, self.PATH, self.NAME, "ActionInvoked", GLib.Variant("(us)", (number, "default")))


class Listener:
    """A web server on loopback that counts who comes."""

    def __init__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.requests = []
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                peer, _ = self.socket.accept()
            except OSError:
                return
            with peer:
                peer.settimeout(5)
                try:
                    request = peer.recv(4096).decode("latin-1")
                    peer.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                except OSError:
                    request = ""
            self.requests.append(request.split("\r\n")[0])

    def close(self):
        self.socket.close()


def pump(source, sink):
    """Passes on what comes, to its end."""
    try:
        while data := source.recv(65536):
            sink.sendall(data)
    except OSError:
        pass
    for end in (source, sink):
        try:
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


class Relay:
    """A server on loopback behind which another one answers."""

    def __init__(self, target, port=0):
        self.target = target
        self.socket = socket.create_server(("127.0.0.1", port))
        self.port = self.socket.getsockname()[1]
        self.peers = []
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                peer, _ = self.socket.accept()
            except OSError:
                return
            self.peers.append(peer)
            threading.Thread(target=self.serve, args=[peer], daemon=True).start()

    def serve(self, peer):
        try:
            self.join(peer, socket.create_connection(("127.0.0.1", self.target)))
        except OSError:
            peer.close()

    def join(self, peer, server):
        threading.Thread(target=pump, args=[peer, server], daemon=True).start()
        pump(server, peer)

    def cut(self):
        """Ends every connection."""
        while self.peers:
            peer = self.peers.pop()
            try:
                peer.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def close(self):
        # A close alone does not wake who waits in accept().
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        self.cut()


def sandbox_environment():
    """Where the sandbox cannot stand (some containers), the tests of what it holds do without it."""
    works = subprocess.run(["bwrap", "--unshare-pid", "--unshare-uts", "--unshare-net", "--ro-bind", "/", "/", "--proc", "/proc",
                            "--dev", "/dev", "true"], capture_output=True, check=False).returncode == 0
    return {} if works else {"MISSIVA_WEBKIT_SANDBOX": "0"}


def run(names, size="1280x800"):
    tests = [value for name, value in names.items() if name.startswith("test_")]
    print(f"1..{len(tests)}", flush=True)
    start_display(size)
    # A program that starts before the registry answers gives up and stays unseen.
    wait_for("the accessibility registry", lambda: Atspi.get_desktop(0).get_child_count() >= 0)
    failures = 0
    for number, test in enumerate(tests, 1):
        place = Place()
        failed = False
        try:
            test(place)
        except Exception:  # every fault of a test is a line of its own
            failed = True
            failures += 1
            print("".join(f"# {line}\n" for line in traceback.format_exc().splitlines()), end="")
        finally:
            place.leave(failed)
        name = test.__name__[len("test_"):].replace("_", "-")
        print(f"{'not ok' if failed else 'ok'} {number} {name}", flush=True)
    for place in prepared.values():
        place.leave(False)
    sys.exit(1 if failures else 0)
