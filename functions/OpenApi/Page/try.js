// The form that sends a request, and what came back.
const inputOf = (api, schema, value) => {
  const form = resolve(api, schema);
  const words = form.enum ?? (form.type === 'boolean' ? [true, false] : undefined);
  if (words) {
    const option = (word) => make('option', { value: String(word), selected: String(word) === value }, String(word));
    return make('select', {}, make('option', { value: '' }, ''), words.map(option));
  }
  return form.type === 'array'
    ? make('textarea', { rows: '2', spellcheck: 'false' }, value)
    : make('input', { type: 'text', value, spellcheck: 'false', autocomplete: 'off' });
};

const textOf = (value) =>
  value === undefined ? '' : Array.isArray(value) ? value.map(textOf).join('\n')
  : typeof value === 'object' ? JSON.stringify(value) : String(value);

const pretty = (text) => {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
};

// Members of a body that name something else, as preset_id does a preset, and that no example can know.
const nobody = '00000000-0000-4000-8000-000000000000';

const othersIn = (api, slug, area) => Object.entries(area && area.value ? JSON.parse(area.value) : {})
  .filter(([, value]) => value === nobody)
  .map(([member]) => {
    const item = `/${member.replace(/_id$/, 's')}/{id}`;
    return {
      parameter: { name: member, in: 'path' }, path: item, giver: giverOf(api, slug, item),
      input: {
        get value() { return area.value.includes(nobody) ? '' : 'given'; },
        set value(id) { area.value = id && id !== 'given' ? area.value.replace(nobody, id) : area.value; },
      },
    };
  })
  .filter(({ giver }) => giver);

// The fields of an operation, and a function that reads them.
const inputs = (api, slug, described) => {
  const { operation } = described;
  const read = { path: {}, query: {}, header: {} };
  const given = [];
  const fields = operation.parameters.map((parameter) => {
    const input = inputOf(api, parameter.schema, textOf(parameter.example));
    input.required = parameter.required;
    read[parameter.in][parameter.name] = input;
    const giver = parameter.in === 'query' || parameter.example !== undefined ? undefined : giverOf(
      api, slug, parameter.in === 'path' ? pathTo(described.path, parameter.name) : undefined, parameter.name);
    if (giver && parameter.required) {
      given.push({ parameter, input, giver });
    }
    const from = giver && make('a', { href: `#${slug}/${giver.operation.operationId}` }, giver.operation.summary);
    return field(
      parameter.name, `${parameter.in}${parameter.required ? ', required' : ''}`, parameter.description, input,
      from && ['From “', from, '”.']);
  });
  const [type, media] = mediaOf(operation) ?? [];
  if (type?.includes('form')) {
    read.form = {};
    const { properties, required = [] } = resolve(api, media.schema);
    for (const [name, schema] of Object.entries(properties)) {
      const input = inputOf(api, schema, textOf(media.example?.[name]));
      input.required = required.includes(name);
      read.form[name] = input;
      fields.push(field(name, input.required ? 'form, required' : 'form', schema.description, input));
    }
  } else if (type) {
    read.text = make('textarea', { spellcheck: 'false' }, JSON.stringify(media.example, null, 2));
  }
  given.push(...othersIn(api, slug, read.text));
  const values = (group) => group && Object.fromEntries(Object.entries(group).map(([key, { value }]) => [key, value]));
  return {
    fields: [
      fields.length > 0 && make('div', { class: 'fields' }, fields),
      read.text && field('Body', type, 'As JSON. Leave it empty to send none.', read.text),
    ],
    given,
    recall: () => given.forEach(({ parameter, path, input }) => {
      input.value ||= (path ? known[`${slug} ${path}`] : valueFor(slug, described, parameter)) ?? '';
    }),
    typed: () => ({
      path: values(read.path), query: values(read.query), header: values(read.header),
      form: values(read.form), text: read.text?.value,
    }),
  };
};

// Shows an answer as it comes: a stream has no end of its own. Gives what was answered.
const show = async (response, place, started) => {
  const took = Math.round(performance.now() - started);
  const body = make('pre', { class: 'wrap', tabindex: '0', 'aria-label': 'Body' });
  place.replaceChildren(
    make('p', {},
      make('span', { class: `status ${response.ok ? 'ok' : 'no'}` }, `${response.status} ${response.statusText}`),
      ` after ${took} ms`),
    make('details', {}, make('summary', {}, 'Headers'),
      make('pre', { tabindex: '0', 'aria-label': 'Headers' },
        [...response.headers].map(([name, value]) => `${name}: ${value}`).join('\n'))),
    make('h4', {}, 'Body'),
    body);
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (let part = await reader?.read(); part && !part.done; part = await reader.read()) {
    text += part.value;
    body.textContent = text;
  }
  body.textContent = text === '' ? '(none)' : pretty(text);
  return text;
};

const send = (request, signal) => {
  const { url, ...options } = request;
  return fetch(url, { ...options, signal, credentials: 'omit', cache: 'no-store' });
};

// Makes what a request needs and nobody has made yet, by the example of the operation that makes it.
const provide = async (api, slug, form, told) => {
  for (const { parameter, input, giver } of form.given) {
    if (input.value === '') {
      const first = inputs(api, slug, giver);
      first.recall();
      await provide(api, slug, first, told);
      const reply = await send(requestOf(api, giver, first.typed()));
      told.append(make('p', { class: 'soft' }, `First, for ${parameter.name}: ${giver.method.toUpperCase()} `,
        make('code', {}, giver.path), ` ${reply.status}`));
      if (reply.ok) {
        learn(api, slug, giver, await reply.json());
      }
      form.recall();
    }
  }
};

const snippetTabs = (api, slug, described, form) => {
  const code = make('pre', { class: 'wrap snippet', tabindex: '0', 'aria-label': 'Code' });
  const tabs = make('div', { class: 'tabs', role: 'group', 'aria-label': 'Code for' });
  let chosen = 0;
  const write = () => {
    const snippets = snippetsOf(api, slug, described, form.typed());
    chosen = Math.min(chosen, snippets.length - 1);
    code.textContent = snippets[chosen][1];
    if (tabs.childElementCount !== snippets.length) {
      tabs.replaceChildren(...snippets.map(([name], index) => make('button', {
        type: 'button', class: 'tab', onclick: () => {
          chosen = index;
          write();
        },
      }, name)));
    }
    [...tabs.children].forEach((tab, index) => tab.setAttribute('aria-pressed', String(index === chosen)));
  };
  const copy = async (event) => {
    const done = await navigator.clipboard?.writeText(code.textContent).then(() => true, () => false);
    event.target.textContent = done ? 'Copied' : 'Select and copy it';
  };
  write();
  return {
    write,
    node: make('div', { class: 'code' },
      make('div', { class: 'bar' }, tabs, make('button', { type: 'button', class: 'plain', onclick: copy }, 'Copy')),
      code),
  };
};

const tryForm = (api, slug, described) => {
  const form = inputs(api, slug, described);
  form.recall();
  const told = make('div', {});
  const answer = make('div', { role: 'status' });
  const snippets = snippetTabs(api, slug, described, form);
  let stop;
  const sent = async (event) => {
    event.preventDefault();
    stop?.abort();
    stop = new AbortController();
    told.replaceChildren();
    answer.replaceChildren('Sent …');
    try {
      await provide(api, slug, form, told);
      snippets.write();
      const started = performance.now();
      const reply = await send(requestOf(api, described, form.typed()), stop.signal);
      const text = await show(reply, answer, started);
      if (reply.ok && /json/.test(reply.headers.get('Content-Type') ?? '')) {
        learn(api, slug, described, JSON.parse(text));
      }
    } catch (failure) {
      answer.append(make('p', { class: 'soft' }, failure.name === 'AbortError' ? 'Stopped.' : `No answer: ${failure.message}`));
    }
  };
  return make('form', { onsubmit: sent, oninput: snippets.write, novalidate: true },
    form.fields,
    snippets.node,
    make('div', { class: 'buttons' },
      make('button', { class: 'main', type: 'submit' }, 'Send'),
      make('button', { type: 'button', onclick: () => stop?.abort() }, 'Stop')),
    told,
    answer);
};
