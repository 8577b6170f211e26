/** The icon set: one 16 × 16 grid, 1.5 px strokes, drawn for this app. A shape is a stroke unless it says otherwise. */
interface Shape {
  d: string;
  fill?: boolean;
  /** Drawn in the colour of the ground, on top of a filled shape. */
  cut?: boolean;
  dash?: string;
}

const ring = "M8 2.5a5.5 5.5 0 1 1 0 11a5.5 5.5 0 1 1 0-11Z";

export const icons = {
  // Navigation
  deals: [
    { d: "M2.5 9.5l1.6-5.3a1 1 0 0 1 1-.7h5.8a1 1 0 0 1 1 .7l1.6 5.3v2.5a1 1 0 0 1-1 1h-9a1 1 0 0 1-1-1Z" },
    { d: "M2.5 9.5h3.2l.8 1.5h3l.8-1.5h3.2" },
  ],
  contracts: [
    { d: "M4 2.5h5l3 3v7a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1v-9a1 1 0 0 1 1-1Z" },
    { d: "M9 2.5v3h3" },
    { d: "M5.5 10.5c.8-1.6 1.3-1.6 1.6 0 .6-.8 1.4-.8 2.4-.2" },
  ],
  activity: [{ d: "M1.8 8.5h2.7l1.8-5 3 9.5 2-4.5h2.9" }],
  needs: [{ d: ring }, { d: "M8 5v3.6" }, { d: "M8 10.9v.1" }],
  settings: [
    { d: "M2.5 4.5h5M11 4.5h2.5M2.5 11.5H5M8.5 11.5h5" },
    { d: "M9.25 2.75a1.75 1.75 0 1 1 0 3.5a1.75 1.75 0 1 1 0-3.5Z" },
    { d: "M6.75 9.75a1.75 1.75 0 1 1 0 3.5a1.75 1.75 0 1 1 0-3.5Z" },
  ],
  // Actions
  search: [{ d: "M7 2.8a4.2 4.2 0 1 1 0 8.4a4.2 4.2 0 1 1 0-8.4Z" }, { d: "M10.2 10.2l3 3" }],
  refresh: [{ d: "M13 8a5 5 0 1 1-1.5-3.6" }, { d: "M13.2 2.2v2.6h-2.6" }],
  check: [{ d: "M3.2 8.6l3 3 6.6-7" }],
  close: [{ d: "M4 4l8 8M12 4l-8 8" }],
  plus: [{ d: "M8 3.2v9.6M3.2 8h9.6" }],
  "chevron-down": [{ d: "M4.5 6.3L8 9.8l3.5-3.5" }],
  "chevron-right": [{ d: "M6.3 4.5L9.8 8l-3.5 3.5" }],
  "chevron-left": [{ d: "M9.8 4.5L6.3 8l3.5 3.5" }],
  "sort-up": [{ d: "M8 12.5v-9M4.8 6.6L8 3.4l3.2 3.2" }],
  "sort-down": [{ d: "M8 3.5v9M4.8 9.4L8 12.6l3.2-3.2" }],
  external: [
    { d: "M6.5 3.5h-2a1 1 0 0 0-1 1v7a1 1 0 0 0 1 1h7a1 1 0 0 0 1-1v-2" },
    { d: "M9.2 2.8h4v4M13 3L7.6 8.4" },
  ],
  undo: [{ d: "M5.6 3L2.8 5.8l2.8 2.8" }, { d: "M3.2 5.8h5.9a3.6 3.6 0 0 1 0 7.2H6.2" }],
  send: [{ d: "M13.5 2.5L2.5 6.8l4.4 2.3 2.3 4.4Z" }, { d: "M13.3 2.7L7 9" }],
  copy: [
    { d: "M6.5 5.5h6a1 1 0 0 1 1 1v6a1 1 0 0 1-1 1h-6a1 1 0 0 1-1-1v-6a1 1 0 0 1 1-1Z" },
    { d: "M10.5 3.2a.9.9 0 0 0-.9-.7H3.5a1 1 0 0 0-1 1v6.1c0 .5.3.8.7.9" },
  ],
  edit: [{ d: "M10.8 2.9l2.3 2.3-7.7 7.7-3 .7.7-3Z" }, { d: "M9.2 4.5l2.3 2.3" }],
  download: [{ d: "M8 2.5v7.2M4.9 6.8L8 9.9l3.1-3.1M3 13h10" }],
  more: [{ d: "M3.5 8v.1M8 8v.1M12.5 8v.1" }],
  key: [{ d: "M5.4 7.4a3 3 0 1 1 0 6a3 3 0 1 1 0-6Z" }, { d: "M7.6 8.3l5.2-5.2M10.6 5.3l1.9 1.9" }],
  lock: [
    { d: "M4 7.2h8a.8.8 0 0 1 .8.8v4.7a.8.8 0 0 1-.8.8H4a.8.8 0 0 1-.8-.8V8a.8.8 0 0 1 .8-.8Z" },
    { d: "M5.2 7V5.3a2.8 2.8 0 0 1 5.6 0V7" },
  ],
  eye: [
    { d: "M1.8 8S4 3.8 8 3.8 14.2 8 14.2 8 12 12.2 8 12.2 1.8 8 1.8 8Z" },
    { d: "M8 6.3a1.7 1.7 0 1 1 0 3.4a1.7 1.7 0 1 1 0-3.4Z" },
  ],
  "eye-off": [
    {
      d: "M6.2 4.1A6 6 0 0 1 8 3.8c4 0 6.2 4.2 6.2 4.2a10 10 0 0 1-1.7 2.2M10 11.8a5.7 5.7 0 0 1-2 .4C4 12.2 1.8 8 1.8 8a10.4 10.4 0 0 1 2.5-2.9",
    },
    { d: "M2.8 2.8l10.4 10.4" },
  ],
  person: [
    { d: "M8 2.8a2.6 2.6 0 1 1 0 5.2a2.6 2.6 0 1 1 0-5.2Z" },
    { d: "M2.9 13.3c.5-2.7 2.5-3.8 5.1-3.8s4.6 1.1 5.1 3.8" },
  ],
  file: [{ d: "M4.5 2.5h4.5l3 3v7a1 1 0 0 1-1 1H4.5a1 1 0 0 1-1-1v-9a1 1 0 0 1 1-1Z" }, { d: "M9 2.5v3h3" }],
  upload: [{ d: "M8 10V2.8M4.9 5.9L8 2.8l3.1 3.1M3 13h10" }],
  keyboard: [
    { d: "M2.5 4h11a1 1 0 0 1 1 1v6a1 1 0 0 1-1 1h-11a1 1 0 0 1-1-1V5a1 1 0 0 1 1-1Z" },
    { d: "M4.5 6.7v.1M7 6.7v.1M9.5 6.7v.1M11.8 6.7v.1M5 9.5h6" },
  ],
  aside: [{ d: "M3 3.5h10v2.8H3ZM4 6.3v6.2h8V6.3M6.6 9h2.8" }],
  // Tellings
  info: [{ d: ring }, { d: "M8 7.5v3.4M8 5v.1" }],
  warning: [{ d: "M8 2.7l5.9 10.4H2.1Z" }, { d: "M8 6.7v3M8 11.4v.1" }],
  offline: [
    { d: "M4.6 12.3h6.6a2.5 2.5 0 0 0 1.3-4.7M10.8 5.6A3.8 3.8 0 0 0 6.3 4M4.3 6.4a3 3 0 0 0 .3 5.9" },
    { d: "M2.8 2.8l10.4 10.4" },
  ],
  clock: [{ d: ring }, { d: "M8 5v3.2l2.2 1.3" }],
  // Status (ui.md §3)
  ready: [{ d: ring }],
  leaving: [{ d: ring }, { d: "M8 8V4.3A3.7 3.7 0 0 1 11.7 8Z", fill: true }],
  sending: [{ d: ring, dash: "1.8 2.5" }],
  awaiting: [{ d: ring }, { d: "M8 4.6a3.4 3.4 0 0 1 0 6.8Z", fill: true }],
  signed: [
    { d: ring, fill: true },
    { d: "M5.5 8.2l1.8 1.9 3.3-3.8", cut: true },
  ],
  declined: [{ d: ring }, { d: "M6 6l4 4M10 6l-4 4" }],
  expired: [
    { d: "M4.5 2.5h7M4.5 13.5h7" },
    { d: "M5.3 2.7c0 3 5.4 4.6 5.4 7.6v3M10.7 2.7c0 3-5.4 4.6-5.4 7.6v3" },
  ],
  attention: [
    { d: ring, fill: true },
    { d: "M8 5.2v3.3M8 10.7v.1", cut: true },
  ],
  elsewhere: [{ d: ring }, { d: "M6.3 9.7l3.3-3.3M6.9 6.2h2.9v2.9" }],
  draft: [{ d: ring, dash: "4.2 1.560" }],
} satisfies Record<string, Shape[]>;

export type IconName = keyof typeof icons;

export const shapesOf = (name: IconName): Shape[] => icons[name];
