// Where events go, and how well these targets take them.
import { api } from './api.js';
import { ask, h, note, swap } from './dom.js';
import { count, number } from './format.js';
import { empty, link, pill, table, when } from './parts.js';

export const failing = (target) => Boolean(target.failingSince) || target.failed > 0;

const local = (date) => new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);

// Page by page, so that no request lasts long.
const recover = async (target, since) => {
  let all = 0;
  let cursor;
  do {
    const { resent, next } = await api.recover(since, target, cursor);
    all += resent;
    cursor = next;
  } while (cursor);
  return all;
};

const offer = async (target, again) => {
  const began = target.failingSince ? new Date(target.failingSince) : new Date(Date.now() - 86_400_000);
  const since = h('input', { type: 'datetime-local', value: local(began), required: true });
  const yes = await ask(`Recover ${target.target}?`,
    'Every event that it did not take since then is sent again, in order. A target drops what it knows by Webhook-Id.',
    'Send them again', h('label', { class: 'field' }, h('span', {}, 'Since'), since));
  if (yes) {
    try {
      const resent = await recover(target.target, new Date(since.value).toISOString());
      note(`${count(resent, 'event')} sent again`);
    } catch (error) {
      note(error.message, 'bad');
    }
    again();
  }
};

/** A table of targets. */
export const targetTable = (targets, again) => table('Targets',
  ['Target', 'Health', 'Last success', 'Waiting', 'Failed', ''],
  targets.map((one) => [
    link(`events?target=${encodeURIComponent(one.target)}`, h('code', {}, one.target)),
    one.failingSince ? [pill('failing'), ' since ', when(one.failingSince),
      one.restsUntil && [h('br'), h('span', { class: 'soft' }, 'next try ', when(one.restsUntil))]]
    : one.failed > 0 ? pill('failed', 'has failed events')
    : pill('delivered', 'healthy'),
    when(one.lastSuccessAt),
    number(one.waiting),
    number(one.failed),
    failing(one) && h('button', {
      type: 'button', class: 'small', 'data-key': `recover ${one.target}`, 'aria-label': `Recover ${one.target}`,
      onclick: () => offer(one, again),
    }, 'Recover'),
  ]));

/** The view. */
export const targets = ({ again }) => {
  const inside = h('div', { class: 'stack' }, h('p', { class: 'soft loading' }, 'Loading …'));
  return {
    title: 'Targets',
    live: true,
    node: inside,
    load: async () => {
      const { targets: all } = await api.targets();
      swap(inside, all.length === 0
        ? empty('No target', h('p', {}, 'Hosts that callbacks and webhooks go to are shown here, with their health.'))
        : targetTable(all, again));
    },
  };
};
