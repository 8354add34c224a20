// @superoffice/webapi, SuperOffice's own client of its REST calls (see __init__.py).

const { run, url, key, installed } = require("./lines.cjs");

const { WebApi } = installed("@superoffice/webapi");

const WAYS = {
  password: (api) => api.authenticateWithPassword("customer", key),
  ticket: (api) => api.authenticateWithTicket(key),
  token: (api) => api.authenticateWithToken(key),
};

let contacts;

run({
  sign: (way) => {
    const api = new WebApi(url, "en");
    WAYS[way](api);
    contacts = api.getContactRestApi();
  },
  default: () => contacts.getDefaultAsync(),
  post: (entity) => contacts.postAsync(entity),
  put: (id, entity) => contacts.putByIdAsync(id, entity),
  patch: (id, given) => contacts.patchByIdAsync(id, given),
  delete: (id) => contacts.deleteByIdAsync(id),
  get: (id) => contacts.getByIdAsync(id),
  getChangedSince: (id, date) => contacts.getByIdAsync(id, { ifModifiedSince: new Date(date) }),
  thrown: (fault) =>
    fault.response ? { status: fault.response.status, data: fault.response.data } : String(fault),
});
