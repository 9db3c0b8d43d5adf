#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A message file in a window of its own."""

from gi.repository import Atspi

from missiva_window import Failure, run, text_of, wait_for

LETTER = """From: Garden Committee <garden@example.org>
To: Reader <reader@example.com>, team@example.net, office@example.net, board@example.net
Cc: archive@example.com
Subject: The plan for the garden
Date: Fri, 20 Nov 2026 08:05:00 -0500
Message-ID: <plan@example.org>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=x

--x
Content-Type: text/plain; charset=utf-8

Dear all, see https://example.org/plan today.

On Thursday somebody wrote:
> a first line that was quoted
> a second line
> a third line
> a fourth line

Yours
--x
Content-Type: application/pdf
Content-Disposition: attachment; filename="plan.pdf"

12345
--x
Content-Type: application/x-msdownload
Content-Disposition: attachment; filename="setup.exe"

12345
--x--
"""


def test_shows_subject_sender_address_and_text(place):
    window = place.start(place.file("letter.eml", LETTER))
    window.find("label", "^The plan for the garden$")
    window.find("label", "^Garden Committee$")
    window.find("label", "^garden@example.org$")
    window.find("label", "^Friday, 20 November 2026 at 13:05$")
    window.text("Dear all, see https://example.org/plan today")


def test_folds_recipients_to_one_line_and_unfolds_them(place):
    window = place.start(place.file("letter.eml", LETTER))
    window.text("^To Reader, team@example.net, office@example.net and 2 more$")
    if window.look("label", "archive@example.com") is not None:
        raise Failure("the recipients are not folded")
    window.press("toggle button", "^To Reader")
    window.find("label", "archive@example.com")


def test_keeps_the_text_in_sight_beside_very_many_recipients(place):
    everybody = ", ".join(f"reader.number.{number}@a.department.of.reading.example.com" for number in range(300))
    window = place.start(place.file("letter.eml", LETTER.replace("archive@example.com", everybody)))
    window.press("toggle button", "^To Reader")
    window.find("label", "reader.number.299@", showing=False)
    text = window.find("text", "^Text of the message$")

    def is_in_sight():
        area = Atspi.Component.get_extents(text.get_component_iface(), Atspi.CoordType.SCREEN)
        return area.y > 200 and area.height > 100 and area.y + 100 < 800
    wait_for("the text in sight", is_in_sight)


def test_folds_a_long_quotation_and_shows_it_on_request(place):
    window = place.start(place.file("letter.eml", LETTER))
    window.press("toggle button", "^Show quoted text$")
    window.find("toggle button", "^Hide quoted text$")


def test_shows_attachments_with_name_and_size(place):
    window = place.start(place.file("letter.eml", LETTER))
    window.find("push button", "^Open attachment plan.pdf, 5 bytes$")
    window.find("push button", "^Save All…$")


def test_keeps_the_names_of_many_attachments_readable(place):
    part = LETTER[LETTER.index("--x\nContent-Type: application/pdf"):LETTER.index("--x\nContent-Type: application/x-")]
    many = LETTER.replace(part, "".join(part.replace("plan.pdf", f"plan-{number}.pdf") for number in range(9)))
    window = place.start(place.file("letter.eml", many))
    button = window.find("push button", "^Open attachment plan-8.pdf", showing=False)
    width = wait_for("the button", lambda: Atspi.Component.get_extents(button.get_component_iface(), Atspi.CoordType.SCREEN).width)
    if width < 145:
        raise Failure(f"its button is {width} wide")


def test_warns_before_it_opens_a_program(place):
    window = place.start(place.file("letter.eml", LETTER))
    window.press("push button", "^Open attachment setup.exe")
    window.find(None, "^This attachment may be a program$")
    window.press("push button", "^Cancel$")
    window.gone(None, "^This attachment may be a program$")


def test_says_so_when_the_sender_pretends_to_be_another(place):
    window = place.start(place.file("letter.eml", LETTER.replace("Garden Committee", '"service@bank.example"')))
    window.find("label", "^The sender’s address differs from the name$")


def test_shows_the_source_and_the_headers(place):
    window = place.start(place.file("letter.eml", LETTER))
    window.find("label", "^The plan for the garden$")
    window.key("ctrl+u")
    source = window.find("text", "^Source of the message$")
    wait_for("the source", lambda: "boundary=x" in text_of(source))
    window.key("Escape")
    window.gone("text", "^Source of the message$")
    window.key("ctrl+shift+h")
    headers = window.find("text", "^Headers of the message$")
    wait_for("the headers", lambda: "Message-ID: <plan@example.org>" in text_of(headers))


def test_keeps_an_address_at_hand_that_it_cannot_write_to(place):
    window = place.start("mailto:ada@example.org?subject=hello")
    window.text("The address ada@example.org was copied")


def test_says_in_words_that_a_file_is_not_there(place):
    window = place.start(place.folder / "nowhere.eml")
    window.find(None, "^The message could not be opened$")


run(globals())
