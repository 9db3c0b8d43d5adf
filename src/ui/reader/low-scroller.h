/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

/* Scrolls up and down what is higher than a few lines, and is as high as anything lower. A GtkScrolledWindow is as high as its
 * child would be in the narrowest window, and wrapped text without one asks for that height of the whole window. */
#define MAIL_TYPE_LOW_SCROLLER (mail_low_scroller_get_type ())
G_DECLARE_FINAL_TYPE (MailLowScroller, mail_low_scroller, MAIL, LOW_SCROLLER, GtkScrolledWindow)
