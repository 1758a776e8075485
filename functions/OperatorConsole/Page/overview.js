// How the service does: counts and rates by API, deliveries, what limits refuse, and which targets fail.
import { api, isDevelopment } from './api.js';
import { bars, line, share } from './chart.js';
import { copier, h, swap } from './dom.js';
import { bytes, count, duration, milliseconds, number, surfaces } from './format.js';
import { empty, link, surfaceTag, table, tone } from './parts.js';
import { failing, targetTable } from './targets.js';

const sum = (values) => values.reduce((all, one) => all + one, 0);

const tile = (name, value, note, more = undefined, bad = false) => h('div', { class: `card tile${bad ? ' bad' : ''}` },
  h('h3', {}, name), h('p', { class: 'figure' }, value), h('p', { class: 'soft' }, note), more);

const byMinute = (minutes, read) => minutes.map((minute) => sum(Object.values(minute.surfaces).map(read)));

// The last minute is not over yet.
const rate = (values) => {
  const whole = values.slice(-6, -1);
  return whole.length === 0 ? 0 : Math.round((sum(whole) / whole.length) * 10) / 10;
};

const tiles = (counts, minutes) => {
  const requests = byMinute(minutes, (one) => one.requests);
  const errors = sum(byMinute(minutes, (one) => one.errors));
  const { outbox, sweep } = counts;
  const open = sum(counts.surfaces.map((one) => one.open));
  const closed = sum(counts.surfaces.map((one) => one.closed));
  return h('section', { class: 'tiles' },
    h('h2', { class: 'unseen' }, 'In short'),
    tile('Open sessions', number(open), `${number(closed)} closed are kept`),
    tile('Requests/min', number(rate(requests)), `${number(sum(requests))} in the last hour`,
      line(requests, `Requests a minute over the last hour, at most ${number(Math.max(0, ...requests))}`)),
    tile('Server errors', number(errors), 'answers of 5xx in the last hour', undefined, errors > 0),
    tile('Events waiting', number(outbox.waiting),
      outbox.oldestAt ? `the oldest for ${duration((Date.now() - new Date(outbox.oldestAt)) / 1000)}`
      : 'nothing is on its way'),
    tile('Events failed', number(outbox.failed),
      outbox.failed ? link('events?state=failed', 'Look at them') : 'none was given up', undefined, outbox.failed > 0),
    tile('Sweep lag', duration(sweep.lagSeconds), sweep.due ? `${count(sweep.due, 'session')} to be closed` : 'all that ran out is closed',
      undefined, sweep.lagSeconds > 300));
};

const surfaceCard = (name, counts, minutes) => {
  const own = counts.surfaces.filter((one) => one.surface === name);
  const seen = minutes.map((minute) => minute.surfaces[name]);
  const requests = seen.map((one) => one?.requests ?? 0);
  const last = seen.findLast((one) => one?.requests > 0);
  const refused = sum(seen.map((one) => one?.refused ?? 0));
  const failed = sum(seen.map((one) => one?.errors ?? 0));
  const title = surfaceTag(name);
  return h('a', { class: 'card api', href: `#/sessions?surface=${name}`, 'data-key': name },
    h('h3', {}, title),
    h('p', { class: 'figure' }, number(sum(own.map((one) => one.open))), h('span', { class: 'soft' }, ' open')),
    line(requests, `Requests a minute, ${number(rate(requests))} of late`, tone(name)),
    h('p', { class: 'soft' },
      `${number(rate(requests))} a minute`, last ? ` · p50 ${milliseconds(last.p50)} · p99 ${milliseconds(last.p99)}` : '',
      refused ? ` · ${number(refused)} refused` : ''),
    failed > 0 && h('p', { class: 'warn' }, count(failed, 'server error')));
};

const deliveries = (minutes) => {
  const [delivered, failed] = [minutes.map((one) => one.delivered), minutes.map((one) => one.failed)];
  return h('section', { class: 'card' },
    h('h2', {}, 'Deliveries'),
    sum(delivered) + sum(failed) === 0
      ? h('p', { class: 'soft' }, 'No event was sent within the last hour.')
      : bars(minutes.map((one) => one.at), [
        { name: 'delivered', tone: 'good', values: delivered }, { name: 'failed', tone: 'bad', values: failed },
      ], `${count(sum(delivered), 'event')} delivered, ${count(sum(failed), 'attempt')} failed in the last hour`));
};

const refusals = (minutes) => {
  const all = {};
  for (const [name, times] of minutes.flatMap((one) => Object.entries(one.refusals))) {
    all[name] = (all[name] ?? 0) + times;
  }
  const sorted = Object.entries(all).sort(([, one], [, other]) => other - one);
  return h('section', { class: 'card' },
    h('h2', {}, 'Refused by limits'),
    sorted.length === 0 ? h('p', { class: 'soft' }, 'No limit was met within the last hour.')
    : h('ul', { class: 'ranks' }, sorted.map(([name, times]) => h('li', {},
      h('span', {}, name), share(times, sorted[0][1]), h('b', {}, number(times))))));
};

// What the store was asked for, the dearest first. Only Cosmos DB charges units.
const costs = (minutes) => {
  const all = {};
  for (const [work, cost] of minutes.flatMap((one) => Object.entries(one.costs))) {
    all[work] ??= {};
    for (const [name, value] of Object.entries(cost)) {
      all[work][name] = (all[work][name] ?? 0) + value;
    }
  }
  const dear = ([, cost]) => cost.units ?? cost.calls;
  const sorted = Object.entries(all).sort((one, other) => dear(other) - dear(one));
  const charged = sorted.some(([, cost]) => cost.units !== undefined);
  return h('section', { class: 'card' },
    h('h2', {}, 'Store'),
    sorted.length === 0 ? h('p', { class: 'soft' }, 'It was asked for nothing within the last hour.')
    : table('What the store was asked for in the last hour',
      ['Work', 'Calls', 'Read', 'Written', ...(charged ? ['Request units'] : [])],
      sorted.map(([work, cost]) => [
        work, number(cost.calls), bytes(cost.bytesRead), bytes(cost.bytesWritten),
        ...(charged ? [number(Math.round(cost.units ?? 0))] : []),
      ])));
};

const start = () => {
  const command = `curl -u AC00000000000000000000000000000001:dev-secret -d UniqueName=first ${
    new URL('v1/Services', new URL('.', location.href)).href}`;
  return empty('No session yet',
    h('p', {}, 'Sessions of all five APIs are shown here as soon as a client makes one. ',
      h('a', { href: 'docs' }, 'The API reference'), ' has an example for each, ready to be sent.'),
    isDevelopment() && h('p', { class: 'command' }, h('code', {}, command), copier(command, 'the command')));
};

/** The first page. */
export const overview = ({ again }) => {
  const node = h('div', { class: 'stack' }, h('p', { class: 'soft loading' }, 'Loading …'));
  return {
    title: 'Overview',
    node,
    live: true,
    load: async () => {
      const [counts, { minutes }, { targets }] = await Promise.all([api.counts(), api.activity(), api.targets()]);
      const ill = targets.filter(failing);
      const none = counts.surfaces.every((one) => one.open + one.closed === 0);
      swap(node,
        none && start(),
        tiles(counts, minutes),
        ill.length > 0 && h('section', {}, h('h2', {}, 'Failing targets'), targetTable(ill, again)),
        h('section', {}, h('h2', {}, 'By API'),
          h('div', { class: 'apis' }, surfaces.map((name) => surfaceCard(name, counts, minutes)))),
        h('div', { class: 'two' }, deliveries(minutes), refusals(minutes)),
        costs(minutes),
        h('p', { class: 'hint' }, 'Rates are of the process that answered; counts are of the whole account.'));
    },
  };
};
