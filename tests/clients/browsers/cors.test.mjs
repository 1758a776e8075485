// Pages of another origin call every API, as any browser lets them.
import assert from 'node:assert/strict';
import test from 'node:test';
import { namedOrigin, openPage, otherOrigin, skip, token, url, withBrowser } from './support.mjs';

const account = process.env.SESSIONS_ACCOUNT_SID ?? 'AC00000000000000000000000000000001';
const basic = `Basic ${Buffer.from(`${account}:${process.env.SESSIONS_SECRET ?? 'dev-secret'}`).toString('base64')}`;
const bearer = `Bearer ${token}`;
const json = (authorization, body, headers = {}) => ({
  headers: { Authorization: authorization, 'Content-Type': 'application/json', ...headers },
  body: body && JSON.stringify(body),
});
const form = (body) => ({
  headers: { Authorization: basic, 'Content-Type': 'application/x-www-form-urlencoded' },
  body: body && new URLSearchParams(body).toString(),
});

/** Fetches in the page, as a script of the page does. */
const call = (page, method, path, { headers = {}, body } = {}) =>
  page.evaluate(
    async ([address, init]) => {
      const reply = await fetch(address, init);
      return { status: reply.status, headers: Object.fromEntries(reply.headers), text: await reply.text() };
    },
    [url + path, { method, headers, body }],
  );

const ok = (reply, status) => {
  assert.equal(reply.status, status, reply.text);
  return reply.text && JSON.parse(reply.text);
};

/** The main story of each API, from its first create to its end. */
const stories = {
  async 'Twilio Proxy'(page) {
    const service = ok(await call(page, 'POST', '/v1/Services', form({ UniqueName: `page-${Date.now()}` })), 201);
    const at = `/v1/Services/${service.sid}`;
    const session = ok(await call(page, 'POST', `${at}/Sessions`, form({ UniqueName: 'a' })), 201);
    const fetched = await call(page, 'GET', `${at}/Sessions/${session.sid}`, form());
    assert.ok(fetched.headers.etag);
    assert.ok(fetched.headers['twilio-request-id']);
    ok(await call(page, 'POST', `${at}/Sessions/${session.sid}`, form({ Status: 'closed' })), 200);
    ok(await call(page, 'DELETE', at, form()), 204);
  },
  async 'Bandwidth WebRTC'(page) {
    const at = '/v1/accounts/dev';
    const session = ok(await call(page, 'POST', `${at}/sessions`, json(basic, { tag: 'page' })), 200);
    const made = await call(page, 'POST', `${at}/participants`, json(basic, { publishPermissions: ['AUDIO'] }));
    const { participant } = ok(made, 200);
    ok(await call(page, 'PUT', `${at}/sessions/${session.id}/participants/${participant.id}`, json(basic)), 204);
    ok(await call(page, 'DELETE', `${at}/sessions/${session.id}`, json(basic)), 204);
  },
  async CAMARA(page) {
    const asked = {
      originatorAddress: 'tel:+17085852753',
      originatorName: 'tel:+17085852753',
      receiverAddress: 'tel:+17085854000',
      receiverName: 'tel:+17085854000',
      offer: { sdp: 'v=0\r\no=- 8066321617929821805 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n' },
    };
    const registration = await call(
      page, 'POST', '/webrtc-registration/v0.3/sessions',
      json(bearer, { deviceId: '7d444840-9dc0-11d1-b245-5ffdce74fad2' }),
    );
    const { registrationId } = ok(registration, 200);
    const made = await call(
      page, 'POST', '/webrtc-call-handling/v0.3/sessions',
      json(bearer, asked, { registrationId, 'x-correlator': 'from-a-page' }),
    );
    const { mediaSessionId } = ok(made, 201);
    assert.equal(made.headers['x-correlator'], 'from-a-page');
    ok(await call(page, 'DELETE', `/webrtc-call-handling/v0.3/sessions/${mediaSessionId}`, json(bearer)), 204);
  },
  async Conversation(page) {
    const at = '/v1/conversation/sessions';
    const { sessionId, owners } = ok(await call(page, 'POST', at, json(bearer, {
      profile: 'default', displayName: 'Page', sessionType: 1, owners: ['anyone'], defaultChannels: [1],
    }, { 'Idempotency-Key': `page-${Date.now()}` })), 200);
    ok(await call(page, 'POST', `${at}/${sessionId}/join`, json(bearer, { name: owners[0] })), 200);
    ok(await call(page, 'POST', `${at}/${sessionId}/messages`, json(bearer, { name: owners[0], message: 'hi' })), 200);
    const lines = await page.evaluate(async ([address, authorization]) => {
      const reply = await fetch(address, { headers: { Authorization: authorization } });
      const reader = reply.body.pipeThrough(new TextDecoderStream()).getReader();
      let read = '';
      while (read.split('\n').length < 3) {
        read += (await reader.read()).value;
      }
      await reader.cancel();
      return read.trim().split('\n');
    }, [`${url}${at}/${sessionId}/events`, bearer]);
    assert.deepEqual(lines.slice(0, 2).map((line) => JSON.parse(line).event.type), ['JOINED', 'MESSAGE']);
    const got = await call(page, 'GET', `${at}/${sessionId}`, json(bearer));
    assert.ok(got.headers.etag);
  },
  async LiveStream(page) {
    const made = ok(await call(page, 'POST', '/rooms', json(bearer, { title: 'A room' })), 201);
    const { id } = made.data.room;
    ok(await call(page, 'PATCH', `/rooms/${id}`, json(bearer, { title: 'Another' })), 200);
    ok(await call(page, 'GET', `/rooms/${id}`), 200);
    const byKey = await call(page, 'DELETE', `/rooms/${id}`, { headers: { 'X-API-Key': token } });
    assert.ok(byKey.status < 300, byKey.text);
  },
  async Operator(page) {
    ok(await call(page, 'GET', '/operator/sessions?pageSize=1', json(bearer)), 200);
  },
  async 'what is of no API'(page) {
    ok(await call(page, 'GET', '/health/live'), 200);
    ok(await call(page, 'GET', '/openapi/conversation.json'), 200);
  },
};

test('a page of a named origin uses every API', { skip }, () =>
  withBrowser(async (browser) => {
    const page = await openPage(browser, namedOrigin);
    for (const [name, story] of Object.entries(stories)) {
      await test(name, () => story(page));
    }
  }));

test('a page sees why it is refused', { skip }, () =>
  withBrowser(async (browser) => {
    const page = await openPage(browser, namedOrigin);

    const nobody = await call(page, 'POST', '/v1/conversation/sessions', json('Bearer wrong', {}));
    const nowhere = await call(page, 'PUT', '/v1/conversation/nowhere', json(bearer, {}));
    const otherMethod = await call(page, 'PUT', '/v1/Services', json(basic, {}));

    assert.equal(nobody.status, 401);
    assert.ok(nobody.headers['x-request-id']);
    assert.equal(nowhere.status, 404);
    assert.equal(otherMethod.status, 405);
    assert.equal(otherMethod.headers.allow, 'GET, HEAD, POST');
  }));

test('a page of any other origin is kept away by its browser', { skip }, () =>
  withBrowser(async (browser) => {
    const page = await openPage(browser, otherOrigin);

    for (const [method, path, init] of [
      ['GET', '/v1/Services', form()],
      ['GET', '/v1/conversation/sessions', json(bearer)],
      ['GET', '/health/live', {}],
      ['POST', '/webrtc/sessions', json(bearer, {})],
    ]) {
      await assert.rejects(call(page, method, path, init), /Failed to fetch/, path);
    }
  }));
