/** Icon, word and colour of where each deal of a review stands. */
import type { IconName } from "../../components/icons";
import type { Tone } from "../../components/StatusMark.svelte";
import { t } from "../../lib/messages.svelte";
import type { Entry, Previewed, Weight } from "./batchReview.svelte";

interface Look {
  icon: IconName;
  tone: Tone;
  word: string;
}

const weights: Record<Weight, { icon: IconName; tone: Tone }> = {
  blocked: { icon: "attention", tone: "bad" },
  warned: { icon: "warning", tone: "warn" },
  clean: { icon: "ready", tone: "neutral" },
};

export function entryLook<P extends Previewed>(entry: Entry<P>): Look {
  if (entry.standing === "approved") return { icon: "check", tone: "good", word: t("review.approved") };
  if (entry.standing === "skipped") return { icon: "aside", tone: "neutral", word: t("review.skipped") };
  const problems = entry.preview.dto?.problems.length ?? 0;
  return {
    ...weights[entry.weight],
    word: t(problems > 0 ? "review.problems" : "review.toLookAt", { count: problems }),
  };
}
