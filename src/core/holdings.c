/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/holdings.h"

gboolean
mail_holdings_are_own (const MailHoldings *holdings, MailMode mode)
{
  return mode == MAIL_MODE_POP ? holdings->messages > 0 : holdings->only_here > 0;
}
