#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the window says of its connection: no network, no server, what a server wants a person to read, another certificate."""

import socket
import ssl

from missiva_window import Gio, GLib, Relay, letter, open_row, row, run, wait_for

OFFLINE = "^This computer is offline\\.$"
DOWN = "^Test: .*localhost does not accept connections\\.$"
BY_ITSELF = 120  # seconds: the second pause before a new try is half a minute


class Network:
    """The part of NetworkManager that says whether there is a network, on the bus of the test."""

    NAME, PATH = "org.freedesktop.NetworkManager", "/org/freedesktop/NetworkManager"
    XML = f"""<node><interface name='{NAME}'>
      <property name='State' type='u' access='read'/><property name='Connectivity' type='u' access='read'/>
    </interface></node>"""
    VALUES = {False: {"State": GLib.Variant("u", 20), "Connectivity": GLib.Variant("u", 1)},
              True: {"State": GLib.Variant("u", 70), "Connectivity": GLib.Variant("u", 4)}}

    def __init__(self, place, there):
        self.there = there
        self.bus = Gio.bus_get_sync(Gio.BusType.SESSION)
        interface = Gio.DBusNodeInfo.new_for_xml(self.XML).interfaces[0]
        self.registration = self.bus.register_object(self.PATH, interface, None, self.get, None)
        self.owner = Gio.bus_own_name_on_connection(self.bus, self.NAME, Gio.BusNameOwnerFlags.NONE, None, None)
        place.at_end(self.close)
        place.environment.update(DBUS_SYSTEM_BUS_ADDRESS=place.environment["DBUS_SESSION_BUS_ADDRESS"],
                                 GIO_USE_NETWORK_MONITOR="networkmanager")

    def get(self, _bus, _sender, _path, _interface, name):
        return self.VALUES[self.there][name]

    def tell(self, there):
        self.there = there
        changed = GLib.Variant("(sa{sv}as)", (self.NAME, self.VALUES[there], []))
        self.bus.emit_signal(None, self.PATH, "org.freedesktop.DBus.Properties", "PropertiesChanged", changed)

    def close(self):
        Gio.bus_unown_name(self.owner)
        self.bus.unregister_object(self.registration)


def deliver(server, number, subject):
    server.deliver("imap@example.org", letter(number, subject, f"{number:02} Nov 2025 10:00:00 +0000"))


def prepare(place, host="localhost"):
    """An account with one letter that is here already."""
    server = place.server()
    deliver(server, 1, "First")
    place.cli("account", "add", "Test", "--address", "imap@example.org", "--mode", "imap", "--user", "imap@example.org",
              "--incoming", f"{host}:{server.ports['imaps']}", "--incoming-security", "tls",
              "--trust", server.fingerprint())
    place.cli("sync", "Test", "--password-file", place.password)
    return server


def start(place):
    return place.start("--password-file", place.password)


def is_flagged(server, user):
    """Whether the server has a message with a star."""
    return any("F" in file.name.rpartition(":2,")[2] for file in (server.folder / "mail" / user / "Maildir").glob("*/*:2,*"))


def test_shows_what_is_here_without_a_network_and_takes_up_when_it_comes(place):
    network = Network(place, there=False)
    # A server on this computer needs no network: this name leads there, but does not say so.
    server = prepare(place, "mail.localhost")
    deliver(server, 2, "Second")
    window = start(place)
    window.text(OFFLINE)
    open_row(window, "First")
    window.text("The text of letter 1")
    network.tell(there=True)
    window.gone("label", OFFLINE)
    row(window, "^Unread, from Writer 2, Second")


def test_says_so_when_the_network_goes_and_keeps_what_was_done_meanwhile(place):
    network = Network(place, there=True)
    server = prepare(place, "mail.localhost")
    window = start(place)
    window.find(None, "^Up to date$")
    assert window.look("label", OFFLINE) is None
    network.tell(there=False)
    window.text(OFFLINE)
    open_row(window, "First")
    window.key("s")
    row(window, "First.*starred")
    assert not is_flagged(server, "imap@example.org")
    network.tell(there=True)
    window.gone("label", OFFLINE)
    wait_for("the star on the server", lambda: is_flagged(server, "imap@example.org"))


def test_shows_what_is_here_without_its_server_and_goes_on_by_itself(place):
    server = prepare(place)
    server.stop()
    window = start(place)
    window.text(DOWN)
    window.text("^Missiva tries again by itself\\.")
    open_row(window, "First")
    window.text("The text of letter 1")
    server.start()
    deliver(server, 2, "Second")
    wait_for("the second letter", lambda: window.look("table cell", "^Unread, from Writer 2, Second"), BY_ITSELF)
    window.gone("label", DOWN)


def test_says_so_when_the_server_goes_and_tries_again_when_it_is_told_to(place):
    server = prepare(place)
    window = start(place)
    window.find(None, "^Up to date$")
    server.stop()
    window.text(DOWN)
    server.start()
    deliver(server, 2, "Second")
    window.press("push button", "^Try Again$")
    row(window, "^Unread, from Writer 2, Second")
    window.gone("label", DOWN)


def test_is_back_at_once_when_the_server_hangs_up(place):
    server = prepare(place)
    relay = Relay(int(server.ports["imaps"]))
    place.at_end(relay.close)
    place.cli("account", "set", "Test", f"incoming=localhost:{relay.port}")
    window = start(place)
    window.find(None, "^Up to date$")
    relay.cut()
    deliver(server, 2, "Second")
    row(window, "^Unread, from Writer 2, Second")


class Alerting(Relay):
    """An IMAP server with STARTTLS that has something to say, before TLS and after it."""

    def __init__(self, server, *words):
        super().__init__(int(server.ports["imap"]))
        self.words = words
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(server.folder / "server.pem", server.folder / "server.key")

    def serve(self, peer):
        lines = peer.makefile("rb")
        peer.sendall(b"* OK [ALERT] Sent before TLS by anybody\r\n")
        while line := lines.readline():
            tag, verb, *_ = line.decode().split()
            if verb.upper() == "STARTTLS":
                peer.sendall(f"{tag} OK [ALERT] Sent before TLS by anybody else\r\n".encode())
                break
            peer.sendall(f"* CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED\r\n{tag} OK [ALERT] Sent before TLS, too\r\n".encode())
        try:
            peer = self.context.wrap_socket(peer, server_side=True)
            self.peers.append(peer)
            server = socket.create_connection(("127.0.0.1", self.target))
            server.makefile("rb", 0).readline()  # the greeting was ours
            for words in self.words:
                peer.sendall(f"* OK [ALERT] {words}\r\n".encode())
            self.join(peer, server)
        except OSError:
            peer.close()


def dismiss(window):
    window.press("push button", "^Close$", within=window.find("info bar", "^Information$"))


def test_shows_once_what_the_server_wants_to_be_read_and_nothing_from_before_tls(place):
    server = place.server()
    deliver(server, 1, "First")
    relay = Alerting(server, "The mailbox moves on <b>Monday</b>.")
    place.at_end(relay.close)
    place.cli("account", "add", "Test", "--address", "imap@example.org", "--mode", "imap", "--user", "imap@example.org",
              "--incoming", f"localhost:{relay.port}", "--incoming-security", "starttls", "--trust", server.fingerprint())
    window = start(place)
    window.find("label", "^The server of Test says: “The mailbox moves on <b>Monday</b>\\.”$")
    row(window, "First")
    dismiss(window)
    window.gone("label", "^The server of Test says")
    # Said again on the next connection, before something new.
    relay.words = (*relay.words, "It is Monday.")
    relay.cut()
    window.find("label", "^The server of Test says: “It is Monday\\.”$")
    dismiss(window)
    window.gone("label", "^The server of Test says")


def renew_certificate(server):
    server.stop()
    for name in ("server.pem", "ca.pem"):
        (server.folder / name).unlink()
    (server.folder / "dovecot.log").unlink()
    server.start()


def colons(fingerprint):
    pairs = [fingerprint[index:index + 2].upper() for index in range(0, 64, 2)]
    return ":".join(pairs[:16]) + "\n" + ":".join(pairs[16:])


def test_refuses_another_certificate_than_the_one_that_was_trusted(place):
    server = prepare(place)
    trusted = server.fingerprint()
    renew_certificate(server)
    deliver(server, 2, "Second")
    window = start(place)
    window.text("^Test: localhost shows another certificate than the one that you trusted\\.$")
    window.text("^Your password was not sent\\.")
    row(window, "First")
    for answer in ("^Cancel$", "^Trust This Certificate$"):
        assert "Login:" not in (server.folder / "dovecot.log").read_text()
        window.press("push button", "^Look at the Certificate…$")
        window.find("label", f"^{colons(server.fingerprint())}$")
        window.find("label", f"^{colons(trusted)}$")
        window.press("push button", answer)
        window.gone("label", f"^{colons(trusted)}$")
    row(window, "^Unread, from Writer 2, Second")
    window.gone("label", "shows another certificate")


run(globals())
