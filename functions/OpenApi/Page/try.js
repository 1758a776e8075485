// The form that sends a request, and what came back.
const inputOf = (api, schema, value) => {
  const known = resolve(api, schema);
  const words = known.enum ?? (known.type === 'boolean' ? [true, false] : undefined);
  if (words) {
    const option = (word) => make('option', { value: String(word), selected: String(word) === value }, String(word));
    return make('select', {}, make('option', { value: '' }, ''), words.map(option));
  }
  return known.type === 'array'
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

// The fields of an operation, and a function that reads them.
const inputs = (api, operation) => {
  const read = { path: {}, query: {}, header: {} };
  const fields = operation.parameters.map((parameter) => {
    const input = inputOf(api, parameter.schema, textOf(parameter.example));
    input.required = parameter.required;
    read[parameter.in][parameter.name] = input;
    return field(parameter.name, `${parameter.in}${parameter.required ? ', required' : ''}`, parameter.description, input);
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
  const values = (group) => group && Object.fromEntries(Object.entries(group).map(([key, { value }]) => [key, value]));
  return {
    fields: [
      make('div', { class: 'fields' }, fields),
      read.text && field('Body', type, 'As JSON. Leave it empty to send none.', read.text),
    ],
    typed: () => ({
      path: values(read.path), query: values(read.query), header: values(read.header),
      form: values(read.form), text: read.text?.value,
    }),
  };
};

// Shows an answer as it comes: a stream has no end of its own.
const show = async (response, place, started) => {
  const took = Math.round(performance.now() - started);
  const body = make('pre', { class: 'wrap', tabindex: '0', 'aria-label': 'Body' });
  place.replaceChildren(
    make('p', {},
      make('span', { class: `status ${response.ok ? 'ok' : 'no'}` }, `${response.status} ${response.statusText}`),
      ` after ${took} ms`),
    make('h4', {}, 'Headers'),
    make('pre', { tabindex: '0', 'aria-label': 'Headers' },
      [...response.headers].map(([name, value]) => `${name}: ${value}`).join('\n')),
    make('h4', {}, 'Body'),
    body);
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (let part = await reader?.read(); part && !part.done; part = await reader.read()) {
    text += part.value;
    body.textContent = text;
  }
  body.textContent = text === '' ? '(none)' : pretty(text);
};

const tryForm = (api, described) => {
  const { fields, typed } = inputs(api, described.operation);
  const answer = make('div', { role: 'status' });
  const curl = make('pre', { class: 'wrap', tabindex: '0', 'aria-label': 'curl', hidden: true });
  let stop;
  const tell = () => {
    curl.textContent = curlOf(requestOf(api, described, typed()));
    curl.hidden = false;
    return curl.textContent;
  };
  const send = async (event) => {
    event.preventDefault();
    stop?.abort();
    stop = new AbortController();
    const { url, ...request } = requestOf(api, described, typed());
    tell();
    const started = performance.now();
    answer.replaceChildren('Sent …');
    try {
      const options = { ...request, signal: stop.signal, credentials: 'omit', cache: 'no-store' };
      await show(await fetch(url, options), answer, started);
    } catch (failure) {
      answer.append(make('p', { class: 'soft' }, failure.name === 'AbortError' ? 'Stopped.' : `No answer: ${failure.message}`));
    }
  };
  const copy = async (event) => {
    const text = tell();
    const done = await navigator.clipboard?.writeText(text).then(() => true, () => false);
    event.target.textContent = done ? 'Copied' : 'Copy it from below';
  };
  return make('form', { onsubmit: send, novalidate: true },
    fields,
    make('div', { class: 'buttons' },
      make('button', { class: 'main', type: 'submit' }, 'Send'),
      make('button', { type: 'button', onclick: () => stop?.abort() }, 'Stop'),
      make('button', { type: 'button', onclick: copy }, 'Copy as curl')),
    curl,
    answer);
};
