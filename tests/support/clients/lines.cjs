// One JSON line in, one JSON line out (see __init__.py): runs a table of calls of a client library.
// Promises to hand over what the library gave or threw, never to mend it.

const { createRequire } = require("node:module");
const { join } = require("node:path");
const { createInterface } = require("node:readline");

const [folder, url, key] = process.argv.slice(2);

// Libraries print what went wrong; only answers stand on standard output.
console.log = console.error;

async function answer(calls, line) {
  const { call, given } = JSON.parse(line);
  try {
    return { value: (await calls[call](...given)) ?? null };
  } catch (fault) {
    return { error: calls.thrown(fault) };
  }
}

async function run(calls) {
  for await (const line of createInterface({ input: process.stdin })) {
    process.stdout.write(`${JSON.stringify(await answer(calls, line))}\n`);
  }
}

module.exports = { run, url, key, installed: createRequire(join(folder, "lines.cjs")) };
