/** Icon and colour of what happened. */
import type { TimelineKind } from "../../bindings";
import type { IconName } from "../../components/icons";
import type { Tone } from "../../components/StatusMark.svelte";

export const looks: Record<TimelineKind, { icon: IconName; tone: Tone }> = {
  clicked: { icon: "send", tone: "neutral" },
  created: { icon: "draft", tone: "neutral" },
  sent: { icon: "send", tone: "wait" },
  opened: { icon: "eye", tone: "neutral" },
  delivery_failed: { icon: "warning", tone: "bad" },
  participant_signed: { icon: "awaiting", tone: "good" },
  all_signed: { icon: "signed", tone: "good" },
  declined: { icon: "declined", tone: "bad" },
  expired: { icon: "expired", tone: "warn" },
  revived: { icon: "undo", tone: "wait" },
};
