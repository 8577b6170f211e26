/** What the command palette offers. */
import type { AppState } from "../bindings";
import type { Command } from "../components/CommandPalette.svelte";
import { call } from "../lib/engine";
import { keyLabel } from "../lib/keyboard";
import { t } from "../lib/messages.svelte";
import { goTo } from "../lib/route.svelte";
import { savePreferences } from "../lib/appState.svelte";

export function commandsOf(state: AppState, help: () => void): Command[] {
  const go = t("commands.go");
  const act = t("commands.act");
  const look = t("commands.look");
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
      group: act,
      icon: "refresh",
      label: t("help.refresh"),
      keys: keyLabel("refresh"),
      run: () => void call("refresh", {}).catch(() => undefined),
    },
    { id: "help", group: act, icon: "keyboard", label: t("help.title"), keys: keyLabel("help"), run: help },
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
