// One session: how it lives, who takes part, and what happened in order.
import { api } from './api.js';
import { ask, h, note, swap } from './dom.js';
import { moment, relative, short } from './format.js';
import { facts, identifier, link, pill, surfaceTag, table, when } from './parts.js';
import { attemptWords } from './event.js';

const words = {
  created: 'Created', joined: 'Joined', left: 'Left', started: 'Started', changed: 'Changed', closed: 'Closed',
  reopened: 'Opened again', expired: 'Ran out', ended: 'Ended', told: 'Told',
};

// That the service tells of what happens goes without saying.
const who = (text) => text && text !== 'service' && h('span', { class: 'soft' }, ' by ', h('code', {}, text));

const delivery = (event) => [
  ' ', pill(event.state), h('p', { class: 'soft' },
    link(`events/${encodeURIComponent(event.id)}`, h('code', {}, event.target)), ' · ', attemptWords(event)),
];

const entry = (one) => h('li', { class: `entry ${one.what} ${one.event?.state ?? ''}` },
  h('time', { datetime: one.at, title: moment(one.at) }, relative(one.at)),
  h('div', {}, h('b', {}, words[one.what] ?? one.what), who(one.who), one.event && delivery(one.event)));

const people = (participants) => h('section', { class: 'card' },
  h('h2', {}, 'Participants'),
  participants.length === 0 ? h('p', { class: 'soft' }, 'Nobody takes part.')
  : table('Participants', ['Participant', 'State', 'Joined', 'Left'], participants.map((one) => [
    [h('code', {}, short(one.id)), one.role && h('span', { class: 'soft' }, ` ${one.role}`)],
    one.state, when(one.joinedAt), when(one.leftAt),
  ])));

const life = (session) => h('section', { class: 'card' },
  h('h2', {}, 'Session'),
  facts([
    ['API', surfaceTag(session.surface)],
    ['Kind', h('code', {}, session.kind)],
    ['State', [pill(session.state), ' ', session.status]],
    ['Its own id', identifier(session.sessionId, 'its own id')],
    ['Operator’s id', session.id !== session.sessionId && identifier(session.id, 'the operator’s id')],
    ['Account', session.account],
    ['Created', when(session.createdAt)],
    ['Started', session.startedAt && when(session.startedAt)],
    ['Last activity', session.lastActivityAt && when(session.lastActivityAt)],
    ['Ends', session.state === 'open' && session.expiresAt && when(session.expiresAt)],
    ['Ended', session.endedAt && [when(session.endedAt), session.closedReason && ` (${session.closedReason})`]],
  ]));

/** The view. */
export const session = ({ id, again }) => {
  const inside = h('div', { class: 'stack' }, h('p', { class: 'soft loading' }, 'Loading …'));
  const close = async () => {
    const yes = await ask('Close this session?',
      'It ends as its own API ends it, and those who are to know of it are told. This cannot be undone.', 'Close it');
    if (yes) {
      try {
        await api.close(id);
        note('Closed');
      } catch (error) {
        note(error.message, 'bad');
      }
      again();
    }
  };

  return {
    title: `Session ${short(id)}`,
    live: true,
    node: h('div', { class: 'stack' }, h('p', { class: 'trail' }, link('sessions', 'Sessions'), ' / ', h('code', {}, short(id))), inside),
    load: async () => {
      const timeline = await api.timeline(id);
      const open = timeline.session.state === 'open';
      swap(inside,
        h('div', { class: 'actions' },
          open && h('button', { type: 'button', class: 'danger', 'data-key': 'close', onclick: close }, 'Close session'),
          link(`events?session=${encodeURIComponent(timeline.session.id)}`, 'Its events')),
        life(timeline.session),
        h('div', { class: 'two' },
          h('section', { class: 'card' },
            h('h2', {}, 'Timeline'),
            timeline.entries.length === 0 ? h('p', { class: 'soft' }, 'Nothing was noted.')
            : h('ol', { class: 'timeline' }, timeline.entries.map(entry))),
          people(timeline.participants)));
    },
  };
};
