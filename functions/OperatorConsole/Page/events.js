// What targets outside are told, newest first.
import { api } from './api.js';
import { h, note, swap } from './dom.js';
import { choices, empty, link, more, pill, surfaceTag, table, when } from './parts.js';
import { attemptWords, resend, sendWords } from './event.js';

/** The list with its filters, which stand in the address. */
export const events = ({ query, go, again }) => {
  const names = ['state', 'target', 'session'];
  const chosen = Object.fromEntries(names.map((name) => [name, query.get(name) ?? '']));
  const choose = (name, value) => {
    const next = new URLSearchParams(Object.entries({ ...chosen, [name]: value }).filter(([, one]) => one !== ''));
    go(next.size === 0 ? 'events' : `events?${next}`);
  };
  const list = h('div', { class: 'stack' }, h('p', { class: 'soft loading' }, 'Loading …'));
  let behind = [];
  let next;

  const row = (one) => [
    link(`events/${encodeURIComponent(one.id)}`, when(one.at)),
    surfaceTag(one.surface),
    h('code', { class: 'long' }, one.target),
    pill(one.state),
    attemptWords(one),
    h('button', {
      type: 'button', class: 'small', 'data-key': `resend ${one.id}`, 'aria-label': `${sendWords(one)} to ${one.target}`,
      onclick: () => resend(one.id).then(again),
    }, sendWords(one)),
  ];

  const draw = (first) => {
    const all = [...first, ...behind];
    swap(list, all.length === 0
      ? empty('No event',
        h('p', {}, names.some((name) => chosen[name])
          ? ['None fits these filters. ', link('events', 'Show all')]
          : 'Callbacks and webhooks are shown here, once a client has asked for some and something has happened.'))
      : table('Events, newest first', ['When', 'Of', 'Target', 'State', 'Attempts', ''], all.map(row)),
    more(next, async () => {
      try {
        const page = await api.events({ ...chosen, cursor: next });
        behind = [...behind, ...page.events];
        next = page.next;
        draw(first);
      } catch (error) {
        note(error.message, 'bad');
      }
    }));
  };

  const target = h('input', { type: 'search', value: chosen.target, placeholder: 'hooks.example.com' });
  return {
    title: 'Events',
    live: true,
    node: h('div', { class: 'stack' },
      h('form', { class: 'filters', onsubmit: (submitted) => {
        submitted.preventDefault();
        choose('target', target.value.trim());
      } },
      choices('State', [['', 'All'], ['waiting', 'Waiting'], ['delivered', 'Delivered'], ['failed', 'Failed']],
        chosen.state, (value) => choose('state', value)),
      h('label', { class: 'field' }, h('span', {}, 'Target host'), target),
      h('button', {}, 'Filter'),
      chosen.session && h('p', {}, 'Of one session. ', link('events', 'Of all'))),
      list),
    load: async () => {
      if (behind.length === 0) {
        const page = await api.events(chosen);
        next = page.next;
        draw(page.events);
      }
    },
  };
};
