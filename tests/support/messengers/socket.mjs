// Runs a recipe for Baileys: `sock` and `jid` are what a bot has, and the message is posted to a
// stand-in.

import { readFile } from "node:fs/promises";

const [address, recipe] = process.argv.slice(2);

const sock = {
  async relayMessage(_jid, message, _options) {
    const response = await fetch(address, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(message),
    });
    if (!response.ok) throw new Error(await response.text());
  },
};

const AsyncFunction = (async () => {}).constructor;
await new AsyncFunction("readFile", "sock", "jid", recipe)(readFile, sock, "1@s.whatsapp.net");
