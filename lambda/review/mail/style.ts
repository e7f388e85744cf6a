/** Style of the pages behind a link of a mail: one file, nothing fetched, light and dark, readable on a phone at night. */
export const style = `
:root { color-scheme: light dark; --paper: light-dark(#f5f5f2, #101114); --surface: light-dark(#fff, #191a1f);
  --line: light-dark(#d9d9d3, #33353d); --ink: light-dark(#1b1c20, #ececf0); --soft: light-dark(#5c5f69, #a9acb7);
  --accent: light-dark(#4a46c6, #a9a7f9); --good: light-dark(#03713a, #1f8a50); --bad: light-dark(#b30d28, #ff8a8f);
  --code: light-dark(#f3f3f0, #121317); }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.5 ui-sans-serif, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Liberation Sans", sans-serif; }
main { max-width: 46rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
header { color: var(--soft); font-size: .875rem; margin-bottom: 1rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .75rem; overflow-wrap: anywhere; }
h2 { font-size: 1rem; margin: 1.75rem 0 .5rem; }
p { margin: 0 0 .75rem; overflow-wrap: anywhere; }
section, details { background: var(--surface); border: 1px solid var(--line); border-radius: 12px; padding: 1rem 1.25rem; margin: 1rem 0; }
section h2 { margin-top: 0; }
summary { cursor: pointer; font-weight: 600; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; margin: 0; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
pre, code { font: .875rem/1.5 ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace; }
pre { background: var(--code); border-radius: 8px; padding: .75rem 1rem; margin: .5rem 0 0; white-space: pre-wrap; overflow-wrap: anywhere; }
ul { margin: .25rem 0 0; padding-left: 1.25rem; } li { overflow-wrap: anywhere; margin: .25rem 0; }
.notice { border-color: var(--bad); } .notice p { color: var(--bad); margin: 0; font-weight: 600; }
.soft { color: var(--soft); font-size: .875rem; }
form { display: grid; gap: .5rem; }
label { font-weight: 600; }
input, select, textarea { font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--soft); border-radius: 8px;
  padding: .5rem .75rem; width: 100%; }
button { font: inherit; font-weight: 600; border: 0; border-radius: 8px; padding: .625rem 1.25rem; cursor: pointer; justify-self: start; color: #fff; }
button.yes { background: var(--good); } button.no { background: light-dark(#b30d28, #a3202f); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
`;
