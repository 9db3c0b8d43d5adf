/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/account-config.h"
#include "store/store.h"

/* What is stored by one protocol cannot be matched with what the other one calls it: mail would be doubled
 * and marks lost. BAD_INPUT
 * when @store has mail of another mode than @mode; TRUE for an empty one. Blocking. */
gboolean mail_store_mode_check (MailStore *store, MailMode mode, GError **error);
