/** A colleague's draft beside what would be sent from here, as the rows of a table. */
import type { TheirsDto } from "../bindings";
import { facts, formatMoment, formatRelative } from "./format";
import { t } from "./messages.svelte";
import { slotName } from "./slots";

export interface Sides {
  label: string;
  nameHead: string;
  heads: [string, string];
  rows: { id: string; name: string; one: string | null; other: string | null; differs: boolean }[];
  emptyText: string;
  unknownText: string;
  equalLabel: string;
}

export function sidesOf({ values }: TheirsDto): Sides {
  return {
    label: t("difference.sides"),
    nameHead: t("preview.field"),
    heads: [t("difference.mine"), t("difference.theirs")],
    rows: values.map((value) => ({
      id: value.slot,
      name: slotName(value),
      one: value.mine,
      other: value.theirs,
      differs: value.differs,
    })),
    emptyText: t("preview.empty"),
    unknownText: t("difference.unknown"),
    equalLabel: t("difference.equal", { count: values.filter(({ differs }) => !differs).length }),
  };
}

/** Whose draft it is, how old, and how fresh this knowledge. */
export function aboutDraft({ contract, person, createdAt, seenAt }: TheirsDto, now: number): string {
  return facts([
    t("draft.number", { contract }),
    person && t("draft.by", { person }),
    createdAt && t("draft.made", { when: formatRelative(new Date(createdAt), now) }),
    t("draft.seen", { when: formatMoment(new Date(seenAt)) }),
  ]);
}
