// What several views are made of.
import { copier, h } from './dom.js';
import { moment, relative, short, surfaceName, surfaces } from './format.js';

/** A moment as how long ago it is; the moment itself is in its title. */
export const when = (text) =>
  text ? h('time', { datetime: text, title: moment(text) }, relative(text)) : h('span', { class: 'soft' }, '–');

export const tone = (surface) => `tone-${Math.max(0, surfaces.indexOf(surface)) + 1}`;

export const surfaceTag = (surface) =>
  h('span', { class: 'surface' }, h('i', { class: tone(surface) }), surfaceName(surface));

const kinds = { open: 'good', delivered: 'good', closed: 'flat', waiting: 'wait', failed: 'bad', failing: 'bad' };

export const pill = (state, words = state) => h('span', { class: `pill ${kinds[state] ?? 'flat'}` }, words);

export const link = (to, ...children) => h('a', { href: `#/${to}`, 'data-key': to }, ...children);

export const sessionLink = (id, text = short(id)) => link(`sessions/${encodeURIComponent(id)}`, h('code', {}, text));

/** A table whose rows are cards on a phone: each cell has its column's name. */
export const table = (caption, columns, rows) => h('table', {},
  h('caption', { class: 'unseen' }, caption),
  h('thead', {}, h('tr', {}, columns.map((name) =>
    (name ? h('th', { scope: 'col' }, name) : h('td', {}))))),
  h('tbody', {}, rows.map((cells) => h('tr', {}, cells.map((cell, index) =>
    h(index === 0 ? 'th' : 'td', { 'data-label': columns[index], ...(index === 0 && { scope: 'row' }) }, cell))))));

export const sessionTable = (caption, sessions) => table(
  caption,
  ['Session', 'API', 'State', 'Created', 'Last activity', 'Ends'],
  sessions.map((one) => [
    sessionLink(one.id, short(one.sessionId)),
    surfaceTag(one.surface),
    [pill(one.state), ' ', h('span', { class: 'soft' }, one.status === one.state ? '' : one.status)],
    when(one.createdAt),
    when(one.lastActivityAt),
    one.state === 'open' ? when(one.expiresAt) : when(one.endedAt),
  ]));

/** Nothing is there: why, and what to do. */
export const empty = (title, ...words) => h('div', { class: 'empty' },
  h('span', { class: 'rings', 'aria-hidden': 'true' }),
  h('p', { class: 'title' }, title), words);

export const facts = (pairs) => h('dl', { class: 'facts' }, pairs.filter(([, value]) => value).map(([name, value]) =>
  h('div', {}, h('dt', {}, name), h('dd', {}, value))));

export const identifier = (id, what) => h('span', { class: 'identifier' }, h('code', {}, id), ' ', copier(id, what));

export const failure = (error, again) => h('div', { class: 'failure', role: 'alert' },
  h('p', { class: 'title' }, error.message),
  error.requestId && h('p', { class: 'soft' }, 'Request ', h('code', {}, error.requestId)),
  again && h('button', { type: 'button', onclick: again }, 'Try again'));

/** Choices of which one is taken. */
export const choices = (name, options, chosen, change) => h('fieldset', { class: 'choices' },
  h('legend', { class: 'unseen' }, name),
  options.map(([value, words]) => h('label', {},
    h('input', { type: 'radio', name, value, checked: value === chosen, onchange: () => change(value) }),
    h('span', {}, words))));

export const selection = (label, options, chosen, change) => h('label', { class: 'field' },
  h('span', {}, label),
  h('select', { onchange: (event) => change(event.target.value), 'data-key': label },
    options.map(([value, words]) => h('option', { value, selected: value === chosen }, words))));

/** One page after the other, into the same list. */
export const more = (next, load) => next && h('div', { class: 'more' },
  h('button', { type: 'button', 'data-key': 'more', onclick: load }, 'Show more'));
