import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import test, { beforeEach } from 'node:test';
import {
  DeviceApiVersionEnum, PublishPermissionEnum, account, api, connect, newMember, newParticipant, newSession, refused,
  secret, url,
} from './support.mjs';

let session;

beforeEach(async () => {
  session = await newSession('room');
});

const heard = async (participant) =>
  (await api.getParticipantSubscriptions(account, session, participant)).result;

test('createSession answers 200 with an id and the tag', async () => {
  const { statusCode, result, body } = await api.createSession(account, { tag: 'session1' });
  assert.equal(statusCode, 200);
  assert.equal(result.tag, 'session1');
  assert.match(result.id, /^[0-9a-f-]{36}$/);
  assert.deepEqual(JSON.parse(body).participants, []);
});

test('createSession without a body gives the id as tag', async () => {
  const { result } = await api.createSession(account);
  assert.equal(result.tag, result.id);
});

test('getSession answers the session with the ids of its participants', async () => {
  const participant = await newMember(session);
  const { statusCode, result, body } = await api.getSession(account, session);
  assert.deepEqual([statusCode, result], [200, { id: session, tag: 'room' }]);
  assert.deepEqual(JSON.parse(body).participants, [participant]);
});

test('deleteSession answers 204, and frees its participants', async () => {
  const participant = await newMember(session);
  assert.equal((await api.deleteSession(account, session)).statusCode, 204);
  await refused(api.getSession(account, session), 404);
  const { result } = await api.getParticipant(account, participant);
  assert.deepEqual([result.sessions, result.subscriptions], [[], {}]);
});

test('createParticipant answers 200 with the participant and a token', async () => {
  const { statusCode, result } = await api.createParticipant(account, {
    callbackUrl: 'http://localhost:9/callback',
    publishPermissions: [PublishPermissionEnum.VIDEO, PublishPermissionEnum.AUDIO],
    tag: 'participant1',
    deviceApiVersion: DeviceApiVersionEnum.V2,
  });
  assert.equal(statusCode, 200);
  const { id, ...participant } = result.participant;
  assert.deepEqual(participant, {
    callbackUrl: 'http://localhost:9/callback',
    publishPermissions: ['VIDEO', 'AUDIO'],
    sessions: [],
    subscriptions: {},
    tag: 'participant1',
    deviceApiVersion: 'V2',
  });
  assert.match(id, /^[0-9a-f-]{36}$/);
  assert.match(result.token, /^[\w-]+\.[\w-]+\.[\w-]+$/);
});

test('the token is signed with the account\'s participant key, as documented', async () => {
  const { result } = await api.createParticipant(account, { publishPermissions: [PublishPermissionEnum.AUDIO] });
  const [header, payload, signature] = result.token.split('.');
  assert.equal(createHmac('sha256', process.env.SESSIONS_PARTICIPANT_KEY).update(`${header}.${payload}`).digest('base64url'), signature);
  const claims = JSON.parse(Buffer.from(payload, 'base64url'));
  assert.equal(claims.sub, result.participant.id);
  assert.equal(claims.accountId, account);
  assert.deepEqual(claims.publishPermissions, ['AUDIO']);
  assert.ok(claims.exp > Date.now() / 1000);
});

test('createParticipant without a body takes the defaults', async () => {
  const { id, ...participant } = (await api.createParticipant(account)).result.participant;
  assert.deepEqual(participant, {
    callbackUrl: null, publishPermissions: [], sessions: [], subscriptions: {}, tag: id, deviceApiVersion: 'V3',
  });
});

test('getParticipant answers its session and subscriptions', async () => {
  const participant = await newMember(session, { tag: 'ann' }, { sessionId: session });
  const { statusCode, result } = await api.getParticipant(account, participant);
  assert.equal(statusCode, 200);
  assert.deepEqual([result.id, result.tag, result.sessions], [participant, 'ann', [session]]);
  assert.deepEqual(result.subscriptions, { sessionId: session });
});

test('deleteParticipant answers 204: it leaves its session and everyone\'s subscriptions', async () => {
  const speaker = await newMember(session);
  const listener = await newMember(session, {}, { participants: [{ participantId: speaker }] });
  assert.equal((await api.deleteParticipant(account, speaker)).statusCode, 204);
  await refused(api.getParticipant(account, speaker), 404);
  const { result } = await api.listSessionParticipants(account, session);
  assert.deepEqual(result.map(({ id, subscriptions }) => [id, subscriptions]), [[listener, {}]]);
});

test('listSessionParticipants answers 200 with all of them, or none', async () => {
  assert.deepEqual((await api.listSessionParticipants(account, session)).result, []);
  const ids = [await newMember(session), await newMember(session)];
  const { statusCode, result } = await api.listSessionParticipants(account, session);
  assert.equal(statusCode, 200);
  assert.deepEqual(result.map(({ id }) => id), ids);
});

test('addParticipantToSession answers 204 without a body: it hears nobody', async () => {
  const participant = await newParticipant();
  assert.equal((await api.addParticipantToSession(account, session, participant)).statusCode, 204);
  assert.deepEqual(await heard(participant), {});
});

test('addParticipantToSession takes subscriptions along', async () => {
  const speaker = await newMember(session);
  const subscriptions = { participants: [{ participantId: speaker, streamAliases: ['alias_1'] }] };
  const listener = await newMember(session, {}, subscriptions);
  assert.deepEqual(await heard(listener), { sessionId: session, ...subscriptions });
});

test('removeParticipantFromSession answers 204, and its subscriptions are gone', async () => {
  const participant = await newMember(session, {}, { sessionId: session });
  assert.equal((await api.removeParticipantFromSession(account, session, participant)).statusCode, 204);
  const { result } = await api.getParticipant(account, participant);
  assert.deepEqual([result.sessions, result.subscriptions], [[], {}]);
});

test('updateParticipantSubscriptions answers 204 and replaces all; without a body it clears them', async () => {
  const [speaker, listener] = [await newMember(session), await newMember(session)];
  const update = (body) => api.updateParticipantSubscriptions(account, session, listener, body);
  assert.equal((await update({ sessionId: session })).statusCode, 204);
  assert.deepEqual(await heard(listener), { sessionId: session });
  await update({ participants: [{ participantId: speaker }] });
  assert.deepEqual(await heard(listener), { sessionId: session, participants: [{ participantId: speaker }] });
  await update();
  assert.deepEqual(await heard(listener), {});
});

test('updateParticipantSubscriptions of a participant that was never added reads back', async () => {
  const participant = await newParticipant();
  await api.updateParticipantSubscriptions(account, session, participant, { sessionId: session });
  assert.deepEqual(await heard(participant), { sessionId: session });
});

test('a client with the account twice in its path is served', async () => {
  const doubled = connect(undefined, undefined, `${url}/v1/accounts/${account}`);
  const { result } = await doubled.createSession(account, { tag: 'twice' });
  assert.equal((await api.getSession(account, result.id)).result.tag, 'twice');
});

test('a removal calls the participant\'s callback URL back with onLeave', async (t) => {
  const server = createServer().listen(0, '127.0.0.1');
  t.after(() => server.close());
  await once(server, 'listening');
  const participant = await newMember(session, {
    callbackUrl: `http://127.0.0.1:${server.address().port}/callback`, tag: 'ann',
  });

  const called = once(server, 'request');
  await api.removeParticipantFromSession(account, session, participant);
  const [request, response] = await called;
  const body = Buffer.concat(await request.toArray()).toString();
  response.writeHead(204).end();

  const { timestamp, ...callback } = JSON.parse(body);
  assert.deepEqual(callback, { event: 'onLeave', participantId: participant, tag: 'ann' });
  assert.ok(Math.abs(Number(timestamp) - Date.now()) < 60_000);
  const signed = `${request.headers['webhook-id']}.${request.headers['webhook-timestamp']}.${body}`;
  const signature = createHmac('sha256', secret).update(signed).digest('base64');
  assert.equal(request.headers['webhook-signature'], `v1,${signature}`);
});
