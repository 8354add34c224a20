// The page's one script: rows that come and go, a preview as a phone shows it, what a reader loses,
// the code to scan, a photo dropped or pasted. Without it the form is whole, and it stays the form
// that is sent. What must never enter here: HTML made of text, a key in an address, another host.

const PAUSE = 450; // milliseconds without typing before the service is asked
const LATER = 60_000; // milliseconds until a saved card is let go: a slow browser has read it by then
const COPY = 320; // pixels: the photo's copy that notes are asked with; the form sends the photo
const KEY = "vcardsvc-key";
const SVG = "http://www.w3.org/2000/svg";
const ICONS = [
  ["message", "phone", "M4 5h16v11H9l-5 4z"],
  ["call", "phone", "M5 4h4l2 5-2.5 1.5a11 11 0 0 0 5 5L15 13l5 2v4a1 1 0 0 1-1 1A15 15 0 0 1 4 5a1 1 0 0 1 1-1z"],
  ["mail", "email", "M3 6h18v12H3zM3 7l9 6 9-6"],
  ["web", "website", "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM3 12h18M12 3c-5 6-5 12 0 18 5-6 5-12 0-18z"],
];
const PERSON = "M12 12a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM3.5 21c0-4.5 3.5-6.5 8.5-6.5s8.5 2 8.5 6.5";
const LISTS = [
  ["phone", "number"],
  ["email", "id"],
  ["physical-address", "address"],
  ["website", "url"],
];
const GONE = new Set(["dropped", "unread"]);

const byId = (id) => document.getElementById(id);
const form = byId("f");
const place = (pointer) => byId("f" + pointer.replaceAll("/", "-"));
const file = place("/photo");
const keyField = form.elements["api-key"];
const visibleKey = keyField.type === "hidden" ? null : keyField;

const now = { losses: [], photo: "", copy: "", qr: "", said: "", asking: null, timer: 0 };

function node(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name, value);
    else made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

const text = (pointer) => place(pointer).value.trim();

// The key: in this tab, from the field or from the address's fragment, which no server sees. A page
// that brings its own key needs no other: a secret one would be refused in its form.

function keepKey(key) {
  if (!visibleKey) return;
  visibleKey.value = key;
  try {
    sessionStorage.setItem(KEY, key);
  } catch {
    // Storage is switched off: the field holds it as long as the page stands.
  }
}

function takeKey() {
  const key = new URLSearchParams(location.hash.slice(1)).get("key");
  if (key !== null) {
    history.replaceState(null, "", location.pathname + location.search);
    keepKey(key);
    return;
  }
  if (!visibleKey) return;
  try {
    visibleKey.value = sessionStorage.getItem(KEY) || visibleKey.value;
  } catch {
    // The same.
  }
}

// Rows: the first is always there, the others are shown one by one.

const filled = (row) =>
  [...row.querySelectorAll("input, textarea")].some((one) => one.value.trim() !== "");

function makeList(fieldset) {
  const one = fieldset.dataset.one;
  const details = fieldset.querySelector("details");
  const rows = [...fieldset.querySelectorAll(".row")];
  const main = (row) => row.querySelector(".main input, .main textarea");
  const add = node("button", { type: "button", class: "plain add" }, `Add another ${one}`);
  rows[0].after(...rows.slice(1));
  details.replaceWith(add);

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
    clearErrors(fieldset);
    const controls = rows.map((row) => [...row.querySelectorAll("input, select, textarea")]);
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
    const words = `Remove ${one} ${index + 1}`;
    row.append(node("button", { type: "button", class: "plain remove", "aria-label": words, title: words, click: () => remove(index) }, "×"));
  });
  add.addEventListener("click", () => {
    shown += 1;
    show();
    main(rows[shown - 1]).focus();
  });
  refresh();
  return refresh;
}

// The photo: chosen, dropped or pasted; it is the file of the form either way.

function takeFiles(files) {
  const images = [...files].filter((one) => one.type.startsWith("image/"));
  if (!images.length) return false;
  const carrier = new DataTransfer();
  carrier.items.add(images[0]);
  file.files = carrier.files;
  showPhoto();
  return true;
}

async function showPhoto() {
  const chosen = file.files[0];
  URL.revokeObjectURL(now.photo);
  now.photo = chosen ? URL.createObjectURL(chosen) : "";
  now.copy = "";
  noPhoto.hidden = thumb.hidden = !chosen;
  if (chosen) thumb.src = now.photo;
  clearErrors(file.parentElement);
  changed();
  if (!chosen) return;
  try {
    const copy = await copyOf(await createImageBitmap(chosen));
    if (file.files[0] === chosen) now.copy = copy;
  } catch {
    URL.revokeObjectURL(now.photo);
    now.photo = "";
    thumb.hidden = true;
    mark("/photo", "This file is no photo that can be shown.");
  }
  changed();
}

async function copyOf(bitmap) {
  const scale = Math.min(1, COPY / Math.max(bitmap.width, bitmap.height));
  const canvas = node("canvas", {
    width: Math.max(1, Math.round(bitmap.width * scale)),
    height: Math.max(1, Math.round(bitmap.height * scale)),
  });
  canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL("image/jpeg", 0.8).split(",")[1];
}

const noPhoto = node("button", { type: "button", class: "plain", hidden: "", click: () => {
  file.value = "";
  showPhoto();
  file.focus();
} }, "Remove the photo");

const thumb = node("img", { class: "thumb", alt: "", hidden: "" });

// A copy of nothing stands for a photo on the web: no half-typed address is ever fetched.
const blank = document.createElement("canvas");
blank.width = blank.height = 8;
const standIn = () => blank.toDataURL("image/jpeg").split(",")[1];

// What the service is asked, and what it says.

function contact() {
  const said = {
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
  for (const [list, inner] of LISTS) {
    // Blank entries go along: the places in the answer are the form's.
    said[list] = [0, 1, 2, 3].map((index) => ({
      [inner]: text(`/${list}/${index}/${inner}`),
      label: text(`/${list}/${index}/label`),
    }));
  }
  const photo = now.copy || (text("/photo-url") && standIn());
  if (photo) said.photo = photo;
  return said;
}

const ask = (query, body, signal) =>
  fetch(`/?${query}`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-api-key": keyField.value, accept: "application/json" },
    body: JSON.stringify(body),
    signal,
    referrerPolicy: "same-origin",
    credentials: "omit",
  });

const target = () => place("/target").value;
const targetWords = () => place("/target").selectedOptions[0].textContent;

function changed() {
  draw();
  now.asking?.abort();
  clearTimeout(now.timer);
  now.timer = setTimeout(look, PAUSE);
}

async function look() {
  const said = contact();
  const name = said.name["first-name"] || said.name["last-name"];
  if (!name || (visibleKey && !keyField.value)) {
    now.losses = [];
    byId("notes-title").textContent = "What gets lost";
    say(name ? "Type your API key below the form to read what gets lost." : "With a name typed, you read here what a reader leaves out.");
    showCode("");
    draw();
    return;
  }
  const asking = (now.asking = new AbortController());
  try {
    const answer = await ask(`as=report&target=${target()}`, said, asking.signal);
    const told = await answer.json();
    showReport(answer.ok, told);
    if (answer.ok && byId("code").open) await fetchCode(said, asking.signal);
    else showCode("");
  } catch (fault) {
    if (fault.name !== "AbortError") say("The service does not answer. The form still works when it is back.");
  }
}

async function fetchCode({ photo, ...said }, signal) {
  const answer = await ask("as=qr&photo=none", said, signal);
  if (answer.ok) showCode(URL.createObjectURL(await answer.blob()));
  else showCode("", "The card has more text than a code holds that phones read. Its file has room.");
}

function showCode(url, words = "A phone’s camera takes the card from here, without the photo.") {
  URL.revokeObjectURL(now.qr);
  now.qr = url;
  const shown = url ? [node("img", { src: url, alt: "QR code of this card", width: 240, height: 240 })] : [];
  byId("qr").replaceChildren(...shown, ...(url ? [] : [node("p", { class: "hint" }, words)]));
}

function nameOf(pointer) {
  const found = place(pointer);
  if (found === file) return "Photo"; // its label says what to do
  if (!found) return "";
  const label = found.labels?.[0]?.textContent ?? found.getAttribute("aria-label");
  return label ?? found.querySelector("legend")?.textContent ?? "";
}

function controlOf(pointer) {
  const found = pointer ? place(pointer) : null;
  return found?.matches("input, select, textarea") ? found : found?.querySelector(".main input, .main textarea, input, textarea");
}

const about = (pointer, words) => (nameOf(pointer) ? `${nameOf(pointer)}: ${words}` : words);

function showReport(fine, told) {
  const report = fine ? told.targets[0] : null;
  now.losses = report ? report.losses : [];
  draw();
  byId("notes-title").textContent = fine ? "What gets lost" : "Not right yet";
  if (!fine) {
    // A person is still typing: it is said quietly, and beside the field when the form is sent.
    return say("", (told.errors ?? []).map((one) => ["bad", about(one.field ?? "", one["error-info"])]));
  }
  const lines = [...told.notes, ...report.losses].map((one) => ["", about(one.field, one.reason)]);
  if (!report.fits) lines.unshift(["bad", `The card has ${report.size} bytes, and this reader takes ${report.ceiling}.`]);
  say(lines.length ? "" : `Nothing gets lost: ${targetWords()} reads all of it.`, lines);
}

function say(words, lines = []) {
  const said = JSON.stringify([words, lines]);
  if (said === now.said) return; // said again, it would be read out again
  now.said = said;
  const list = node("ul", {}, ...lines.map(([kind, line]) => node("li", kind ? { class: kind } : {}, line)));
  const fine = words.startsWith("Nothing");
  byId("notes").replaceChildren(lines.length ? list : node("p", { class: fine ? "fine" : "hint" }, words));
}

// The preview: the form's own values, and what this reader does to them.

const lossOf = (pointer) => now.losses.find((one) => one.field === pointer || (one.field && pointer.startsWith(one.field + "/")));
const isGone = (pointer) => GONE.has(lossOf(pointer)?.code);

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

function facts(list, inner, link) {
  const made = [0, 1, 2, 3].flatMap((index) => {
    const at = `/${list}/${index}`;
    const value = text(`${at}/${inner}`);
    if (!value) return [];
    const label = place(`${at}/label`);
    const words = label.selectedOptions?.[0]?.textContent ?? (label.value.trim() || label.placeholder);
    return [fact(words.toLowerCase(), value.replace(/^https?:\/\//, ""), `${at}/${inner}`, `${at}/label`, link)];
  });
  return made.length ? node("ul", { class: "facts" }, ...made) : null;
}

function draw() {
  const [first, last, suffix] = ["first-name", "last-name", "suffix"].map((one) => text(`/name/${one}`));
  const name = [first, last, suffix].filter(Boolean).join(" ");
  const initials = [first, last].map((one) => [...one][0] ?? "").join("").toUpperCase();
  const work = ["/title", "/organization"].filter((one) => text(one) && !isGone(one)).map(text).join(" · ");
  const photo = now.photo && !isGone("/photo") && !isGone("/photo-url");
  const face = photo
    ? node("img", { class: "round", src: now.photo, alt: "The photo" })
    : node("div", { class: "round", "aria-hidden": "true" }, initials || icon(PERSON));
  const note = text("/note");
  byId("preview").replaceChildren(...[
    node("div", { class: "face" }, face,
      node("p", { class: name ? "who" : "who none" }, name || "No name yet"),
      work ? node("p", { class: "what" }, work) : null),
    node("div", { class: "acts", "aria-hidden": "true" }, ...ICONS.map(([words, list, path]) => {
      const inner = LISTS.find(([one]) => one === list)[1];
      const on = [0, 1, 2, 3].some((index) => text(`/${list}/${index}/${inner}`) && !isGone(`/${list}/${index}/${inner}`));
      return node("div", { class: on ? "act on" : "act" }, icon(path), words);
    })),
    ...LISTS.map(([list, inner]) => facts(list, inner, list !== "physical-address")),
    note ? node("ul", { class: "facts" }, fact("note", note, "/note")) : null,
  ].filter(Boolean));
}

// Errors: beside their fields, in a summary that links to them and has the focus.

function mark(pointer, words) {
  const control = controlOf(pointer);
  if (!control) return;
  const id = `${control.id}-error`;
  byId(id)?.remove();
  const before = (control.getAttribute("aria-describedby") ?? "").split(" ").filter((one) => one && one !== id);
  control.setAttribute("aria-invalid", "true");
  control.setAttribute("aria-describedby", [id, ...before].join(" "));
  control.closest(".field").append(node("p", { class: "error", id }, words));
}

function clearErrors(within) {
  for (const error of within.querySelectorAll(".error")) {
    const control = byId(error.id.replace(/-error$/, ""));
    const left = (control.getAttribute("aria-describedby") ?? "").split(" ").filter((one) => one !== error.id);
    control.removeAttribute("aria-invalid");
    if (left.length) control.setAttribute("aria-describedby", left.join(" "));
    else control.removeAttribute("aria-describedby");
    error.remove();
  }
}

function showErrors(errors) {
  byId("summary")?.remove();
  clearErrors(form);
  const lines = errors.map((one) => {
    const pointer = one["error-code"] === "E104" ? "/api-key" : (one.field ?? "");
    const control = pointer ? controlOf(pointer) : null;
    mark(pointer, one["error-info"]);
    const words = control ? about("/" + control.id.slice(2), one["error-info"]) : one["error-info"];
    const link = control?.type === "hidden" || !control ? words : node("a", { href: `#${control.id}` }, words);
    return node("li", {}, link, " ", node("small", {}, one["error-code"]));
  });
  const title = errors.length === 1 ? "One thing is not right yet" : `${errors.length} things are not right yet`;
  const summary = node("section", { class: "summary", id: "summary", tabindex: "-1", "aria-labelledby": "summary-title" },
    node("h2", { id: "summary-title" }, title), node("ul", {}, ...lines));
  form.prepend(summary);
  refreshLists();
  document.title = document.title.replace(/^(Error: )?/, "Error: ");
  summary.focus();
}

// A key that was typed may be a secret one, which no form may carry: it goes along in the header.
async function save() {
  const body = new FormData(form);
  body.delete("api-key");
  const headers = { "x-api-key": visibleKey.value };
  const answer = await fetch(form.action, { method: "POST", headers, body, credentials: "omit" });
  if (!answer.ok) return showErrors((await answer.json()).errors);
  const url = URL.createObjectURL(await answer.blob());
  node("a", { href: url, download: "contact.vcf" }).click();
  byId("sent").textContent = "Your card is on its way.";
  setTimeout(() => URL.revokeObjectURL(url), LATER);
}

// The card itself is the form's to fetch: a browser saves it, and an iPhone opens it as a contact.
// It is asked about first, because a page that comes back with errors has lost the photo's file.
async function send(event) {
  event.preventDefault();
  const button = form.querySelector("[type=submit]");
  if (button.getAttribute("aria-disabled")) return;
  button.setAttribute("aria-disabled", "true");
  try {
    const answer = await ask(`as=report&target=${target()}`, contact());
    if (!answer.ok) return showErrors((await answer.json()).errors);
    byId("summary")?.remove();
    clearErrors(form);
    document.title = document.title.replace(/^Error: /, "");
    if (visibleKey) return await save();
    byId("sent").textContent = "Your card is on its way.";
    form.submit();
  } catch {
    form.submit(); // the service says why, in its own words
  } finally {
    button.removeAttribute("aria-disabled");
  }
}

takeKey();
const lists = [...form.querySelectorAll(".list")].map(makeList);
const refreshLists = () => lists.forEach((refresh) => refresh());
file.after(noPhoto, thumb);
file.labels[0].textContent = "Drop, paste or choose a photo";

form.addEventListener("input", (event) => {
  byId("sent").textContent = "";
  const field = event.target.closest(".field");
  if (field) clearErrors(field);
  if (event.target === visibleKey) keepKey(visibleKey.value);
  if (event.target === file) showPhoto();
  else changed();
});
form.addEventListener("submit", send);
byId("code").addEventListener("toggle", () => byId("code").open && changed());
addEventListener("hashchange", () => { takeKey(); changed(); });
addEventListener("pageshow", () => { refreshLists(); showPhoto(); });

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
  // Office programs put a picture of the text beside the text: the text is what is meant.
  if (!event.clipboardData || event.clipboardData.types.includes("text/plain")) return;
  if (takeFiles(event.clipboardData.files)) event.preventDefault();
});
