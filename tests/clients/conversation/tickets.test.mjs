// A stream that a ticket opens: by npm eventsource, and by the EventSource of a page of another origin.
import assert from 'node:assert/strict';
import test from 'node:test';
import { EventSource } from 'eventsource';
import { namedOrigin, openPage, skip, token, url, withBrowser } from '../browsers/support.mjs';

const api = `${url}/v1/conversation`;
const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
const post = async (path, body = {}) => {
  const reply = await fetch(`${api}/${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  assert.equal(reply.status, 200);
  return reply.json();
};
const newSession = async () => (await post('sessions', {
  profile: 'default', displayName: 'Page', sessionType: 1, owners: ['anyone'], defaultChannels: [1],
})).sessionId;
const publish = (session, message) => post(`sessions/${session}/messages`, { name: 'anyone', message });

test('npm eventsource reads a stream by a ticket, and goes on behind the last event', async () => {
  const session = await newSession();
  await publish(session, 'one');
  const read = (query) => new Promise((resolve, reject) => {
    const events = new EventSource(`${api}/sessions/${session}/events?${query}`);
    events.onmessage = (event) => {
      events.close();
      resolve({ id: event.lastEventId, message: JSON.parse(event.data).message });
    };
    events.onerror = reject;
  });

  const first = await read(`ticket=${(await post('streamTickets')).token}`);
  await publish(session, 'two');
  const second = await read(`after=${first.id}&ticket=${(await post('streamTickets')).token}`);

  assert.deepEqual([first, second], [{ id: '1', message: 'one' }, { id: '2', message: 'two' }]);
});

test('a page of another origin makes a ticket and reads a stream', { skip }, () =>
  withBrowser(async (browser) => {
    const session = await newSession();
    await publish(session, 'one');
    const page = await openPage(browser, namedOrigin);

    const reading = page.evaluate(async ([address, id, authorization]) => {
      const reply = await fetch(`${address}/streamTickets`, {
        method: 'POST', headers: { Authorization: authorization },
      });
      const { token } = await reply.json();
      const events = new EventSource(`${address}/sessions/${id}/events?ticket=${token}`);
      const read = [];
      return new Promise((resolve, reject) => {
        events.onmessage = (event) => {
          read.push(JSON.parse(event.data).message);
          if (read.length === 2) {
            events.close();
            resolve(read);
          }
        };
        events.onerror = () => reject(new Error('The stream failed.'));
      });
    }, [api, session, headers.Authorization]);
    await publish(session, 'two');

    assert.deepEqual(await reading, ['one', 'two']);
  }));
