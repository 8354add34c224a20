// ical.js as a reader: one JSON line in, one JSON line out (see __init__.py).
// Promises to say what ical.js found, never to mend it. Started with the folder of its package.

import { createInterface } from "node:readline";
import { createHash } from "node:crypto";
import { pathToFileURL } from "node:url";
import { join } from "node:path";

const folder = join(process.argv[2], "ical.js", "dist", "ical.js");
const ICAL = (await import(pathToFileURL(folder))).default;

function listed(value) {
  return value === undefined || value === null ? [] : [value].flat();
}

function texts(value) {
  // A component that is a list (a comma of N or ADR) is shown with its commas.
  return [value].flat().map((one) => (Array.isArray(one) ? one.join(",") : String(one)));
}

function entry(property) {
  return {
    types: listed(property.getParameter("type")).map((one) => one.toUpperCase()).sort(),
    pref: property.getParameter("pref") ?? null,
    value: String(property.getFirstValue()),
  };
}

function place(property) {
  const { types, pref } = entry(property);
  const parts = texts(property.getFirstValue());
  return { types, pref, country: property.getParameter("cc") ?? null, parts };
}

function website(card, property) {
  const group = property.getParameter("group");
  const label = card
    .getAllProperties("x-ablabel")
    .find((one) => group !== undefined && one.getParameter("group") === group);
  return { value: String(property.getFirstValue()), label: label ? label.getFirstValue() : null };
}

function picture(property) {
  if (!property) return null;
  const value = String(property.getFirstValue());
  const coded = value.startsWith("data:") ? value.slice(value.indexOf(",") + 1) : value;
  return createHash("sha256").update(Buffer.from(coded, "base64")).digest("hex");
}

function found(card) {
  const first = (name) => card.getFirstPropertyValue(name) ?? null;
  const all = (name) => card.getAllProperties(name);
  const org = first("org");
  return {
    version: first("version"),
    kind: first("kind"),
    prodid: first("prodid"),
    uid: first("uid"),
    fn: first("fn"),
    n: texts(first("n") ?? []),
    org: org === null ? null : texts(org),
    title: first("title"),
    note: first("note"),
    tels: all("tel").map(entry),
    emails: all("email").map(entry),
    adrs: all("adr").map(place),
    urls: all("url").map((one) => website(card, one)),
    photo: picture(card.getFirstProperty("photo")),
  };
}

function read({ format, text }) {
  if (format === "vcard") return found(new ICAL.Component(ICAL.parse(text)));
  if (format === "jcard") return found(new ICAL.Component(JSON.parse(text)));
  throw new Error(`no ${format} here`);
}

for await (const line of createInterface({ input: process.stdin })) {
  let answer;
  try {
    answer = read(JSON.parse(line));
  } catch (error) {
    answer = { error: String(error) };
  }
  process.stdout.write(JSON.stringify(answer) + "\n");
}
