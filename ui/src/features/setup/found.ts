/** What a test found, in plain words. */
import type { KommoTest, OneflowTest } from "../../bindings";
import { t } from "../../lib/messages.svelte";

/** From here on the app speaks of the end of the token by itself. */
const SOON_DAYS = 30;

/** "Nordkonsult AB · EUR · 122 won deals · token valid 400 days" */
export function kommoFound({ account, currency, won, more, tokenDays }: KommoTest): string[] {
  const deals = t(more ? "setup.kommo.wonMore" : "setup.kommo.won", { count: won });
  const token = tokenDays === null ? [] : [t("setup.kommo.tokenDays", { days: tokenDays })];
  return [account, currency, deals, ...token];
}

export function kommoWarnings({ tokenDays }: KommoTest): string[] {
  return tokenDays !== null && tokenDays <= SOON_DAYS ? [t("setup.kommo.tokenSoon")] : [];
}

/** "Nordkonsult AB · Karin Lind · 4 templates in 2 workspaces" */
export function oneflowFound({ account, user, templates, workspaces }: OneflowTest): string[] {
  return [account, ...(user ? [user] : []), t("setup.oneflow.found", { templates, workspaces })];
}

export function oneflowWarnings({ templates, hiddenWorkspaces }: OneflowTest): string[] {
  return [
    ...(templates === 0 ? [t("setup.oneflow.noTemplates")] : []),
    ...(hiddenWorkspaces ? [t("setup.oneflow.hidden")] : []),
  ];
}
