/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/web/web-loader.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <gmodule.h>

#define MODULE "libmissiva-web.so"

static struct
{
  const MailWebApi *api;
  gboolean sandbox;
} loaded;

/* Beside the program while it runs from its build folder, otherwise where it was installed. */
static char *
find_module (void)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = program != NULL ? g_path_get_dirname (program) : NULL;
  g_autofree char *beside = folder != NULL ? g_build_filename (folder, MODULE, NULL) : NULL;

  if (beside != NULL && g_file_test (beside, G_FILE_TEST_IS_REGULAR))
    return g_steal_pointer (&beside);
  return g_build_filename (MISSIVA_MODULEDIR, MODULE, NULL);
}

static void
load_module (GTask *task)
{
  g_autofree char *path = find_module ();
  GModule *module = g_module_open (path, G_MODULE_BIND_LAZY | G_MODULE_BIND_LOCAL);
  gpointer symbol = NULL;

  if (module == NULL || !g_module_symbol (module, MAIL_WEB_API_SYMBOL, &symbol))
    {
      g_message ("web view: %s", g_module_error ());
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                               _ ("The part of Missiva that shows formatted messages is not installed."));
      return;
    }
  /* It registers types: it stays. */
  g_module_make_resident (module);
  loaded.api = symbol;
  g_task_return_pointer (task, symbol, NULL);
}

static void
probed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;

  if (g_subprocess_wait_check_finish (G_SUBPROCESS (source), result, NULL))
    {
      loaded.sandbox = TRUE;
      load_module (task);
      return;
    }
  g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                           _ ("This computer does not let Missiva wall off formatted messages, so the text is shown."));
}

void
mail_web_loader_get_async (GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, user_data);
  g_autoptr (GSubprocess) probe = NULL;

  g_task_set_source_tag (task, mail_web_loader_get_async);
  if (loaded.api != NULL)
    {
      g_task_return_pointer (task, (gpointer) loaded.api, NULL);
      return;
    }
  if (g_strcmp0 (g_getenv ("MISSIVA_WEBKIT_SANDBOX"), "0") == 0)
    {
      load_module (task);
      return;
    }
  /* The same walls that WebKit builds. Where it finds that they cannot stand it goes on without them and says nothing. */
  probe = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, NULL, "bwrap",
                            "--die-with-parent", "--unshare-pid", "--unshare-uts", "--unshare-net", "--ro-bind", "/", "/",
                            "--proc", "/proc", "--dev", "/dev", "true", NULL);
  if (probe == NULL)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                               _ ("The program that walls off formatted messages (bubblewrap) is not installed, "
                                  "so the text is shown."));
      return;
    }
  g_subprocess_wait_check_async (probe, NULL, probed_cb, g_steal_pointer (&task));
}

const MailWebApi *
mail_web_loader_get_finish (GAsyncResult *result, gboolean *sandbox, GError **error)
{
  const MailWebApi *api = g_task_propagate_pointer (G_TASK (result), error);

  *sandbox = loaded.sandbox;
  return api;
}
