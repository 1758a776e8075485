// The page: one API at a time, its operations in the order in which one uses them.
const state = document.getElementById('state');
const place = document.getElementById('surface');
const contents = document.getElementById('contents');
const filter = document.getElementById('filter');
const links = [...document.querySelectorAll('.apis a')];

const example = (value) => value !== undefined && make('pre', { class: 'wrap', tabindex: '0', 'aria-label': 'Example' },
  typeof value === 'string' ? value : JSON.stringify(value, null, 2));

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
    example(media[0]?.[1].example),
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

const callbacksOf = (slug, operation) => operation.callbacks && [
  make('h4', {}, 'Tells'),
  make('ul', {}, Object.entries(operation.callbacks).map(([name, at]) => make('li', {},
    make('a', { href: `#${slug}/${name}` }, name), ' goes to ', make('code', {}, Object.keys(at)[0])))),
];

const open = (api, slug, described, inside) => {
  const { operation, copies = [] } = described;
  inside.replaceChildren(
    ...[
      operation.description && make('p', {}, prose(operation.description)),
      copies.length > 0 && make('p', { class: 'soft' }, 'Also as ', copies.flatMap(({ method, path }, index) => [
        index ? ', ' : '', make('code', {}, `${method.toUpperCase()} ${path}`)])),
      described.sent
        ? [make('h4', {}, 'Headers'), make('ul', { class: 'members' }, operation.parameters.map((header) =>
          make('li', {}, make('code', {}, header.name), ' ', ...prose(header.description)))),
        bodyOf(api, operation), make('h4', {}, 'For example'), example(mediaOf(operation)[1].example)]
        : [make('h4', {}, 'Try it'), tryForm(api, slug, described), bodyOf(api, operation)],
      callbacksOf(slug, operation),
      make('h4', {}, described.sent ? 'What you answer' : 'Answers'),
      Object.entries(operation.responses).map((each) => reply(api, each)),
    ].flat(2).filter(Boolean));
};

const operationOf = (api, slug, described) => {
  const { method, path, operation } = described;
  const inside = make('div', {});
  return make('details', {
    class: 'operation', id: `${slug}/${operation.operationId}`,
    ontoggle: (event) => event.target.open && !inside.hasChildNodes() && open(api, slug, described, inside),
  },
    make('summary', {},
      make('span', { class: `method ${method}` }, described.sent ? 'SENT' : method.toUpperCase()),
      make('span', { class: 'path' }, path),
      make('span', { class: 'title' }, operation.summary)),
    inside);
};

const credentialsOf = (api) => {
  const schemes = Object.entries(api.components.securitySchemes).filter(([name]) =>
    api.security.some((one) => name in one));
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
  return make('fieldset', {}, make('legend', {}, 'Credentials'),
    development && make('p', { class: 'hint' }, 'The development account of this machine, which everybody knows.'),
    make('div', { class: 'fields' }, fields));
};

// What is there once more stands with the first; what is only refused is in the document alone.
const operationsOf = (api) => {
  const all = Object.entries(api.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method, path, operation })));
  const sent = Object.entries(api.webhooks ?? {}).map(([name, item]) =>
    ({ method: 'post', path: name, operation: resolve(api, item).post, sent: true }));
  const firsts = all.filter(({ operation }) => !operation['x-same-as']
    && Object.keys(operation.responses).some((status) => status < 300));
  return [...firsts.map((one) => ({
    ...one, copies: all.filter(({ operation }) => operation['x-same-as'] === one.operation.operationId),
  })), ...sent];
};

const contentsOf = (slug, groups) => groups.map(([tag, operations]) => make('section', {},
  make('h2', {}, tag.name),
  make('ul', {}, operations.map(({ method, operation, sent }) => make('li', {},
    make('a', { href: `#${slug}/${operation.operationId}`, 'data-words':
      `${tag.name} ${operation.operationId} ${operation.summary}`.toLowerCase() },
    make('span', { class: `method ${method}` }, sent ? 'SENT' : method.toUpperCase()), ' ', operation.summary))))));

const render = (api, slug) => {
  const all = operationsOf(api);
  const groups = api.tags
    .map((tag) => [tag, all.filter(({ operation }) => operation.tags[0] === tag.name)])
    .filter(([, operations]) => operations.length > 0);
  contents.replaceChildren(...contentsOf(slug, groups));
  narrow();
  place.replaceChildren(
    make('h2', {}, `${api.info.title} `, make('span', { class: 'soft' }, api.info.version)),
    make('p', {}, prose(api.info.description)),
    make('p', { class: 'hint' }, `${all.length} operations at `, make('code', {}, api.servers[0].url), '. ',
      make('a', { href: `openapi/${slug}.json` }, 'The OpenAPI document')),
    credentialsOf(api),
    ...groups.flatMap(([tag, operations]) => [
      make('h3', {}, tag.name),
      make('p', { class: 'soft' }, prose(tag.description)),
      ...operations.map((each) => operationOf(api, slug, each)),
    ]));
};

// Every word must be in it.
const narrow = () => {
  const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
  for (const link of contents.querySelectorAll('a')) {
    link.parentElement.hidden = !words.every((word) => link.dataset.words.includes(word));
  }
  for (const section of contents.querySelectorAll('section')) {
    section.hidden = !section.querySelector('li:not([hidden])');
  }
};

// The address after # is the API, and perhaps an operation of it.
const load = async () => {
  const [slug, operation] = decodeURIComponent(location.hash.slice(1)).split('/');
  if (slug === 'main') {
    return;
  }
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
    wanted.querySelector('summary').focus({ preventScroll: true });
  }
};

filter.addEventListener('input', narrow);
filter.form.addEventListener('submit', (event) => {
  event.preventDefault();
  contents.querySelector('li:not([hidden]) a')?.click();
});
addEventListener('keydown', (event) => {
  if (event.key === '/' && !/^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) {
    event.preventDefault();
    filter.focus();
  }
});
links.forEach((link) => link.addEventListener('click', (event) => {
  event.preventDefault();
  location.hash = link.dataset.surface;
}));
addEventListener('hashchange', load);
load().catch((failure) => { state.textContent = `The document could not be loaded: ${failure.message}`; });
