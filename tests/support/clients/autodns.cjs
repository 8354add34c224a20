// js-domainrobot-sdk, InterNetX's own client of AutoDNS (see __init__.py).

const { run, url, key, installed } = require("./lines.cjs");

const { DomainRobot, DomainRobotHeaders } = installed("js-domainrobot-sdk");

const auth = { user: "customer", password: key, context: 4 };
const contact = () => new DomainRobot({ url, auth }).contact();
const told = ({ status, result, headers }) => ({
  status,
  result,
  stid: headers["x-domainrobot-stid"] ?? null,
});

run({
  create: async (model) => told(await contact().create(model)),
  createMarked: async (model, ctid) =>
    told(
      await contact()
        .headers({ [DomainRobotHeaders.DOMAINROBOT_HEADER_CTID]: ctid })
        .create(model),
    ),
  model: async (members) => {
    const service = contact();
    return told(await service.create(new (service.models().Contact)(members)));
  },
  info: async (id) => told(await contact().info(id)),
  list: async (query, keys) => told(await contact().list(query, keys)),
  update: async (model) => told(await contact().update(model)),
  delete: async (id) => told(await contact().delete(id)),
  thrown: ({ status, error }) => ({ status, error }),
});
