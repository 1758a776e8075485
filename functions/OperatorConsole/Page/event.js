// One event: where it goes, and how each attempt went.
import { api } from './api.js';
import { share } from './chart.js';
import { h, note, swap } from './dom.js';
import { count, milliseconds, moment, short } from './format.js';
import { facts, identifier, link, pill, sessionLink, surfaceTag, table, when } from './parts.js';

/** "3 attempts, the last: 503 after 12 ms". */
export const attemptWords = ({ attempts }) => {
  const last = attempts.at(-1);
  return last === undefined ? 'not tried yet'
    : `${count(attempts.length, 'attempt')}, the last: ${last.status ?? last.failure} after ${
      milliseconds(last.milliseconds)}`;
};

/** What sending it by hand is called. */
export const sendWords = ({ state }) => (state === 'waiting' ? 'Send now' : 'Send again');

/** Has an event sent again, and tells how that went. */
export const resend = async (id) => {
  try {
    const { state } = await api.resend(id);
    note(state === 'delivered' ? 'Sent again, and taken' : 'It is on its way again');
  } catch (error) {
    note(error.message, 'bad');
  }
};

/** The view. */
export const event = ({ id, again }) => {
  const inside = h('div', { class: 'stack' }, h('p', { class: 'soft loading' }, 'Loading …'));
  return {
    title: 'Event',
    live: true,
    node: h('div', { class: 'stack' }, h('p', { class: 'trail' }, link('events', 'Events'), ' / ', h('code', {}, short(id))), inside),
    load: async () => {
      const one = await api.event(id);
      const longest = Math.max(1, ...one.attempts.map((each) => each.milliseconds));
      swap(inside,
        h('div', { class: 'actions' },
          h('button', {
            type: 'button', class: 'strong', 'data-key': 'resend', onclick: () => resend(id).then(again),
          }, sendWords(one)),
          link(`events?target=${encodeURIComponent(new URL(one.target).host)}`, 'Others to this host')),
        h('section', { class: 'card' }, h('h2', {}, 'Event'), facts([
          ['State', pill(one.state)],
          ['Target', h('code', { class: 'long' }, one.target)],
          ['API', surfaceTag(one.surface)],
          ['Session', one.session && sessionLink(one.session)],
          ['Webhook-Id', one.webhookId && identifier(one.webhookId, 'the Webhook-Id')],
          ['Happened', when(one.at)],
          ['Next attempt', one.nextAttemptAt && when(one.nextAttemptAt)],
          ['Kept until', one.keptUntil && moment(one.keptUntil)],
        ])),
        h('section', { class: 'card' }, h('h2', {}, 'Attempts'),
          one.attempts.length === 0 ? h('p', { class: 'soft' }, 'It has not been tried yet.')
          : table('Attempts', ['When', 'Answer', 'Took', ''], one.attempts.map((each) => [
            when(each.at),
            each.status === null
              ? pill('failed', each.failure)
              : pill(each.status < 300 ? 'delivered' : 'failed', String(each.status)),
            milliseconds(each.milliseconds),
            share(each.milliseconds, longest),
          ]))));
    },
  };
};
