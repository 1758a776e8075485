// The page: one API at a time, its operations by what they are about.
const state = document.getElementById('state');
const place = document.getElementById('surface');
const links = [...document.querySelectorAll('nav a')];

const reply = (api, [status, response]) => {
  const media = Object.entries(response.content ?? {});
  const schema = media[0]?.[1].schema;
  const headers = Object.keys(response.headers ?? {}).join(', ');
  return make('details', { class: 'reply' },
    make('summary', {},
      make('span', { class: `status ${status < 400 ? 'ok' : 'no'}` }, status), ' ', ...prose(response.description)),
    media.length > 0 && make('p', { class: 'hint' },
      media.map(([type]) => type).join(', '), ': ', nameOf(schema) ?? typeOf(api, schema)),
    headers && make('p', { class: 'hint' }, `Headers: ${headers}`),
    schema && members(api, schema));
};

const bodyOf = (api, operation) => {
  const [type, media] = mediaOf(operation) ?? [];
  return type && [
    make('h4', {}, 'Body'),
    make('p', { class: 'hint' }, `${type}, ${operation.requestBody.required ? 'required' : 'optional'}: `,
      nameOf(media.schema)),
    members(api, media.schema),
  ];
};

const open = (api, described, inside) => {
  const { operation } = described;
  inside.replaceChildren(
    ...[
      operation.description && make('p', {}, prose(operation.description)),
      bodyOf(api, operation),
      make('h4', {}, 'Answers'),
      Object.entries(operation.responses).map((each) => reply(api, each)),
      make('h4', {}, 'Try it'),
      tryForm(api, described),
    ].flat().filter(Boolean));
};

const operationOf = (api, slug, described) => {
  const { method, path, operation } = described;
  const inside = make('div', {});
  return make('details', {
    class: 'operation', id: `${slug}/${operation.operationId}`,
    ontoggle: (event) => event.target.open && !inside.hasChildNodes() && open(api, described, inside),
  },
    make('summary', {},
      make('span', { class: `method ${method}` }, method.toUpperCase()),
      make('span', { class: 'path' }, path),
      make('span', { class: 'title' }, operation.summary)),
    inside);
};

const credentialsOf = (api) => {
  const schemes = Object.entries(api.components.securitySchemes);
  const input = (name, member, type) => make('input', {
    type, autocomplete: 'off', spellcheck: 'false', value: credentials[name]?.[member] ?? '',
    oninput: ({ target }) => { credentials[name] = { ...credentials[name], [member]: target.value }; },
  });
  const fields = schemes.flatMap(([name, scheme]) => [
    scheme.scheme === 'basic' && field('User', name, scheme.description, input(name, 'user', 'text')),
    field(scheme.scheme === 'basic' ? 'Secret' : scheme.name ?? 'Token', name,
      scheme.scheme === 'basic' ? 'It stays in this tab and is gone when the page is.' : scheme.description,
      input(name, 'secret', 'password')),
  ]);
  return make('fieldset', {}, make('legend', {}, 'Credentials'), make('div', { class: 'fields' }, fields));
};

const render = (api, slug) => {
  const all = Object.entries(api.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method, path, operation })));
  const groups = api.tags.map((tag) => [
    make('h3', {}, tag.name),
    make('p', { class: 'soft' }, prose(tag.description)),
    all.filter(({ operation }) => operation.tags[0] === tag.name).map((each) => operationOf(api, slug, each)),
  ]);
  place.replaceChildren(
    make('h2', {}, `${api.info.title} `, make('span', { class: 'soft' }, api.info.version)),
    make('p', {}, prose(api.info.description)),
    make('p', { class: 'hint' }, `${all.length} operations at `, make('code', {}, api.servers[0].url), '. ',
      make('a', { href: `openapi/${slug}.json` }, 'The OpenAPI document')),
    credentialsOf(api),
    ...groups.flat(2));
};

// The address after # is the API, and perhaps an operation of it.
const load = async () => {
  const [slug, operation] = decodeURIComponent(location.hash.slice(1)).split('/');
  const link = links.find(({ dataset }) => dataset.surface === slug) ?? links[0];
  for (const one of links) {
    one.toggleAttribute('aria-current', one === link);
  }
  link.setAttribute('aria-current', 'page');
  if (place.dataset.surface !== link.dataset.surface) {
    state.textContent = 'Loading …';
    const response = await fetch(link.href);
    render(await response.json(), link.dataset.surface);
    place.dataset.surface = link.dataset.surface;
    state.textContent = '';
  }
  const wanted = operation && document.getElementById(`${slug}/${operation}`);
  if (wanted) {
    wanted.open = true;
    wanted.scrollIntoView();
  }
};

links.forEach((link) => link.addEventListener('click', (event) => {
  event.preventDefault();
  location.hash = link.dataset.surface;
}));
addEventListener('hashchange', load);
load().catch((failure) => { state.textContent = `The document could not be loaded: ${failure.message}`; });
