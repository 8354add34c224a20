// Writes the contacts of a file with vcards-js and vcard-creator, and measures the time.
// The response to a line of stdin, "LIBRARY COUNT PHOTO", is seconds; to "LIBRARY card PHOTO" it is
// the first card as a JSON string without its quotes.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const [folder, contactsFile, photoFile] = process.argv.slice(2);
const vCardsJS = createRequire(`${folder}/`)(`${folder}/vcards-js`);
const creator = await import(pathToFileURL(`${folder}/vcard-creator/dist/index.js`));
const VCard = creator.default;
const PRODID = "-//vcardsvc//vcardsvc//EN";
const jpeg = readFileSync(photoFile);

const contacts = readFileSync(contactsFile, "utf8").trimEnd().split("\n").map((line) => {
  const column = line.split("\t");
  const pairs = (from) => [0, 2, 4, 6].map((step) => column.slice(from + step, from + step + 2));
  const [first, last, suffix, organization, title, note, uid] = column;
  return {
    first, last, suffix, organization, title, note, uid,
    phones: pairs(7), emails: pairs(15), addresses: pairs(23), websites: pairs(31),
  };
});

function byVCardsJs(contact, photo) {
  const card = vCardsJS();
  card.version = "3.0";
  card.firstName = contact.first;
  card.lastName = contact.last;
  card.nameSuffix = contact.suffix;
  card.formattedName = [contact.first, contact.last, contact.suffix].filter(Boolean).join(" ");
  card.organization = contact.organization;
  card.title = contact.title;
  card.note = contact.note;
  card.uid = contact.uid;
  card.cellPhone = contact.phones.map(([, number]) => number);
  card.workEmail = contact.emails.map(([, address]) => address);
  card.homeAddress.street = contact.addresses[0][1];
  card.workAddress.street = contact.addresses[1][1];
  card.url = contact.websites.map(([, url]) => url);
  if (photo) card.photo.embedFromString(jpeg.toString("base64"), "JPEG");
  return card.getFormattedString();
}

function byVCardCreator(contact, photo) {
  const card = new VCard();
  card.addFullName([contact.first, contact.last, contact.suffix].filter(Boolean).join(" "));
  card.addName({
    familyName: contact.last, givenName: contact.first, honorificSuffix: contact.suffix,
  });
  card.addCompany({ name: contact.organization });
  card.addJobtitle(contact.title);
  card.addNote(contact.note);
  card.addUid(contact.uid);
  card.addCustomProperty({ name: "PRODID", value: PRODID });
  for (const [type, number] of contact.phones) {
    card.addPhoneNumber({ number, type: type.toLowerCase().split(",") });
  }
  for (const [type, address] of contact.emails) {
    card.addEmail({ address, type: type.toLowerCase().split(",") });
  }
  for (const [type, street] of contact.addresses) {
    card.addAddress({ street, type: type.toLowerCase().split(",") });
  }
  contact.websites.forEach(([label, url], index) => {
    const group = label ? `item${index}` : undefined;
    card.addCustomProperty({ name: "URL", value: url, group });
    if (label) card.addCustomProperty({ name: "X-ABLabel", value: label, group });
  });
  if (photo) card.addPhoto({ image: jpeg.toString("base64"), mime: "JPEG" });
  return card.toString();
}

const libraries = { "vcards-js": byVCardsJs, "vcard-creator": byVCardCreator };

for await (const line of createInterface({ input: process.stdin })) {
  const [library, count, photo] = line.split(" ");
  const work = libraries[library];
  if (count === "card") {
    console.log(JSON.stringify(work(contacts[0], photo === "1")).slice(1, -1));
    continue;
  }
  const started = process.hrtime.bigint();
  for (let index = 0; index < Number(count); index++) {
    work(contacts[index % contacts.length], photo === "1");
  }
  console.log(Number(process.hrtime.bigint() - started) / 1e9);
}
