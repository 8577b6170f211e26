import svelte from "eslint-plugin-svelte";
import globals from "globals";
import ts from "typescript-eslint";
import svelteConfig from "./svelte.config.js";

/** Refuses imports whose path matches, with the reason. */
const forbid = (...patterns) => ({
  "no-restricted-imports": ["error", { patterns: patterns.map(([regex, message]) => ({ regex, message })) }],
});

const tauri = ["^@tauri-apps/", "Only platform/tauri.ts knows the window's bridge."];
const bitsTraps = ["^bits-ui/.*", "Import from bits-ui itself."];
const above = (names, message) => [`(^|/)(${names})/`, message];

// The three tiers of style.md §4 rule 12: components, features, views; and what stands beside them.
const tiers = [
  {
    files: ["src/components/**"],
    rules: forbid(
      tauri,
      bitsTraps,
      above("lib|features|views|app|bindings|platform", "Components know nothing of deals."),
    ),
  },
  {
    files: ["src/lib/**"],
    rules: forbid(tauri, above("components|features|views|app", "lib carries state and rules, no markup.")),
  },
  {
    files: ["src/features/**"],
    rules: forbid(tauri, bitsTraps, above("views|app|platform", "Features are composed by views."), [
      "\\.\\./(deals|preview|sending|contracts|activity|needs|setup|settings|sample)/",
      "A feature imports no other feature; views compose them.",
    ]),
  },
  {
    files: ["src/views/**"],
    rules: forbid(tauri, bitsTraps, above("app|platform", "Views are shown by the app frame.")),
  },
  { files: ["src/app/**"], rules: forbid(tauri) },
];

export default ts.config(
  { ignores: ["dist/**", "src/bindings/**"] },
  ...ts.configs.strict,
  ...ts.configs.stylistic,
  ...svelte.configs.recommended,
  {
    languageOptions: { globals: { ...globals.browser } },
    rules: {
      // Calls that answer nothing are written `() => void call()`, which is what the rule would forbid.
      "@typescript-eslint/no-confusing-void-expression": "off",
      "@typescript-eslint/no-non-null-assertion": "off",
      "@typescript-eslint/consistent-type-definitions": ["error", "interface"],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "no-console": "error",
      eqeqeq: "error",
    },
  },
  {
    files: ["**/*.svelte", "**/*.svelte.ts"],
    languageOptions: { parserOptions: { parser: ts.parser, extraFileExtensions: [".svelte"], svelteConfig } },
    rules: {
      "no-restricted-syntax": [
        "error",
        {
          selector: "SvelteAttribute[key.name='style'] > SvelteLiteral",
          message: "A static style attribute breaks the content security policy (ui-stack.md §3).",
        },
      ],
      // A cache that nothing on screen follows is a plain Map.
      "svelte/prefer-svelte-reactivity": "off",
      "svelte/no-at-html-tags": "error",
      "svelte/require-each-key": "error",
      // Addresses are fragments of one page; there is no router with a base path.
      "svelte/no-navigation-without-resolve": "off",
    },
  },
  { files: ["src/platform/tauri.ts"], rules: { "no-restricted-imports": "off" } },
  {
    files: ["tests/**", "*.config.*"],
    languageOptions: { globals: { ...globals.node } },
    rules: { "no-console": "off" },
  },
  ...tiers,
);
