// LiveKit's own SDK on both ends: it verifies the tokens that the service mints, and signs the webhooks that it takes.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import test, { before } from 'node:test';
import { AccessToken, TokenVerifier, WebhookReceiver } from 'livekit-server-sdk';
import { connect, host, liveKitKey, liveKitSecret, newPreset, url, viewer } from './support.mjs';

const verifier = new TokenVerifier(liveKitKey, liveKitSecret);
const receiver = new WebhookReceiver(liveKitKey, liveKitSecret);
let api;
let id;
let started;

before(async () => {
  api = await connect({ token: host });
  const { room } = await api.call('post /rooms', null, { title: 'Talks' });
  const { session } = await api.call('post /rooms/{id}/sessions', { id: room.id }, {
    title: 'Live', preset_id: await newPreset(), mode: 'webcam',
  });
  id = session.id;
  started = await api.call('post /sessions/{id}/start', { id });
});

test("TokenVerifier accepts the host's token", async () => {
  const { video, sub, exp } = await verifier.verify(started.livekit_token);
  assert.match(sub, /^host_/);
  assert.deepEqual([video.room, video.roomJoin, video.roomAdmin, video.canPublish], [id, true, true, true]);
  assert.ok(exp > Date.now() / 1000);
});

test("TokenVerifier accepts a viewer's token, which may not publish", async () => {
  const watching = await connect({ token: viewer });
  const { livekit_token: token, room_name: room } = await watching.call('post /sessions/{id}/join', { id });
  const { video, sub } = await verifier.verify(token);
  assert.match(sub, /^viewer_/);
  assert.deepEqual([video.room, video.roomJoin, video.canPublish], [room, true, false]);
});

test("TokenVerifier accepts a monitor's token, which is hidden", async () => {
  const { livekit_token: token } = await api.call('get /sessions/{id}/monitor', { id });
  assert.equal((await verifier.verify(token)).video.hidden, true);
});

test('another secret does not verify', async () => {
  await assert.rejects(new TokenVerifier(liveKitKey, 'another').verify(started.livekit_token));
});

test('a webhook that the SDK signs is believed, and one with another body is not', async () => {
  const joined = event('participant_joined', 'PA_1');

  assert.equal(await send(joined, await signature(joined)), 200);
  assert.equal((await api.call('get /sessions/{id}', { id })).viewer_count, 1);
  assert.equal(await send(event('participant_joined', 'PA_2'), await signature(joined)), 401);
  assert.equal(await send(joined, undefined), 401);
  assert.equal((await api.call('get /sessions/{id}', { id })).viewer_count, 1);
  const left = event('participant_left', 'PA_1');
  assert.equal(await send(left, await signature(left)), 200);
  const { viewer_count: viewers, max_viewers: most } = await api.call('get /sessions/{id}', { id });
  assert.deepEqual([viewers, most], [0, 1]);
});

const event = (name, sid) => JSON.stringify({
  event: name,
  id: `EV_${name}_${sid}`,
  createdAt: `${Math.floor(Date.now() / 1000)}`,
  room: { name: id },
  participant: { sid, identity: 'viewer_somebody' },
});

/** Signs as LiveKit does, and has the SDK's own receiver agree. */
async function signature(body) {
  const token = new AccessToken(liveKitKey, liveKitSecret, { ttl: '5m' });
  token.sha256 = createHash('sha256').update(body).digest('base64');
  const jwt = await token.toJwt();
  await receiver.receive(body, jwt);
  return jwt;
}

async function send(body, authorization) {
  const headers = { 'Content-Type': 'application/webhook+json', ...(authorization && { Authorization: authorization }) };
  return (await fetch(`${url}/livekit/webhook`, { method: 'POST', headers, body })).status;
}
