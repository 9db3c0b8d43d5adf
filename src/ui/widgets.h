/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

/* Destroys what is in it. */
void mail_container_clear (GtkContainer *container);
