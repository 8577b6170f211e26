/** Deals as awkward as real ones, the same every time. */
import type { DealRow } from "../../src/bindings";

const companies = [
  "Öresund Kraft AB",
  "Nordkonsult AB",
  "İstanbul Yazılım Ltd. Şti.",
  "Северный Ветер ООО",
  "Bäckström & Söner",
  "Müller Maschinenbau GmbH",
  "Café Étoile SARL",
  "Łódź Transport Sp. z o.o.",
  "Sunrise Ventures 🌅",
  "Hällefors Kommunala Bostadsaktiebolag med Dotterbolag och Intressenter i Bergslagen, Filial Nordost",
  "",
  "Atlas Logistics",
  "شركة النور للتجارة",
  "Fjordblikk AS",
];
const people = [
  "Åsa Öberg",
  "Karin Lind",
  "Mehmet Yılmaz",
  "Анна Петрова",
  "Jürgen Müller",
  "Zoë Laurent",
  "Óscar Núñez",
  "Li Wei",
  "",
];
const owners = ["Karin Lind", "Óscar Núñez", "Sara Ek"];
const pipelines = ["New business", "Renewals", "Partners"];
const DAY = 86_400_000;

export const now = Date.now();

const pick = <T>(list: T[], at: number): T => list[at % list.length]!;

export function makeDeals(count: number): DealRow[] {
  return Array.from({ length: count }, (_, at): DealRow => ({
    id: String(510_200 + at),
    name:
      at % 23 === 7
        ? ""
        : `Uppdrag ${String(42 + at).padStart(3, "0")}${at % 11 === 3 ? " – ramavtal för drift, underhåll och rådgivning 2027" : ""}`,
    company: pick(companies, at * 5 + (at % 3)),
    contact: pick(people, at * 3 + 1),
    amount:
      at % 17 === 5
        ? null
        : {
            amount: at % 9 === 4 ? "0" : `${(at * 7919) % 90_000}${at % 4 === 1 ? ".50" : ""}`,
            currency: "EUR",
          },
    pipeline: pick(pipelines, at),
    owner: pick(owners, at * 2),
    wonOn: new Date(now - at * 0.7 * DAY - 3_600_000).toISOString(),
    status: { kind: "ready" },
  }));
}
