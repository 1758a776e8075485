import assert from 'node:assert/strict';
import test from 'node:test';
import { connect, host, newPreset, operations } from './support.mjs';

for (const base of ['', '/v1/webinar']) {
  test(`every operation of the specification is served at ${base}/…`, async () => {
    const api = await connect({ token: host, base });
    const { room } = await api.call('post /rooms', null, { title: 'Talks', description: 'Weekly' });
    const id = { id: room.id };
    assert.equal((await api.call('get /rooms/{id}', id)).title, 'Talks');
    assert.equal((await api.call('patch /rooms/{id}', id, { title: 'Talks again' })).title, 'Talks again');
    assert.ok((await api.call('get /rooms', { page: 1, limit: 5 })).total >= 1);
    assert.ok((await api.call('get /rooms/my')).rooms.some((mine) => mine.id === room.id));

    const preset = await newPreset();
    const { session } = await api.call('post /rooms/{id}/sessions', id, {
      title: 'First', preset_id: preset, mode: 'webcam', scheduled_start_time: '2035-01-01T00:00:00Z',
    });
    assert.deepEqual([session.status, session.preset.id, session.room_id], ['scheduled', preset, room.id]);
    const first = { id: session.id };
    const moved = { scheduled_start_time: '2036-01-01T00:00:00Z' };
    await api.call('patch /sessions/{id}/reschedule', first, moved);
    await api.call('patch /sessions/{id}/settings', first, { max_join_limit: 3, chat_enabled: false });
    const seen = await api.call('get /sessions/{id}', first);
    assert.equal(seen.scheduled_start_time, '2036-01-01T00:00:00.000Z');
    assert.deepEqual([seen.effective_max_join_limit, seen.effective_chat_enabled], [3, false]);

    const started = await api.call('post /sessions/{id}/start', first);
    assert.equal(started.session.status, 'live');
    assert.match(started.whip_url, /^https:/);
    assert.equal((await api.call('post /sessions/{id}/go_live', first)).whip_url, started.whip_url);
    assert.equal((await api.call('post /sessions/{id}/join', first)).room_name, session.id);
    await api.call('get /sessions/{id}/monitor', first);
    await api.call('post /sessions/{id}/ensure_hls_egress', first);
    await api.call('post /sessions/{id}/start_webcam_hls', first);
    await api.call('post /sessions/{id}/host_video_state', first);
    await api.call('post /sessions/{id}/host_audio_state', first, { enabled: true });
    assert.equal((await api.call('get /sessions/{id}/stream_health', first)).status, 'live');
    assert.ok((await api.call('get /sessions/live')).sessions.some((live) => live.id === session.id));
    assert.ok((await api.call('get /sessions/stats')).live_now >= 1);
    assert.equal((await api.call('get /rooms/{id}', id)).active_session_id, session.id);

    await api.call('post /sessions/{id}/end', first);
    assert.equal((await api.call('get /sessions/{id}', first)).status, 'ended');
    assert.equal((await api.call('get /rooms/{id}/sessions', id)).total, 1);
    assert.ok((await api.call('get /sessions')).total >= 1);
    await api.call('delete /sessions/{id}', first);
    await api.call('delete /rooms/{id}', id);

    assert.deepEqual(operations.filter((operation) => !api.called.has(operation)), []);
  });
}

test('starting an rtmp session answers the shape of the page', async () => {
  const api = await connect({ token: host });
  const { room } = await api.call('post /rooms', null, { title: 'Encoder' });
  const { session, rtmp_url: server, stream_key: key } = await api.call('post /rooms/{id}/sessions', { id: room.id }, {
    title: 'RTMP', preset_id: await newPreset(),
  });

  const started = await api.call('post /sessions/{id}/start', { id: session.id });

  assert.deepEqual(Object.keys(started), ['session', 'livekit_token', 'livekit_url', 'rtmp', 'rtmp_setup']);
  assert.deepEqual(Object.keys(started.rtmp), ['ingress_id', 'url', 'stream_key']);
  assert.deepEqual([started.rtmp.url, started.rtmp.stream_key], [server, key]);
  assert.deepEqual(Object.keys(started.rtmp_setup), ['server', 'stream_key', 'instructions']);
  assert.deepEqual(Object.keys(started.rtmp_setup.instructions), ['step1', 'step2', 'step3']);
  await api.call('post /sessions/{id}/end', { id: session.id });
});

test('reads that the specification calls public need no credentials', async () => {
  const api = await connect({ token: host });
  const anyone = await connect();
  const { room } = await api.call('post /rooms', null, { title: 'Open house' });

  assert.equal((await anyone.call('get /rooms/{id}', { id: room.id })).title, 'Open house');
  await anyone.call('get /rooms');
  await anyone.call('get /sessions');
  await anyone.call('get /sessions/live');
});

test('X-API-Key opens what a bearer token opens', async () => {
  const api = await connect({ headers: { 'X-API-Key': host } });
  await api.call('get /rooms/my');
});

test('errors have the fields of both documented shapes', async () => {
  const anyone = await connect();
  const api = await connect({ token: host });

  const { code, message } = await anyone.refused('get /rooms/my', 401);
  assert.equal(code, 'auth_type_not_found');
  assert.match(message, /valid Authorization header or X-API-Key header/);
  const invalid = await api.refused('post /rooms', 422, null, {});
  assert.equal(invalid.message, 'Invalid Request');
  assert.deepEqual(invalid.errors, [
    { field: 'title', code: 'validation_required', message: 'This field is required' },
  ]);
  const missing = await api.refused('get /sessions/{id}', 404, { id: '00000000-0000-4000-8000-000000000000' });
  assert.equal(missing.message, 'Resource not found');
});
