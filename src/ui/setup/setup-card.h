/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "core/account-config.h"

/* One of the two cards: a drawing, five lines on the same five subjects in the same order, and the figures
 * of this mailbox. A radio
 * button, so that arrow keys and screen readers know it. */
#define MAIL_TYPE_SETUP_CARD (mail_setup_card_get_type ())
G_DECLARE_FINAL_TYPE (MailSetupCard, mail_setup_card, MAIL, SETUP_CARD, GtkRadioButton)

GtkWidget *mail_setup_card_new (MailMode mode);

/* @figures: a sentence; @available FALSE: the card says why and cannot be chosen. */
void mail_setup_card_set_figures (MailSetupCard *card, const char *figures, gboolean available);
void mail_setup_card_set_recommended (MailSetupCard *card, gboolean recommended);
