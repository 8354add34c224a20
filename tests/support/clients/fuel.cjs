// fuel-rest with fuel-auth, Salesforce's own client of Marketing Cloud's REST calls (see __init__.py).

const { run, url, key, installed } = require("./lines.cjs");

const FuelRest = installed("fuel-rest");

const auth = {
  clientId: "any",
  clientSecret: key,
  authOptions: { authVersion: 2, accountId: 12345 },
  authUrl: `${url}/v2/token`,
};
const rest = new FuelRest({ auth });

// Without authVersion the client asks for its token the older way; no answer says where calls go.
const older = new FuelRest({
  auth: { clientId: "any", clientSecret: key, authUrl: `${url}/v1/requestToken` },
});

async function sent(client, method, uri, given) {
  const { res, body } = await client[method]({ uri, body: JSON.stringify(given) });
  return { status: res.statusCode, body };
}

run({
  post: (uri, given) => sent(rest, "post", uri, given),
  patch: (uri, given) => sent(rest, "patch", uri, given),
  postAsOlder: (uri, given) => sent(older, "post", url + uri, given),
  thrown: (fault) => ({ message: fault.message, body: fault.res }),
});
