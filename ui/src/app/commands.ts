/** What the command palette offers. */
import type { AppState } from "../bindings";
import type { Command } from "../components/CommandPalette.svelte";
import { call } from "../lib/engine";
import { keyLabel } from "../lib/keyboard";
import { t } from "../lib/messages.svelte";
import { goTo } from "../lib/route.svelte";
import { savePreferences } from "../lib/appState.svelte";
import { leavingSends, undoSends } from "../lib/sends.svelte";
import { act, canAct } from "../lib/shortcuts.svelte";

const icons = {
  search: "search",
  select: "check",
  openInOneflow: "external",
  openInKommo: "external",
} as const;

export function commandsOf(state: AppState, help: () => void): Command[] {
  const go = t("commands.go");
  const does = t("commands.act");
  const look = t("commands.look");
  const leaving = leavingSends();
  const { density, theme } = state.preferences;
  const isDark =
    theme === "dark" || (theme === "system" && matchMedia("(prefers-color-scheme: dark)").matches);
  return [
    { id: "deals", group: go, icon: "deals", label: t("nav.deals"), keys: "1", run: () => goTo("deals") },
    {
      id: "contracts",
      group: go,
      icon: "contracts",
      label: t("nav.contracts"),
      keys: "2",
      run: () => goTo("contracts"),
    },
    {
      id: "activity",
      group: go,
      icon: "activity",
      label: t("nav.activity"),
      keys: "3",
      run: () => goTo("activity"),
    },
    {
      id: "needs",
      group: go,
      icon: "needs",
      label: t("nav.needsYou"),
      keys: "4",
      run: () => goTo("needs-you"),
    },
    { id: "settings", group: go, icon: "settings", label: t("nav.settings"), run: () => goTo("settings") },
    {
      id: "refresh",
      group: does,
      icon: "refresh",
      label: t("help.refresh"),
      keys: keyLabel("refresh"),
      run: () => void call("refresh", {}).catch(() => undefined),
    },
    ...(["search", "select", "openInOneflow", "openInKommo"] as const).filter(canAct).map((shortcut) => ({
      id: shortcut,
      group: does,
      icon: icons[shortcut],
      label: t(`help.${shortcut}`),
      keys: keyLabel(shortcut),
      run: () => act(shortcut),
    })),
    ...(leaving.length > 0
      ? [
          {
            id: "undo",
            group: does,
            icon: "undo" as const,
            label: t("send.undoAll"),
            run: () => void undoSends(leaving),
          },
        ]
      : []),
    { id: "help", group: does, icon: "keyboard", label: t("help.title"), keys: keyLabel("help"), run: help },
    {
      id: "theme",
      group: look,
      icon: "eye",
      label: t(isDark ? "commands.light" : "commands.dark"),
      run: () => void savePreferences({ theme: isDark ? "light" : "dark" }),
    },
    {
      id: "density",
      group: look,
      icon: "settings",
      label: t(density === "compact" ? "commands.comfortable" : "commands.compact"),
      run: () => void savePreferences({ density: density === "compact" ? "comfortable" : "compact" }),
    },
  ];
}
