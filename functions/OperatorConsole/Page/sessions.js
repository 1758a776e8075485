// The account's sessions, newest first; and those that were found.
import { api } from './api.js';
import { h, swap } from './dom.js';
import { count, surfaceName, surfaces } from './format.js';
import { choices, empty, link, more, selection, sessionTable } from './parts.js';

const ages = [['', 'Any time'], ['3600', 'Last hour'], ['86400', 'Last day'], ['604800', 'Last week']];

/** The list with its filters, which stand in the address. */
export const sessions = ({ query, go }) => {
  const chosen = Object.fromEntries(['surface', 'state', 'age'].map((name) => [name, query.get(name) ?? '']));
  const choose = (name) => (value) => {
    const next = new URLSearchParams(Object.entries({ ...chosen, [name]: value }).filter(([, one]) => one !== ''));
    go(next.size === 0 ? 'sessions' : `sessions?${next}`);
  };
  const from = chosen.age && new Date(Date.now() - chosen.age * 1000).toISOString();
  const filter = { surface: chosen.surface, state: chosen.state, createdFrom: from };
  const list = h('div', { class: 'stack' }, h('p', { class: 'soft loading' }, 'Loading …'));
  let behind = [];
  let next;

  const draw = (first) => {
    const all = [...first, ...behind];
    swap(list, all.length === 0
      ? empty('No session',
        h('p', {}, Object.values(chosen).some(Boolean)
          ? ['None fits these filters. ', link('sessions', 'Show all')]
          : ['None has been made yet. ', h('a', { href: 'docs' }, 'The API reference'), ' shows how to make one.']))
      : [sessionTable('Sessions, newest first', all), more(next, async () => {
        const page = await api.sessions({ ...filter, cursor: next });
        behind = [...behind, ...page.sessions];
        next = page.next;
        draw(first);
      })]);
  };

  return {
    title: 'Sessions',
    live: true,
    node: h('div', { class: 'stack' },
      h('div', { class: 'filters' },
        choices('State', [['', 'All'], ['open', 'Open'], ['closed', 'Closed']], chosen.state, choose('state')),
        selection('API', [['', 'All'], ...surfaces.map((name) => [name, surfaceName(name)])],
          chosen.surface, choose('surface')),
        selection('Created', ages, chosen.age, choose('age'))),
      list),
    load: async () => {
      // Who has asked for more reads on in what he has.
      if (behind.length === 0) {
        const page = await api.sessions(filter);
        next = page.next;
        draw(page.sessions);
      }
    },
  };
};

let last = { text: '', sessions: [] };

/** What the search has found. What was searched for is in no address: it may be somebody's number. */
export const found = () => ({
  title: 'Found',
  node: h('div', { class: 'stack' }, last.sessions.length === 0
    ? empty('Nothing found',
      h('p', {}, 'No session of the account has this id, name or number. Ids are taken as their own API shows them, '
        + 'numbers in the international form, such as +1 708 585 2753.'))
    : [h('p', { class: 'soft' }, count(last.sessions.length, 'session')),
      sessionTable('Found sessions', last.sessions)]),
});

found.take = (text, all) => { last = { text, sessions: all }; };
