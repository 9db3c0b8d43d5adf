/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/engine.h"

#include "core/errors.h"
#include "sync/imap-engine.h"
#include "sync/pop3-engine.h"

G_DEFINE_INTERFACE (MailEngine, mail_engine, G_TYPE_OBJECT)

static void
mail_engine_default_init (MailEngineInterface *iface)
{
}

void
mail_figures_free (MailFigures *figures)
{
  if (figures == NULL)
    return;
  g_strfreev (figures->capabilities);
  g_free (figures);
}

MailEngine *
mail_engine_new (const MailAccountConfig *config, MailStore *store)
{
  g_return_val_if_fail (config != NULL, NULL);

  return config->mode == MAIL_MODE_POP ? mail_pop3_engine_new (config, store) : mail_imap_engine_new (config, store);
}

MailEngineCan
mail_engine_get_can (MailEngine *engine)
{
  g_return_val_if_fail (MAIL_IS_ENGINE (engine), 0);

  return MAIL_ENGINE_GET_IFACE (engine)->get_can (engine);
}

gboolean
mail_engine_open (MailEngine *engine, const MailCredentials *credentials, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (MAIL_IS_ENGINE (engine), FALSE);

  if (mail_engine_is_open (engine))
    return TRUE;
  return MAIL_ENGINE_GET_IFACE (engine)->open (engine, credentials, cancellable, error);
}

void
mail_engine_close (MailEngine *engine)
{
  g_return_if_fail (MAIL_IS_ENGINE (engine));

  MAIL_ENGINE_GET_IFACE (engine)->close (engine);
}

void
mail_engine_drop (MailEngine *engine)
{
  MailEngineInterface *iface = MAIL_ENGINE_GET_IFACE (engine);

  if (iface->drop != NULL)
    iface->drop (engine);
  else
    iface->close (engine);
}

gboolean
mail_engine_is_open (MailEngine *engine)
{
  g_return_val_if_fail (MAIL_IS_ENGINE (engine), FALSE);

  return MAIL_ENGINE_GET_IFACE (engine)->is_open (engine);
}

gboolean
mail_engine_replay (MailEngine *engine, MailSyncResult *result, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (MAIL_IS_ENGINE (engine), FALSE);

  return MAIL_ENGINE_GET_IFACE (engine)->replay (engine, result, cancellable, error);
}

gboolean
mail_engine_sync (MailEngine *engine,
                  MailSyncResult *result,
                  MailProgressFunc progress,
                  gpointer user_data,
                  GCancellable *cancellable,
                  GError **error)
{
  g_return_val_if_fail (MAIL_IS_ENGINE (engine), FALSE);

  return MAIL_ENGINE_GET_IFACE (engine)->sync (engine, result, progress, user_data, cancellable, error);
}

gboolean
mail_engine_sync_news (MailEngine *engine,
                       MailSyncResult *result,
                       MailProgressFunc progress,
                       gpointer user_data,
                       GCancellable *cancellable,
                       GError **error)
{
  MailEngineInterface *iface = MAIL_ENGINE_GET_IFACE (engine);

  return (iface->sync_news != NULL ? iface->sync_news : iface->sync) (engine, result, progress, user_data, cancellable, error);
}

gboolean
mail_engine_fill (MailEngine *engine,
                  MailSyncResult *result,
                  gboolean *more,
                  MailProgressFunc progress,
                  gpointer user_data,
                  GCancellable *cancellable,
                  GError **error)
{
  g_return_val_if_fail (MAIL_IS_ENGINE (engine), FALSE);

  return MAIL_ENGINE_GET_IFACE (engine)->fill (engine, result, more, progress, user_data, cancellable, error);
}

gboolean
mail_engine_fetch (MailEngine *engine, gint64 message_id, const char *section, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (MAIL_IS_ENGINE (engine), FALSE);

  return MAIL_ENGINE_GET_IFACE (engine)->fetch (engine, message_id, section, cancellable, error);
}

void
mail_engine_prepare (MailEngine *engine, gint64 message_id, GCancellable *cancellable)
{
  MailEngineInterface *iface = MAIL_ENGINE_GET_IFACE (engine);

  if (iface->prepare != NULL && message_id != 0)
    iface->prepare (engine, message_id, cancellable);
}

gboolean
mail_engine_search (MailEngine *engine, MailSearch *search, GCancellable *cancellable, GError **error)
{
  MailEngineInterface *iface = MAIL_ENGINE_GET_IFACE (engine);

  if (iface->search != NULL)
    return iface->search (engine, search, cancellable, error);
  g_set_error_literal (error, MAIL_ERROR, MAIL_ERROR_UNSUPPORTED, "there is no server that searches");
  return FALSE;
}

void
mail_engine_watch (MailEngine *engine, const GArray *mailbox_ids)
{
  MailEngineInterface *iface = MAIL_ENGINE_GET_IFACE (engine);

  if (iface->watch != NULL)
    iface->watch (engine, mailbox_ids);
}

void
mail_engine_set_fill (MailEngine *engine, const MailFillWish *wish)
{
  MailEngineInterface *iface = MAIL_ENGINE_GET_IFACE (engine);

  if (iface->set_fill != NULL)
    iface->set_fill (engine, wish);
}

void
mail_engine_set_breaks (MailEngine *engine, MailBreakFunc func, gpointer user_data)
{
  MailEngineInterface *iface = MAIL_ENGINE_GET_IFACE (engine);

  if (iface->set_breaks != NULL)
    iface->set_breaks (engine, func, user_data);
}

void
mail_engine_watch_fetch (MailEngine *engine, MailPieceFunc func, gpointer user_data)
{
  MailEngineInterface *iface = MAIL_ENGINE_GET_IFACE (engine);

  if (iface->watch_fetch != NULL)
    iface->watch_fetch (engine, func, user_data);
}

gboolean
mail_engine_wait (MailEngine *engine,
                  guint seconds,
                  GCancellable *wake,
                  MailEngineWait *why,
                  GCancellable *cancellable,
                  GError **error)
{
  g_return_val_if_fail (MAIL_IS_ENGINE (engine), FALSE);

  return MAIL_ENGINE_GET_IFACE (engine)->wait (engine, seconds, wake, why, cancellable, error);
}

gboolean
mail_engine_measure (MailEngine *engine, MailFigures *figures, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (MAIL_IS_ENGINE (engine), FALSE);

  return MAIL_ENGINE_GET_IFACE (engine)->measure (engine, figures, cancellable, error);
}

gboolean
mail_engine_audit (MailEngine *engine, gboolean thorough, MailAuditResult *result, GCancellable *cancellable, GError **error)
{
  MailEngineInterface *iface = MAIL_ENGINE_GET_IFACE (engine);

  return iface->audit == NULL || iface->audit (engine, thorough, result, cancellable, error);
}

gboolean
mail_engine_audit_mailbox (MailEngine *engine,
                           gint64 mailbox_id,
                           MailPieceFunc func,
                           gpointer user_data,
                           MailAuditResult *result,
                           GCancellable *cancellable,
                           GError **error)
{
  MailEngineInterface *iface = MAIL_ENGINE_GET_IFACE (engine);

  return iface->audit_mailbox == NULL
         || iface->audit_mailbox (engine, mailbox_id, func, user_data, result, cancellable, error);
}

GPtrArray *
mail_engine_take_problems (MailEngine *engine)
{
  MailEngineInterface *iface = MAIL_ENGINE_GET_IFACE (engine);

  if (iface->take_problems == NULL)
    return g_ptr_array_new_with_free_func ((GDestroyNotify) mail_problem_free);
  return iface->take_problems (engine);
}

GPtrArray *
mail_engine_take_alerts (MailEngine *engine)
{
  MailEngineInterface *iface = MAIL_ENGINE_GET_IFACE (engine);

  return iface->take_alerts != NULL ? iface->take_alerts (engine) : g_ptr_array_new_with_free_func (g_free);
}

void
mail_engine_retry (MailEngine *engine)
{
  MailEngineInterface *iface = MAIL_ENGINE_GET_IFACE (engine);

  if (iface->retry != NULL)
    iface->retry (engine);
}
