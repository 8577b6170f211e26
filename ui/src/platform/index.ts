import { headless } from "./http";
import type { Platform } from "./platform";
import { tauri } from "./tauri";

export type { Platform } from "./platform";

/** The window's own bridge when there is one, else the headless host that served the page. */
export function detectPlatform(): Platform {
  return "__TAURI_INTERNALS__" in window ? tauri : headless(window.location);
}
