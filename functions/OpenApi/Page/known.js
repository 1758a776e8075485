// What earlier answers have told: ids, so that the next request need not be filled in by hand.
const known = {};

const isCopy = (operation) => Boolean(operation['x-same-as']);

// The create whose answer has the id at the end of a path, such as that of /v1/Services for /v1/Services/{serviceSid}.
const giverOf = (api, slug, path, name) => {
  const wanted = path ?? Object.keys(api.paths).find((one) => one.endsWith(`/{${name}}`));
  const collection = wanted?.slice(0, wanted.lastIndexOf('/'));
  const operation = api.paths[collection]?.post;
  return operation && !isCopy(operation) ? { method: 'post', path: collection, operation } : undefined;
};

// /v1/Services/{serviceSid} of /v1/Services/{serviceSid}/Sessions and serviceSid.
const pathTo = (path, name) => path.slice(0, path.indexOf(`{${name}}`) + name.length + 2);

const keyOf = (slug, described, parameter) =>
  `${slug} ${parameter.in === 'path' ? pathTo(described.path, parameter.name) : parameter.name}`;

const valueFor = (slug, described, parameter) =>
  known[keyOf(slug, described, parameter)] ?? known[`${slug} ${parameter.name}`];

// The nearest member of one of these names.
const member = (value, names) => {
  const level = [value];
  for (let one = level.shift(); one !== undefined; one = level.shift()) {
    if (one && typeof one === 'object') {
      const found = !Array.isArray(one) && names.map((name) => one[name]).find((each) => typeof each === 'string');
      if (found) {
        return found;
      }
      level.push(...Object.values(one));
    }
  }
  return undefined;
};

// Keeps the id that a create was answered with.
const learn = (api, slug, { method, path }, answer) => {
  if (method !== 'post') {
    return;
  }
  const item = Object.keys(api.paths).find((one) => one.startsWith(`${path}/{`) && one.indexOf('/', path.length + 2) < 0)
    ?? Object.keys(api.paths).find((one) => one.startsWith(`${path.replace(/^.*\/(?=[^/]+$)/, '/')}/{`));
  const name = item?.slice(item.lastIndexOf('{') + 1, -1).replace('}', '');
  const id = name && member(answer, [name, 'sid', 'id', 'sessionId']);
  if (id) {
    known[`${slug} ${item}`] = id;
    known[`${slug} ${name}`] = id;
  }
};
