/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lib/mock-network.h"

#define MOCK_TYPE_NETWORK (mock_network_get_type ())
G_DECLARE_FINAL_TYPE (MockNetwork, mock_network, MOCK, NETWORK, GObject)

struct _MockNetwork
{
  GObject parent_instance;
};

static int available = TRUE; /* atomic */
static int metered;          /* atomic */

static void mock_network_initable_init (GInitableIface *iface);
static void mock_network_monitor_init (GNetworkMonitorInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (MockNetwork,
                               mock_network,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_INITABLE, mock_network_initable_init)
                                   G_IMPLEMENT_INTERFACE (G_TYPE_NETWORK_MONITOR, mock_network_monitor_init))

enum
{
  PROP_0,
  PROP_AVAILABLE,
  PROP_METERED,
  PROP_CONNECTIVITY,
};

static void
get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_AVAILABLE:
      g_value_set_boolean (value, g_atomic_int_get (&available));
      break;
    case PROP_METERED:
      g_value_set_boolean (value, g_atomic_int_get (&metered));
      break;
    case PROP_CONNECTIVITY:
      g_value_set_enum (value, g_atomic_int_get (&available) ? G_NETWORK_CONNECTIVITY_FULL : G_NETWORK_CONNECTIVITY_LOCAL);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static gboolean
can_reach (GNetworkMonitor *monitor, GSocketConnectable *connectable, GCancellable *cancellable, GError **error)
{
  return TRUE;
}

static gboolean
init (GInitable *initable, GCancellable *cancellable, GError **error)
{
  return TRUE;
}

static void
mock_network_initable_init (GInitableIface *iface)
{
  iface->init = init;
}

static void
mock_network_monitor_init (GNetworkMonitorInterface *iface)
{
  iface->can_reach = can_reach;
}

static void
mock_network_class_init (MockNetworkClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = get_property;
  g_object_class_override_property (object_class, PROP_AVAILABLE, "network-available");
  g_object_class_override_property (object_class, PROP_METERED, "network-metered");
  g_object_class_override_property (object_class, PROP_CONNECTIVITY, "connectivity");
}

static void
mock_network_init (MockNetwork *self)
{
}

void
mock_network_install (void)
{
  g_setenv ("GIO_USE_NETWORK_MONITOR", "mock", TRUE);
  /* Makes the extension point known. */
  g_io_extension_point_register (G_NETWORK_MONITOR_EXTENSION_POINT_NAME);
  g_io_extension_point_implement (G_NETWORK_MONITOR_EXTENSION_POINT_NAME, MOCK_TYPE_NETWORK, "mock", 0);
  g_assert_true (G_TYPE_CHECK_INSTANCE_TYPE (g_network_monitor_get_default (), MOCK_TYPE_NETWORK));
}

void
mock_network_change (gboolean is_available, gboolean is_metered)
{
  g_atomic_int_set (&available, is_available);
  g_atomic_int_set (&metered, is_metered);
  g_signal_emit_by_name (g_network_monitor_get_default (), "network-changed", is_available);
}

void
mock_network_set_metered (gboolean is_metered)
{
  g_atomic_int_set (&metered, is_metered);
  g_object_notify (G_OBJECT (g_network_monitor_get_default ()), "network-metered");
}
