// Judges messages with the protocol of Baileys: one JSON line in, one JSON line out.
//
//   {"message": {...}}  ->  {"faults": ["..."]}
//
// A message has a fault where the protocol refuses it, and where it reads something else from the
// octets that it has written.

const { createRequire } = require("node:module");
const { join } = require("node:path");
const { createInterface } = require("node:readline");
const { isDeepStrictEqual } = require("node:util");

const installed = createRequire(join(process.argv[2], "baileys.cjs"));
const { Message } = installed("@whiskeysockets/baileys/WAProto").proto;

function faults(message) {
  const refused = Message.verify(message);
  if (refused) return [refused];
  const read = Message.toObject(Message.decode(Message.encode(Message.fromObject(message)).finish()));
  return isDeepStrictEqual(read, message) ? [] : [`the protocol holds ${JSON.stringify(read)}`];
}

async function run() {
  for await (const line of createInterface({ input: process.stdin })) {
    process.stdout.write(`${JSON.stringify({ faults: faults(JSON.parse(line).message) })}\n`);
  }
}

run();
