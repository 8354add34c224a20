// The script of the section for lists: what is found in a file, its first cards, and all of them as a
// zip or as one file. It keeps the rules of page.js.

const SHOWN = 3; // cards that are shown
const MAX_LINES = 5; // rows without a card that are shown
const REVOKE_AFTER = 60_000; // milliseconds in which a slow browser reads a saved file
const LIST = /\.(csv|tsv|tab|txt|xlsx|xlsm|ndjson|jsonl|json|vcf|vcard)$/i;
const NO_RESPONSE = "The service does not answer, or its answer is not whole. Try again.";
const PROGRAMS = { generic: "a sheet", createcontact: "requests in JSON", vcard: "cards" };

const byId = (id) => document.getElementById(id);
const section = byId("lists");
const input = byId("list-file");
const company = byId("list-company");
const found = byId("list-found");
const buttons = [byId("list-zip"), byId("list-vcf")];
const zone = input.closest(".drop");
const target = byId("f-target").cloneNode(true);

// The state of the section: what ends its running requests.
const state = { running: new AbortController() };

function node(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children.filter((child) => child !== null));
  return element;
}

const PAGE = /\/(docs\/[a-z-]+(?:#[a-z-]+)?)/; // a page of the documentation in a sentence

// A sentence in which a page of the documentation is a link.
function linked(text) {
  const [before, path, after] = text.split(PAGE);
  return path ? [before, node("a", { href: path }, "the documentation"), after] : [text];
}

const say = (kind, message) => byId("list-status").replaceChildren(node("p", { class: kind }, ...linked(message)));
const counted = (count, one, many) => `${count} ${count === 1 ? one : many}`;

function post(form, signal) {
  const query = new URLSearchParams({ as: form, target: target.value, company: company.checked ? "card" : "error" });
  const body = new FormData();
  body.set("file", input.files[0]);
  return fetch(`/batch?${query}`, {
    method: "POST",
    headers: { "x-api-key": byId("f").elements["api-key"].value },
    body,
    signal,
    referrerPolicy: "same-origin",
    credentials: "omit",
  });
}

// Why a list is refused, in a sentence.
async function refusal(response) {
  const { errors = [] } = await response.json().catch(() => ({}));
  const message = errors.map((one) => one["error-info"]).join(" ") || "The list could not be read.";
  const wait = response.headers.get("retry-after");
  return wait ? `${message} Try again in ${wait} s.` : message;
}

// Run one thing with the file at a time: a newer one ends it, and its messages with it.
async function run(message, act) {
  state.running.abort();
  const { signal } = (state.running = new AbortController());
  say("hint", message);
  try {
    await act(signal);
  } catch {
    if (!signal.aborted) say("error", NO_RESPONSE);
  }
}

// What is found.

function check() {
  found.replaceChildren();
  for (const button of buttons) button.hidden = true;
  if (!input.files[0]) {
    state.running.abort();
    return byId("list-status").replaceChildren();
  }
  return run("The list is being read …", async (signal) => {
    const response = await post("report", signal);
    if (!response.ok) {
      const message = await refusal(response);
      if (!signal.aborted) say("error", message);
      return;
    }
    const report = await response.json();
    const cards = report.cards ? await firstCards(signal) : [];
    if (signal.aborted) return;
    show(report, cards);
    for (const button of buttons) button.hidden = !report.cards;
    const kind = report.errors ? "hint" : "fine";
    say(report.cards ? kind : "error", summary(report));
  });
}

// The first cards of the result, which is read no further.
async function firstCards(signal) {
  const response = await post("ndjson", signal);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  const cards = [];
  let held = "";
  while (response.ok && cards.length < SHOWN) {
    const { done, value } = await reader.read();
    if (done) break;
    const lines = (held + value).split("\n");
    held = lines.pop();
    for (const line of lines) cards.push(...[JSON.parse(line).vcard].filter(Boolean));
  }
  await reader.cancel();
  return cards.slice(0, SHOWN);
}

function summary({ rows, cards, errors, skipped }) {
  const parts = [`${counted(rows, "row", "rows")}: ${counted(cards, "card", "cards")}`];
  if (errors) parts.push(`${errors} without a card`);
  if (skipped) parts.push(`${skipped} skipped`);
  return `${parts.join(", ")}.`;
}

function show(report, cards) {
  found.replaceChildren(...[
    node("p", { class: "hint" }, source(report)),
    columns(report.columns ?? []),
    wrongRows(report),
    report["with-notes"] ? node("p", { class: "hint" }, `${counted(report["with-notes"], "card has", "cards have")} notes: the zip’s report has them.`) : null,
    cards.length ? node("h2", { id: "list-cards" }, "The first cards") : null,
    cards.length ? node("pre", { tabindex: "0", role: "group", "aria-labelledby": "list-cards" }, cards.join("\n")) : null,
  ].filter(Boolean));
}

function source({ dialect, encoding, delimiter }) {
  const name = dialect.replace(/-.*/, "");
  const program = PROGRAMS[dialect] ?? `an export of ${name[0].toUpperCase()}${name.slice(1)}`;
  const cells = { ",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars" }[delimiter];
  return [`It is read as ${program}`, encoding && `in ${encoding}`, cells && `with ${cells}`].filter(Boolean).join(", ") + ".";
}

function columns(all) {
  const unknown = all.filter(({ field }) => !field);
  const known = all.filter(({ field }) => field && field !== "ignore");
  if (!all.length) return null;
  const lines = [...unknown, ...known].map(({ column, field }) => node("li", {}, `${column || "(no name)"} → ${field ?? "not known, left out"}`));
  const remedy = "Rename it in the file, or map it with curl or the command line: see /docs/lists#fields.";
  const title = [`${counted(known.length, "column is", "columns are")} read`, unknown.length && `${unknown.length} not known`];
  return node("details", { class: "more" }, node("summary", {}, title.filter(Boolean).join(", ")), unknown.length ? node("p", { class: "hint" }, ...linked(remedy)) : null, node("ul", {}, ...lines));
}

function wrongRows(report) {
  const bad = report["bad-rows"].filter(({ errors }) => errors);
  const lines = bad.slice(0, MAX_LINES).map(({ row, line, errors: [{ "error-code": code, "error-info": info, column }] }) => {
    const place = [`Row ${row}`, line && `line ${line}`].filter(Boolean).join(", ");
    return node("li", { class: "bad" }, [place, column, info].filter(Boolean).join(": "), " ", node("small", {}, code));
  });
  if (report.errors > MAX_LINES) lines.push(node("li", {}, `and ${report.errors - MAX_LINES} more, in the zip’s report`));
  const isCompany = bad.some(({ errors }) => errors[0].hint) && !company.checked;
  const remedy = `For a company alone tick “${company.labels[0].textContent}” above.`;
  return lines.length ? node("div", { class: "notes" }, node("ul", {}, ...lines), isCompany ? node("p", { class: "hint" }, remedy) : null) : null;
}

// The cards are saved without leaving the page.

function save(form, ending) {
  return run("The cards are being made …", async (signal) => {
    const response = await post(form, signal);
    const message = response.ok ? "" : await refusal(response);
    const url = response.ok ? URL.createObjectURL(await response.blob()) : "";
    if (signal.aborted) return URL.revokeObjectURL(url);
    if (message) return say("error", message);
    const name = input.files[0].name.replace(/\.\w+$/, "") + ending;
    node("a", { href: url, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(url), REVOKE_AFTER);
    return say("fine", `${name} is saved.`);
  });
}

function take(file) {
  const carrier = new DataTransfer();
  carrier.items.add(file);
  input.files = carrier.files;
  section.open = true;
  return check();
}

target.id = "list-target";
target.removeAttribute("name");
zone.after(node("div", {}, node("label", { for: target.id }, "Made for"), target));
for (const control of [input, company, target]) control.addEventListener("change", check);
buttons[0].addEventListener("click", () => save("zip", ".zip"));
buttons[1].addEventListener("click", () => save("card", ".vcf"));

// A list may be dropped anywhere on the page; any other file is the form's photo.
addEventListener("drop", (event) => {
  const dropped = event.dataTransfer?.files[0];
  zone.classList.remove("over");
  if (!dropped || !(section.contains(event.target) || LIST.test(dropped.name))) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  byId("f-photo").closest(".photo").classList.remove("over");
  take(dropped);
}, { capture: true });
for (const kind of ["dragenter", "dragover"]) {
  section.addEventListener(kind, (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    event.stopPropagation();
    byId("f-photo").closest(".photo").classList.remove("over");
    zone.classList.add("over");
  });
}
section.addEventListener("dragleave", ({ relatedTarget }) => section.contains(relatedTarget) || zone.classList.remove("over"));
if (input.files[0]) check(); // after the browser's Back
