// What a request is in the vendor's own SDK, or in that which its users make clients with.
const literal = (value) => JSON.stringify(value, null, 2)
  .replace(/^(\s*)"([A-Za-z_$][\w$]*)":/gm, '$1$2:').replaceAll("'", "\\'").replaceAll('\\"', '"').replace(
    /"((?:[^"\\]|\\.)*)"/g, (_, text) => `'${text}'`);

const text = (value) => `'${String(value).replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
const camel = (name) => name[0].toLowerCase() + name.slice(1);
const root = () => base.href.replace(/\/$/, '');

const secretOf = (name, member, otherwise) => credentials[name]?.[member] || otherwise;

const parsedBody = ({ text: body, form }) => {
  if (form) {
    const given = Object.entries(form).filter(([, value]) => value !== '');
    return given.length ? Object.fromEntries(given) : undefined;
  }
  try {
    return body ? JSON.parse(body) : undefined;
  } catch {
    return undefined;
  }
};

// client.proxy.v1.services('KS…').sessions.create({ … })
const twilioOf = (api, { method, path }, typed) => {
  if (/\/(Inbound|Outcomes|Webhooks)\//.test(path)) {
    return undefined;
  }
  const parts = path.split('/').slice(2);
  const chain = parts.map((part, index) => {
    const id = part.match(/^\{(\w+)\}$/)?.[1];
    return id ? `(${text(typed.path[id] || 'sid')})` : `${index ? '.' : ''}${camel(part)}`;
  }).join('');
  const item = parts.at(-1).startsWith('{');
  const body = parsedBody(typed);
  const options = body && literal(Object.fromEntries(Object.entries(body).map(([name, value]) => [
    camel(name),
    /^\d+$/.test(value) ? Number(value) : value === 'true' ? true : value === 'false' ? false : value,
  ])));
  const verb = { post: item ? 'update' : 'create', get: item ? 'fetch' : 'list', delete: 'remove' }[method];
  return [
    "import twilio from 'twilio';",
    '',
    `const client = twilio(${text(secretOf('basic', 'user', 'AC…'))}, ${text(secretOf('basic', 'secret', '…'))});`,
    `client.proxy.baseUrl = ${text(root())};`,
    `const answer = await client.proxy.v1.${chain}.${verb}(${method === 'post' ? options ?? '' : ''});`,
    'console.log(answer);',
  ].join('\n');
};

const bandwidthOf = (api, { operation, path }, typed) => {
  const ids = [...path.matchAll(/\{(\w+)\}/g)].map(([, id]) => text(typed.path[id] || id));
  const body = parsedBody(typed);
  const name = operation.operationId.replace(/^fetch/, 'get');
  return name === 'reportDeviceEvent' ? undefined : [
    "import bandwidth from '@bandwidth/webrtc';",
    '',
    'const { ApiController, Client, Environment } = bandwidth;',
    'const api = new ApiController(new Client({',
    `  basicAuthUserName: ${text(secretOf('basic', 'user', 'dev'))},`,
    `  basicAuthPassword: ${text(secretOf('basic', 'secret', '…'))},`,
    `  environment: Environment.Custom, baseUrl: ${text(`${root()}/v1`)},`,
    '}));',
    `const { result } = await api.${name}(${[...ids, ...(body ? [literal(body)] : [])].join(', ')});`,
    'console.log(result);',
  ].join('\n');
};

const ofDocument = (slug) => (api, { operation }, typed) => {
  const given = { ...typed.path, ...typed.query, ...typed.header };
  const parameters = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== ''));
  const body = parsedBody(typed);
  return [
    "import { OpenAPIClientAxios } from 'openapi-client-axios';",
    '',
    'const api = new OpenAPIClientAxios({',
    `  definition: ${text(`${root()}/openapi/${slug}.json`)},`,
    `  axiosConfigDefaults: { headers: { Authorization: ${
      text(`Bearer ${secretOf('bearer', 'secret', '…')}`)} } },`,
    '});',
    'const client = await api.init();',
    `const { data } = await client.${operation.operationId}(${[
      Object.keys(parameters).length ? literal(parameters) : 'null',
      ...(body ? [literal(body)] : []),
    ].join(', ')});`,
    'console.log(data);',
  ].join('\n');
};

// Where the vendor has no SDK: what every browser and every Node has.
const fetchOf = (api, described, typed) => {
  const { method, url, headers, body } = requestOf(api, described, typed);
  const init = { method, headers: Object.fromEntries(headers) };
  const written = literal(init).replace(/\n\}$/, body ? `,\n  body: JSON.stringify(${
    literal(JSON.parse(body)).replaceAll('\n', '\n  ')}),\n}` : '\n}');
  return [
    `const reply = await fetch(${text(url)}, ${written});`,
    'console.log(reply.status, await reply.json());',
  ].join('\n');
};

const sdks = {
  'twilio-proxy': ['twilio', twilioOf],
  'bandwidth-webrtc': ['@bandwidth/webrtc', bandwidthOf],
  'live-stream': ['openapi-client-axios', ofDocument('live-stream')],
  ...Object.fromEntries(['camara-webrtc', 'camara-webrtc-r2.2', 'camara-webrtc-r3.1', 'camara-webrtc-vwip'].map(
    (slug) => [slug, ['openapi-client-axios', ofDocument(slug)]])),
};

// [[name, text]] of an operation and what was typed in.
const snippetsOf = (api, slug, described, typed) => {
  const [name, write] = sdks[slug] ?? ['JavaScript', fetchOf];
  let written;
  try {
    written = write(api, described, typed);
  } catch {
    // What was typed in is no JSON yet.
  }
  return [['curl', curlOf(requestOf(api, described, typed))], ...(written ? [[name, written]] : [])];
};
