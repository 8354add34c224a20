// sfmc-sdk, a client of Marketing Cloud's token, REST and SOAP calls (see __init__.py).

const { pathToFileURL } = require("node:url");

const { run, url, key, installed } = require("./lines.cjs");

// The library insists on an auth_url of the vendor's own form, and reads it anew for each call.
const THEIRS = "https://mc0000000000000000000000000a.auth.marketingcloudapis.com/";

async function start() {
  const { default: SDK } = await import(pathToFileURL(installed.resolve("sfmc-sdk")));
  const auth = { client_id: "any", client_secret: key, auth_url: THEIRS, account_id: 12345 };
  const sdk = new SDK(auth, {});
  sdk.auth.authObject.auth_url = `${url}/`;
  run({
    post: (path, body) => sdk.rest.post(path, body),
    patch: (path, body) => sdk.rest.patch(path, body),
    thrown: ({ name, code, message }) => ({ name, code, message }),
  });
}

start();
