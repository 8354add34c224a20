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

run({
  post: async (uri, given) => {
    const { res, body } = await rest.post({ uri, body: JSON.stringify(given) });
    return { status: res.statusCode, body };
  },
  thrown: (fault) => ({ message: fault.message, said: fault.res }),
});
