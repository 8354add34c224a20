// The script of the page: rows that are added and removed, a preview of the card on a phone, what
// its reader loses and what will be refused, saving the card without leaving the page. The form works
// without it. No HTML is built from text, no key stands in an address, no request goes to another host.

const PAUSE = 450; // milliseconds without typing before a report
const ADDRESS_PAUSE = 1500; // the same before an address counts as complete
const CARD_TIMEOUT = 60_000; // milliseconds for a card, its photo included
const REVOKE_AFTER = 60_000; // milliseconds in which a slow browser reads a saved card
const MAX_LINES = 3; // lines of a confirmation
const KEY = "vcardsvc-key";
const SVG = "http://www.w3.org/2000/svg";
const ICONS = [
  ["message", "phone", "M4 5h16v11H9l-5 4z"],
  ["call", "phone", "M5 4h4l2 5-2.5 1.5a11 11 0 0 0 5 5L15 13l5 2v4a1 1 0 0 1-1 1A15 15 0 0 1 4 5a1 1 0 0 1 1-1z"],
  ["mail", "email", "M3 6h18v12H3zM3 7l9 6 9-6"],
  ["web", "website", "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM3 12h18M12 3c-5 6-5 12 0 18 5-6 5-12 0-18z"],
];
const PERSON = "M12 12a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM3.5 21c0-4.5 3.5-6.5 8.5-6.5s8.5 2 8.5 6.5";
const LISTS = { phone: "number", email: "id", "physical-address": "address", website: "url" };
const GONE = ["dropped", "unread"];
const CHANGES = ["e164", "encoded", "flattened", "joined", "extension", "digits", "smaller"];
const DOUBTS = [
  ["phone", /\p{Nd}/u, "There is no digit in it, so no phone can call it. It is kept as typed."],
  ["email", /^(mailto:)?[^@]+@[^@]+$/i, "An e-mail address has one @, as in name@example.com. It is kept as typed."],
];
// Letters without a decomposition, for a file name in ASCII.
const ASCII = { ß: "ss", æ: "ae", œ: "oe", ø: "o", đ: "d", ð: "d", þ: "th", ł: "l", ı: "i" };
const NO_NAME = "With a name typed, you read here what a reader leaves out.";
const TRY_AGAIN = "All that you typed is still here: try again";
const NO_RESPONSE = `The service does not answer. ${TRY_AGAIN}.`;

const byId = (id) => document.getElementById(id);
const form = byId("f");
const more = byId("f-more");
const place = (pointer) => byId("f" + pointer.replaceAll("/", "-"));
const text = (pointer) => place(pointer).value.trim();
const file = place("/photo");
const address = place("/photo-url");
const keyField = form.elements["api-key"];
const visibleKey = keyField.type === "hidden" ? null : keyField;
const button = form.querySelector("[type=submit]");
const MESSAGES = JSON.parse(byId("aside").dataset.messages); // by code or cause
const LIMIT = Number(file.dataset.limit) || Infinity; // bytes of a photo's file

// The state of the page: the `notes` and `losses` of the last report, the `problems` of the last response;
// `photoReport`, that on the photo ({problems, notes, targets}): null while it is requested; `isPressed`: a button is.
const state = { notes: [], losses: [], problems: [], checkedPhoto: "", photo: "", qr: "", shown: "" };

function node(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

const listOf = (lines) => node("ul", {}, ...lines.map(([kind, line]) => node("li", kind ? { class: kind } : {}, line)));

const hasName = () => text("/name/first-name") || text("/name/last-name");

const entriesOf = (list) => [0, 1, 2, 3].map((index) => {
  const at = `/${list}/${index}`;
  const field = `${at}/${LISTS[list]}`;
  return { field, value: text(field), at: `${at}/label`, label: place(`${at}/label`) };
});

// The key: in this tab, from the field or from the address's fragment, which no server sees. A page
// with a key of its own takes no other: its form refuses a secret one.

function keepKey(key) {
  if (!visibleKey) return;
  visibleKey.value = key;
  try {
    sessionStorage.setItem(KEY, key);
  } catch {
    // Storage is switched off: the field has the key until the page is closed.
  }
}

function takeKey() {
  const key = new URLSearchParams(location.hash.slice(1)).get("key");
  if (key !== null) {
    history.replaceState(null, "", location.pathname + location.search);
    return keepKey(key);
  }
  try {
    if (visibleKey) visibleKey.value = sessionStorage.getItem(KEY) || visibleKey.value;
  } catch {
    // The same.
  }
}

const keyMissing = () => visibleKey && !keyField.value;

// Rows: the first is always shown, the others one by one.

const filled = (row) => [...row.querySelectorAll("input, textarea")].some((one) => one.value.trim());

function makeList(fieldset) {
  const one = fieldset.dataset.one;
  const rows = [...fieldset.querySelectorAll(".row")];
  const main = (row) => row.querySelector(".main input, .main textarea");
  const add = node("button", { type: "button", class: "plain add" }, `Add another ${one}`);
  rows[0].after(...rows.slice(1));
  fieldset.querySelector("details").replaceWith(add);

  let shown = 1;
  const show = () => {
    rows.forEach((row, index) => {
      row.hidden = index >= shown;
      row.querySelector(".remove").hidden = shown === 1;
    });
    add.hidden = shown === rows.length;
  };
  const refresh = () => {
    const last = rows.findLastIndex((row) => filled(row) || row.querySelector(".error"));
    shown = Math.max(shown, last + 1);
    show();
  };
  const remove = (at) => {
    const controls = rows.map((row) => [...row.querySelectorAll("input, select, textarea")]);
    controls.flat().forEach((control) => unmark(control));
    for (let index = at; index < shown; index += 1) {
      controls[index].forEach((control, cell) => {
        const next = controls[index + 1]?.[cell];
        if (control.tagName === "SELECT") control.selectedIndex = next ? next.selectedIndex : 0;
        else control.value = next ? next.value : "";
      });
    }
    shown = Math.max(1, shown - 1);
    show();
    main(rows[Math.min(at, shown - 1)]).focus();
    changed();
  };
  rows.forEach((row, index) => {
    const label = `Remove ${one} ${index + 1}`;
    row.append(node("button", { type: "button", class: "plain remove", "aria-label": label, title: label, click: () => remove(index) }, "×"));
  });
  add.addEventListener("click", () => {
    shown += 1;
    show();
    main(rows[shown - 1]).focus();
  });
  refresh();
  return refresh;
}

// The photo: chosen, dropped or pasted, it becomes the file of the form.

function takeFiles(files) {
  const chosen = [...files].find((one) => one.type.startsWith("image/")) ?? files[0];
  if (!chosen) return false;
  const carrier = new DataTransfer();
  carrier.items.add(chosen);
  file.files = carrier.files;
  showPhoto();
  return true;
}

function showPhoto(chosen = file.files[0]) {
  URL.revokeObjectURL(state.photo);
  state.photo = chosen ? URL.createObjectURL(chosen) : "";
  noPhoto.hidden = thumb.hidden = !chosen;
  if (chosen) thumb.src = state.photo;
  unmark(file);
  checkPhoto();
  changed();
}

const noPhoto = node("button", { type: "button", class: "plain", hidden: "", click: () => {
  file.value = "";
  showPhoto();
  file.focus();
} }, "Remove the photo");

const thumb = node("img", { class: "thumb", alt: "", hidden: "", error: () => {
  state.photo = ""; // not a picture; the service reports why
  thumb.hidden = true;
  draw();
} });

// A photo is checked once, for every reader: the service reads the file, or fetches it from the
// address when typing has stopped.

async function checkPhoto() {
  clearTimeout(state.typing);
  state.typing = 0;
  const chosen = file.files[0];
  const photo = chosen ?? text("/photo-url");
  if (photo === state.checkedPhoto && state.photoReport !== undefined) return;
  Object.assign(state, { checkedPhoto: photo, photoReport: null });
  let photoReport = { problems: [], notes: [], targets: [] };
  if (chosen?.size > LIMIT) photoReport.problems = [TOO_LARGE];
  else if (photo && !keyMissing()) photoReport = await reportOnPhoto(chosen ? "photo" : "photo-url", photo);
  if (state.checkedPhoto !== photo) return;
  state.photoReport = photoReport;
  if (photoReport) changed();
}

// Undefined when there is no response: the next report requests it again.
async function reportOnPhoto(field, photo) {
  const body = new FormData();
  body.set("first-name", "A");
  body.set(field, photo);
  try {
    const response = await post("as=report", body);
    const { errors = [], notes = [], targets = [] } = await response.json();
    const problems = problemsOf(response, errors, photo).filter((one) => one.field);
    return response.ok || problems.length ? { problems, notes, targets } : undefined;
  } catch {
    return undefined;
  }
}

const problem = (field, info) => ({ field, "error-code": "", "error-info": info });
const TOO_LARGE = problem("/photo", MESSAGES["photo-limit"]);
const TOO_LONG = problem("", "There is more text than a card takes: shorten it.");

// When the body was too large, the larger one of text and photo is at fault.
function problemsOf({ status }, errors, sent) {
  if (status !== 413) return errors;
  return [sent?.size > JSON.stringify(contact()).length ? TOO_LARGE : TOO_LONG];
}

function photoProblems() {
  if (file.files[0] && text("/photo-url")) return [problem("/photo", MESSAGES["two-photos"])];
  return state.photoReport?.problems ?? [];
}

// Requests, and reports on the contact.

function contact() {
  const body = {
    action: "createcontact",
    name: {
      "first-name": text("/name/first-name"),
      "last-name": text("/name/last-name"),
      suffix: text("/name/suffix"),
    },
    organization: text("/organization"),
    title: text("/title"),
    note: text("/note"),
  };
  for (const [list, inner] of Object.entries(LISTS)) {
    // Blank entries are sent too: the indexes of the response are the form's.
    body[list] = entriesOf(list).map(({ value, label }) => ({ [inner]: value, label: label.value.trim() }));
  }
  for (const [name, value] of formNow()) if (more.querySelector(`[name="${name}"]`) && value.trim()) put(body, name.match(/[^[\]]+/g), value);
  if (body.categories) body.categories = body.categories.split(",");
  return body;
}

// A field is a member by its name, `geo[latitude]`, and a box that is ticked is true.
function put(body, [name, ...inner], value) {
  const next = /^\d/.test(inner[0]) ? [] : {};
  if (inner.length) put((body[name] ??= next), inner, value);
  else body[name] = name === "company-card" || value;
}

function post(query, body, signal) {
  const isForm = body instanceof FormData;
  return fetch(`/?${query}`, {
    method: "POST",
    headers: {
      ...(isForm ? {} : { "content-type": "application/json" }),
      "x-api-key": keyField.value,
      accept: "application/json",
    },
    body: isForm ? body : JSON.stringify(body),
    signal,
    referrerPolicy: "same-origin",
    credentials: "omit",
  });
}

const target = () => place("/target").value;

function changed() {
  draw();
  state.request?.abort();
  clearTimeout(state.timer);
  state.timer = setTimeout(requestReport, PAUSE);
}

// Whether the service is busy: the same request passes later.
const isBusy = ({ status }) => status === 429 || status >= 500;

// The refused fields that were not changed since.
const unresolved = () => state.problems.filter(({ field = "" }) => field && !field.startsWith("/photo"));

async function requestReport() {
  if (!state.typing) checkPhoto();
  if (!hasName()) return show(unresolved(), [], NO_NAME);
  if (keyMissing()) return show(unresolved(), [], "Type your API key below the form to read what gets lost.");
  state.request = new AbortController();
  try {
    const response = await post(`as=report&target=${target()}`, contact(), state.request.signal);
    const { errors, notes, targets } = await response.json();
    if (response.ok) showReport(targets[0], notes);
    else if (isBusy(response)) show(unresolved(), [], `${errors.map(sentence).join(" ")} ${TRY_AGAIN}.`);
    else show(problemsOf(response, errors));
  } catch (fault) {
    if (fault.name !== "AbortError") show(unresolved(), [], NO_RESPONSE);
  }
}

function showReport({ losses, fits, size, ceiling }, notes) {
  const photo = state.photoReport?.targets.find((one) => one.target === target());
  state.losses = [...losses, ...(photo?.losses ?? [])].filter((one, at, all) => all.findIndex((other) => other.field + other.reason === one.field + one.reason) === at);
  state.notes = [...notes, ...(state.photoReport?.notes ?? [])];
  const reader = place("/target").selectedOptions[0].textContent;
  const tooLong = fits ? [] : [["bad", `The card has ${size} bytes, and this reader takes ${ceiling}.`]];
  show([], tooLong, state.photoReport ? `Nothing gets lost: ${reader} reads all of it.` : "The photo is being looked at.", state.notes, state.losses);
}

// Show the problems, else the losses; and apart from both the changes and the doubtful values.
function show(problems, lines = [], hint = "", notes = [], losses = []) {
  Object.assign(state, { notes, losses });
  showProblems([...photoProblems(), ...problems]);
  draw();
  const own = doubts();
  const isOther = ({ code, field }) => code === "doubtful" && own.every((one) => one.field !== field);
  const rows = [...notes, ...losses].filter((one) => one.code !== "doubtful");
  const isChange = ({ code }) => CHANGES.includes(code);
  const wrong = state.problems.map((one) => ["bad", about(nameOf(one.field ?? ""), sentence(one))]);
  const lost = [...wrong, ...lines, ...grouped(rows.filter((one) => !isChange(one)))];
  const parts = { notes: lost, changes: grouped(rows.filter(isChange)), doubts: grouped([...own, ...notes.filter(isOther)]) };
  const shown = JSON.stringify([hint, parts]);
  if (shown === state.shown) return; // else a screen reader would read it again
  state.shown = shown;
  byId("notes-title").textContent = wrong.length ? "Not right yet" : "What gets lost";
  for (const [id, found] of Object.entries(parts)) {
    byId(id).replaceChildren(found.length ? listOf(found) : node("p", { class: hint.startsWith("Nothing") ? "fine" : "hint" }, hint));
    byId(id).parentElement.hidden = id !== "notes" && !found.length;
  }
}

// One line for each reason, with all its fields.
function grouped(rows) {
  const names = new Map();
  for (const { field, reason } of rows) names.set(reason, [...(names.get(reason) ?? []), nameOf(field)]);
  return [...names].map(([reason, all]) => ["", about(all.filter(Boolean).join(", "), reason)]);
}

const doubts = () => DOUBTS.flatMap(([list, like, reason]) =>
  entriesOf(list).filter(({ value }) => value && !like.test(value)).map(({ field }) => ({ field, reason })));

function nameOf(pointer) {
  const found = place(pointer);
  if (found === file) return "Photo"; // its label is an instruction
  if (!found || found === form) return "";
  const label = found.labels?.[0]?.textContent ?? found.getAttribute("aria-label");
  return label ?? found.querySelector("legend")?.textContent ?? "";
}

const about = (names, message) => (names ? `${names}: ${message}` : message);

// The QR code, in a dialog.

async function openCode() {
  byId("code").showModal();
  if (!hasName()) return showCode("", "A card needs a name first.");
  showCode("", "The code is being drawn.");
  try {
    const response = await post("as=qr&photo=none", contact());
    if (response.ok) return showCode(URL.createObjectURL(await response.blob()));
    const { errors } = await response.json();
    const isLong = errors[0]["error-code"] === "E406";
    showCode("", isLong ? "The card has more text than a code holds that phones read. Its file has room." : errors.map(sentence).join(" "));
  } catch {
    showCode("", NO_RESPONSE);
  }
}

function showCode(url, message = "A phone’s camera takes the card from here, without the photo.") {
  URL.revokeObjectURL(state.qr);
  state.qr = url;
  const image = url ? [node("img", { src: url, alt: "QR code of this card", width: 320, height: 320 })] : [];
  byId("qr").replaceChildren(...image, node("p", { class: "hint" }, message));
}

// The same contact for a POSIX shell: each argument is quoted.

const quoted = (argument) => `'${argument.replaceAll("'", "'\\''")}'`;

function curl() {
  const query = target() === "universal" ? "" : `?target=${target()}`;
  const lines = [`curl ${quoted(`${location.origin}/${query}`)}`, "-H 'x-api-key: YOUR_KEY'"];
  const photo = file.files[0];
  if (photo) {
    for (const [name, value] of formNow()) {
      const isEmpty = !value || value instanceof File || (/label/.test(name) && !labelled(name));
      if (!isEmpty && name !== "target") lines.push(`--form-string ${quoted(`${name}=${value}`)}`);
    }
    lines.push(`-F ${quoted(`photo=@"${photo.name.replace(/["\\]/g, "\\$&")}"`)}`);
  } else {
    const body = { ...contact(), "photo-url": text("/photo-url") };
    for (const [list, inner] of Object.entries(LISTS)) body[list] = body[list].filter((entry) => entry[inner]);
    const json = JSON.stringify(body, (_, value) => (value === "" || value.length === 0 ? undefined : value), 2);
    lines.push("-H 'content-type: application/json'", `--data-raw ${quoted(json)}`);
  }
  return lines.join(" \\\n  ");
}

const labelled = (name) => filled(form.elements[name].closest(".row"));

const showCurl = () => byId("as-curl").open && byId("curl").replaceChildren(curl());

async function copyCurl() {
  getSelection().selectAllChildren(byId("curl"));
  let message = "It is copied.";
  try {
    await navigator.clipboard.writeText(byId("curl").textContent);
  } catch {
    message = "It is selected: copy it with Ctrl+C."; // browsers have no clipboard without https
  }
  byId("copied").textContent = message;
}

// The preview: the form's values, and what the reader does to them.

const lossOf = (pointer) => state.losses.find((one) => one.field === pointer || (one.field && pointer.startsWith(one.field + "/")));
const isGone = (pointer) => GONE.includes(lossOf(pointer)?.code);

function icon(path) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

function fact(label, value, pointer, labelPointer, link) {
  const gone = isGone(pointer);
  const other = !gone && labelPointer && lossOf(labelPointer)?.code === "relabelled";
  const tag = gone || other ? node("span", { class: "tag" }, gone ? "not shown" : "another label") : null;
  return node("li", gone ? { class: "gone" } : {}, node("b", {}, label, tag), node("span", { class: link ? "link" : "" }, value));
}

function facts(list) {
  const items = entriesOf(list).filter(({ value }) => value).map(({ field, value, at, label }) => {
    const kind = label.selectedOptions?.[0]?.textContent ?? (label.value.trim() || label.placeholder);
    return fact(kind.toLowerCase(), value.replace(/^https?:\/\//, ""), field, at, list !== "physical-address");
  });
  return items.length ? node("ul", { class: "facts" }, ...items) : null;
}

function draw() {
  const [first, last, suffix] = ["first-name", "last-name", "suffix"].map((one) => text(`/name/${one}`));
  const name = [first, last, suffix].filter(Boolean).join(" ");
  const initials = [first, last].map((one) => [...one][0] ?? "").join("").toUpperCase();
  const work = ["/title", "/organization"].filter((one) => text(one) && !isGone(one)).map(text).join(" · ");
  const photo = state.photo && !isGone("/photo");
  const face = photo
    ? node("img", { class: "round", src: state.photo, alt: "The photo" })
    : node("div", { class: "round", "aria-hidden": "true" }, initials || icon(PERSON));
  const note = text("/note");
  byId("preview").replaceChildren(...[
    node("div", { class: "face" }, face,
      node("p", { class: name ? "who" : "who none" }, name || "No name yet"),
      work ? node("p", { class: "what" }, work) : null),
    node("div", { class: "acts", "aria-hidden": "true" }, ...ICONS.map(([label, list, path]) => {
      const on = entriesOf(list).some(({ field, value }) => value && !isGone(field));
      return node("div", { class: on ? "act on" : "act" }, icon(path), label);
    })),
    ...Object.keys(LISTS).map(facts),
    note ? node("ul", { class: "facts" }, fact("note", note, "/note")) : null,
  ].filter(Boolean));
  showCurl();
}

// Problems: beside their fields, and in a summary that links to them. A field with the focus gets its
// problem when it loses the focus.

function sentence({ "error-code": code, "error-info": info }) {
  const message = MESSAGES[code] ?? info;
  if (code !== "E1516") return message;
  // The name of a character stays only when the character is invisible.
  return `${message} ${info.slice(info.indexOf(". ") + 2).replace(/("[^\p{C}\p{Z}]") \(U\+.*?\)/u, "$1")}`;
}

function controlOf({ "error-code": code, field = "" }) {
  const found = place(code === "E104" ? "/api-key" : field);
  if (found === form) return null;
  return found?.matches("input, select, textarea") ? found : found?.querySelector(".main input, .main textarea, input, textarea");
}

function mark(control, kind, message) {
  const id = `${control.id}-${kind}`;
  if (byId(id)) return byId(id).replaceChildren(message);
  if (kind === "error") control.setAttribute("aria-invalid", "true");
  control.setAttribute("aria-describedby", `${id} ${control.getAttribute("aria-describedby") ?? ""}`.trim());
  if (more.contains(control)) more.open = true;
  control.closest("div").append(node("p", { class: kind, id }, message));
}

function unmark(control, kept) {
  for (const kind of ["error", "doubt"]) {
    const id = `${control.id}-${kind}`;
    if (kind === kept || !byId(id)) continue;
    byId(id).remove();
    if (kind === "error") control.removeAttribute("aria-invalid");
    const left = control.getAttribute("aria-describedby").split(" ").filter((one) => one !== id);
    if (left.length) control.setAttribute("aria-describedby", left.join(" "));
    else control.removeAttribute("aria-describedby");
  }
}

// Show these problems and the doubts, and no others, beside their fields; later while a button is pressed: a new line would move it.
function showProblems(problems) {
  state.problems = problems;
  if (state.isPressed) return;
  const marks = new Map(doubts().map(({ field, reason }) => [place(field), ["doubt", reason]]));
  for (const one of problems) marks.set(controlOf(one), ["error", sentence(one)]);
  for (const control of form.querySelectorAll("input, select, textarea")) {
    const [kind, message] = marks.get(control) ?? [];
    unmark(control, kind);
    if (kind && (control !== document.activeElement || control === file)) mark(control, kind, message);
  }
  if (byId("summary")) summarize();
}

function summarize() {
  const lines = state.problems.map((one) => {
    const control = controlOf(one);
    const message = control ? about(nameOf("/" + control.id.slice(2)), sentence(one)) : sentence(one);
    const link = !control || control.type === "hidden" ? message : node("a", { href: `#${control.id}` }, message);
    return node("li", {}, link, " ", node("small", {}, one["error-code"]));
  });
  const before = byId("summary");
  document.title = document.title.replace(/^(Error: )?/, lines.length ? "Error: " : "");
  if (!lines.length) return before?.remove();
  const title = lines.length === 1 ? "One thing is not right yet" : `${lines.length} things are not right yet`;
  const summary = node("section", { class: "summary", id: "summary", tabindex: "-1", "aria-labelledby": "summary-title" },
    node("h2", { id: "summary-title" }, title), node("ul", {}, ...lines));
  if (!before) form.prepend(summary);
  else if (before.textContent !== summary.textContent) before.replaceChildren(...summary.children);
}

// The card is saved without leaving the page, so that no failure loses what was typed.

// The contact's name as a file name, in ASCII: not every system allows other letters.
function fileName() {
  const name = [text("/name/first-name"), text("/name/last-name")].join(" ").toLowerCase();
  const plain = name.normalize("NFD").replace(/\p{M}/gu, "").replace(/[^\0-\x7f]/g, (one) => ASCII[one] ?? " ");
  return `${plain.replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "").slice(0, 80) || "contact"}.vcf`;
}

function showStatus(kind, message, lines = []) {
  byId("sent").replaceChildren(node("p", { class: kind }, message), ...(lines.length ? [listOf(lines)] : []));
}

// The form as it is sent, without the key: a secret one must not be sent in a form.
function formNow() {
  const body = new FormData(form);
  body.delete("api-key");
  if (!file.files[0]) body.delete("photo");
  return body;
}

async function send(event) {
  event.preventDefault();
  if (button.getAttribute("aria-disabled")) return;
  button.setAttribute("aria-disabled", "true");
  showStatus("hint", "The card is being made …");
  try {
    const response = await post("disposition=attachment", formNow(), AbortSignal.timeout(CARD_TIMEOUT));
    if (response.ok) await save(response);
    else refuse(response, (await response.json().catch(() => ({}))).errors ?? []);
  } catch {
    showStatus("error", NO_RESPONSE);
  } finally {
    button.removeAttribute("aria-disabled");
  }
}

async function save(response) {
  const url = URL.createObjectURL(await response.blob());
  const name = fileName();
  node("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), REVOKE_AFTER);
  showProblems([]);
  const notes = (response.headers.get("vcard-notes") ?? "").split(", ").filter(Boolean);
  const known = (note) => [...state.notes, ...state.losses].find(({ field, code }) => `${field};${code}` === `/${note}`);
  if (!notes.every(known)) await requestReport(); // the report has the reasons
  const lines = grouped(notes.map((note) => known(note) ?? { field: `/${note.split(";")[0]}`, reason: note.split(";")[1] }));
  const more = lines.length > MAX_LINES ? [["", `and ${lines.length - MAX_LINES} more, beside the preview`]] : [];
  showStatus("fine", `${name} is saved.`, [...lines.slice(0, MAX_LINES), ...more]);
}

function refuse(response, found) {
  const errors = problemsOf(response, found, file.files[0]);
  if (isBusy(response) || !errors.some(controlOf)) {
    const message = errors.map(sentence).join(" ") || "The service could not make the card.";
    const wait = response.headers.get("retry-after");
    const when = wait ? ` in ${wait} s` : "";
    return showStatus("error", `${message} ${TRY_AGAIN}${when}.`);
  }
  // Problems of the photo stay until there is another photo.
  const photos = errors.filter((one) => one.field?.startsWith("/photo"));
  if (photos.length && state.photoReport) state.photoReport.problems = photos;
  document.activeElement.blur();
  show(errors.filter((one) => !photos.includes(one)));
  summarize();
  refreshLists();
  showStatus("error", `${byId("summary-title").textContent}: see above.`);
  byId("summary").focus();
}

takeKey();
const lists = [...form.querySelectorAll(".list")].map(makeList);
const refreshLists = () => lists.forEach((refresh) => refresh());
file.after(noPhoto, thumb);
file.labels[0].textContent = "Drop, paste or choose a photo";

form.addEventListener("input", ({ target: control }) => {
  byId("sent").replaceChildren();
  unmark(control);
  state.problems = state.problems.filter((one) => controlOf(one) !== control);
  if (control === visibleKey) keepKey(visibleKey.value);
  if (control === visibleKey || control === address) state.photoReport = undefined;
  if (control === address) {
    clearTimeout(state.typing);
    state.typing = setTimeout(checkPhoto, ADDRESS_PAUSE);
  }
  if (control === file) showPhoto();
  else changed();
});
address.addEventListener("change", checkPhoto);
const showLater = () => setTimeout(() => showProblems(state.problems)); // behind the click
form.addEventListener("focusout", showLater);
for (const [name, isPressed] of [["pointerdown", true], ["pointerup", false], ["pointercancel", false]])
  addEventListener(name, () => { state.isPressed = isPressed; showLater(); });
form.addEventListener("submit", send);
byId("show-code").addEventListener("click", openCode);
byId("code").addEventListener("click", ({ target: clicked }) => clicked.matches("dialog, .button") && byId("code").close());
byId("as-curl").addEventListener("toggle", showCurl);
byId("copy-curl").addEventListener("click", copyCurl);
addEventListener("hashchange", () => { takeKey(); changed(); });
addEventListener("pageshow", () => { refreshLists(); showPhoto(); });

// On a phone the preview is below the form: the bar links there and back.
const way = byId("to-preview");
new IntersectionObserver(([{ isIntersecting }]) => {
  way.textContent = isIntersecting ? "Form" : "Preview";
  way.setAttribute("href", isIntersecting ? "#f" : "#aside");
}).observe(byId("preview"));

const zone = file.closest(".photo");
for (const kind of ["dragenter", "dragover"]) {
  addEventListener(kind, (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    zone.classList.add("over");
  });
}
addEventListener("dragleave", (event) => event.relatedTarget ?? zone.classList.remove("over"));
addEventListener("drop", (event) => {
  zone.classList.remove("over");
  if (!event.dataTransfer?.files.length) return;
  event.preventDefault();
  takeFiles(event.dataTransfer.files);
});
addEventListener("paste", (event) => {
  // Office programs add a picture of the text to the text; then the text is meant.
  if (!event.clipboardData || event.clipboardData.types.includes("text/plain")) return;
  if (takeFiles(event.clipboardData.files)) event.preventDefault();
});
