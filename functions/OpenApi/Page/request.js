// From what was typed in to a request, and to the same for a shell.
const base = new URL('.', location.href);

// What callers prove themselves with: in this page's memory, and nowhere else. On a laptop there is an account that
// everybody knows.
const credentials = {};
const development = document.querySelector('meta[name="development-account"]')?.dataset;
if (development) {
  credentials.basic = { user: development.user, secret: development.secret };
  credentials.bearer = { secret: development.token };
}

const base64 = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

const proofOf = (api, operation) => {
  const asked = (operation.security ?? api.security).flatMap((one) => Object.keys(one));
  for (const name of asked) {
    const scheme = api.components.securitySchemes[name];
    const given = credentials[name] ?? {};
    if (scheme.scheme === 'basic' && given.user) {
      return ['Authorization', `Basic ${base64(`${given.user}:${given.secret ?? ''}`)}`];
    }
    if (scheme.scheme === 'bearer' && given.secret) {
      return ['Authorization', `Bearer ${given.secret}`];
    }
    if (scheme.type === 'apiKey' && given.secret) {
      return [scheme.name, given.secret];
    }
  }
  return undefined;
};

const mediaOf = (operation) => Object.entries(operation.requestBody?.content ?? {})[0];

// A form's fields; a list has a value a line.
const formOf = (schema, values) => {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    const list = schema.properties[name].type === 'array';
    for (const one of (list ? value.split('\n') : [value]).filter((text) => text !== '')) {
      form.append(name, one);
    }
  }
  return form.toString();
};

// { method, url, headers, body } of an operation and what was typed in: { path, query, header, form, text }.
const requestOf = (api, { method, path, operation }, typed) => {
  const filled = path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(typed.path[name] ?? ''));
  const url = new URL(filled.slice(1), base);
  for (const [name, value] of Object.entries(typed.query).filter(([, value]) => value !== '')) {
    url.searchParams.append(name, value);
  }
  const headers = Object.entries(typed.header).filter(([, value]) => value !== '');
  const proof = proofOf(api, operation);
  const media = mediaOf(operation);
  const body = media && (typed.form ? formOf(resolve(api, media[1].schema), typed.form) : typed.text);
  return {
    method: method.toUpperCase(),
    url: url.href,
    headers: [...(proof ? [proof] : []), ...(body ? [['Content-Type', media[0]]] : []), ...headers],
    body: body || undefined,
  };
};

const quoted = (text) => `'${text.replaceAll("'", `'\\''`)}'`;

const curlOf = ({ method, url, headers, body }) => [
  `curl -i -X ${method} ${quoted(url)}`,
  ...headers.map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`),
  ...(body ? [`--data-raw ${quoted(body)}`] : []),
].join(' \\\n  ');
