// The script of the documentation: search, buttons that copy code, the form that tries the API.
// The pages work without it. Text is set as text, never as HTML; nothing is stored.

const MAX_HITS = 12;
const AROUND = 70; // characters of an excerpt on either side

const element = (name, properties = {}, ...children) => {
  const node = Object.assign(document.createElement(name), properties);
  node.append(...children);
  return node;
};

// Copy

for (const pre of document.querySelectorAll("article pre")) {
  const button = element("button", {type: "button", className: "copy", textContent: "Copy"});
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(pre.textContent.trimEnd());
      button.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(pre);
      button.textContent = "Selected";
    }
    setTimeout(() => { button.textContent = "Copy"; }, 2000);
  });
  const frame = element("div", {className: "code"});
  pre.replaceWith(frame);
  frame.append(pre, button);
}

// Search: every word must occur in the title or the text; titles count more.

const search = document.querySelector("#search");
const input = document.querySelector("#words");
const hits = document.querySelector("#hits");
const count = document.querySelector("#count");
search.hidden = false;

const load = async () => {
  const response = await fetch(input.dataset.index);
  if (!response.ok) throw new Error(response.statusText);
  return (await response.json()).map((one) => ({
    ...one, lowTitle: `${one.page} ${one.title}`.toLowerCase(), lowText: one.text.toLowerCase(),
  }));
};

// Requested once; anew after a failure.
let maybeSections = null;
const sections = async () => {
  maybeSections ??= load();
  try {
    return await maybeSections;
  } catch (fault) {
    maybeSections = null;
    throw fault;
  }
};

const words = () => input.value.toLowerCase().split(/\s+/).filter(Boolean);

const score = (section, terms) => {
  let sum = 0;
  for (const term of terms) {
    const inTitle = section.lowTitle.includes(term);
    if (!inTitle && !section.lowText.includes(term)) return 0;
    sum += inTitle ? 10 : 1;
  }
  return sum;
};

// Return the text around the first term, with that term marked.
const excerpt = (section, terms) => {
  const term = terms.find((one) => section.lowText.includes(one));
  if (!term) return [section.text.slice(0, 2 * AROUND)];
  const at = section.lowText.indexOf(term);
  const from = Math.max(0, at - AROUND);
  const end = at + term.length;
  const after = section.text.slice(end, end + AROUND);
  return [
    (from ? "…" : "") + section.text.slice(from, at),
    element("mark", {textContent: section.text.slice(at, end)}),
    after + (end + AROUND < section.text.length ? "…" : ""),
  ];
};

const hit = (section, terms) => element(
  "a", {href: input.dataset.root + section.url},
  element("b", {textContent: section.title}),
  section.page === section.title ? "" : element("small", {textContent: ` ${section.page}`}),
  element("span", {}, ...excerpt(section, terms)),
);

const show = async () => {
  let all = [];
  try {
    if (words().length) all = await sections();
  } catch {
    hits.replaceChildren(element("p", {textContent: "The search cannot be loaded now."}));
    hits.hidden = false;
    return;
  }
  const terms = words(); // more may be typed by now
  if (!terms.length) {
    hits.hidden = true;
    count.textContent = "";
    return;
  }
  const matching = all.map((one) => [score(one, terms), one]).filter(([points]) => points);
  matching.sort(([a], [b]) => b - a);
  const best = matching.slice(0, MAX_HITS).map(([, one]) => hit(one, terms));
  const none = element("p", {textContent: "No section holds all of these words."});
  hits.replaceChildren(...(best.length ? best : [none]));
  hits.hidden = false;
  count.textContent = matching.length === 1 ? "1 section" : `${matching.length} sections`;
};

input.addEventListener("input", show);
input.addEventListener("focus", show);
const move = (event, step) => {
  const links = [input, ...hits.querySelectorAll("a")];
  const next = links[links.indexOf(document.activeElement) + step];
  if (!next || hits.hidden) return;
  next.focus();
  event.preventDefault();
};
search.addEventListener("keydown", (event) => {
  if (event.key === "ArrowDown") move(event, 1);
  else if (event.key === "ArrowUp") move(event, -1);
  else if (event.key === "Enter" && event.target === input) hits.querySelector("a")?.click();
  else if (event.key === "Escape") { input.focus(); hits.hidden = true; }
});
addEventListener("click", (event) => { if (!search.contains(event.target)) hits.hidden = true; });
hits.addEventListener("click", (event) => { if (event.target.closest("a")) hits.hidden = true; });
addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, textarea, select");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
    input.focus();
    event.preventDefault();
  }
});

// Try it: post the body of the form with its key.

const fill = async (result, response) => {
  const type = response.headers.get("content-type") ?? "";
  const lines = ["content-type", "vcard-notes", "location", "retry-after", "x-request-id"]
    .filter((name) => response.headers.has(name))
    .map((name) => `${name}: ${response.headers.get(name)}`);
  const status = element("p", {className: response.ok ? "" : "bad"},
    element("b", {textContent: `${response.status} ${response.statusText}`}));
  const head = element("pre", {textContent: lines.join("\n"), tabIndex: 0});
  let body;
  if (type.startsWith("image/")) {
    body = element("img", {src: URL.createObjectURL(await response.blob()), alt: "The QR code"});
  } else {
    let text = await response.text();
    if (type.includes("json")) text = JSON.stringify(JSON.parse(text), null, 2);
    body = element("pre", {textContent: text, tabIndex: 0});
  }
  result.replaceChildren(status, head, body);
};

const maybeTry = document.querySelector("#try");
if (maybeTry) {
  const place = document.querySelector("#create").parentElement;
  const before = [...place.querySelectorAll("h3")].find((one) => one.textContent === "Parameters");
  before.before(maybeTry.content.cloneNode(true));
  const form = place.querySelector("form");
  const result = form.querySelector("#try-result");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const query = new URLSearchParams();
    for (const select of form.querySelectorAll("select")) {
      if (select.value) query.set(select.name, select.value);
    }
    const headers = {
      "content-type": "application/json", "x-api-key": form.querySelector("#try-key").value.trim(),
    };
    const body = form.querySelector("#try-body").value;
    const root = input.dataset.root;
    try {
      await fill(result, await fetch(`${root}?${query}`, {method: "POST", headers, body}));
    } catch {
      const text = "The service did not answer.";
      result.replaceChildren(element("p", {className: "bad", textContent: text}));
    }
  });
}
