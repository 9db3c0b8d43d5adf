/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/store.h"

/* The numbered schemas: schema/001.sql ... Private to store/. */
#define MAIL_SCHEMA_NEWEST 5

/* STORE_NEWER when a newer program wrote it, STORE_DAMAGED when it is no store of ours. Writes nothing. */
gboolean mail_schema_check (MailDb *db, GError **error);

/* Brings it to the newest schema, each step in one transaction. */
gboolean mail_schema_migrate (MailDb *db, GError **error);
