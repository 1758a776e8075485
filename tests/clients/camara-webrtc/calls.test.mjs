import assert from 'node:assert/strict';
import test from 'node:test';
import { connect, editions, register, sdp, seedCall, tokens, unknownCall, unserved } from './support.mjs';

for (const edition of editions) {
  test(`${edition.name}: the seed's request is answered in the seed's words at the seed's path`, async () => {
    const api = await connect(edition, 'webrtc-call-handling', { base: '/webrtc' });

    const created = await api.call('createSession', {}, seedCall, 201);

    assert.match(created.mediaSessionId, /^[0-9A-F]{102}$/);
    assert.deepEqual(created, { ...seedCall, mediaSessionId: created.mediaSessionId });
    const parameters = { mediaSessionId: created.mediaSessionId };
    assert.deepEqual(await api.call('getSessionDetailsById', parameters, null, 200), created);
    await api.call('deleteSessionById', parameters, null, 204);
    assert.equal((await api.call('getSessionDetailsById', parameters, null, 200)).status, 'SessionCancelled');
  });

  test(`${edition.name}: a call lives through every state, by both parties`, async () => {
    const [alice, bob] = [
      await connect(edition, 'webrtc-call-handling'),
      await connect(edition, 'webrtc-call-handling', { token: tokens.bob }),
    ];
    const registrationId = await register(edition, tokens.alice);
    const { mediaSessionId } = await alice.call('createSession', { registrationId }, seedCall, 201);
    const update = async (who, body) => who.call('updateSessionStatus', { mediaSessionId }, body, 200);

    await update(bob, { receiverSessionStatus: { status: 'Ringing' } });
    await update(bob, { receiverSessionStatus: { status: 'InProgress', answer: { sdp } } });
    await update(bob, { status: 'Connected', answer: { sdp } });
    await update(alice, { ReceiverSessionStatus: { status: 'Hold', answer: { sdp } } });
    await update(alice, { ReceiverSessionStatus: { status: 'Resume', answer: { sdp } } });
    const echoed = await update(alice, undefined);
    await bob.call('deleteSessionById', { mediaSessionId }, null, 204);

    assert.deepEqual(echoed, { ...seedCall, mediaSessionId, status: 'Resume', answer: { sdp } });
    const over = await alice.call('getSessionDetailsById', { mediaSessionId }, null, 200);
    assert.equal(over.status, 'Terminated');
    await alice.call('updateSessionStatus', { mediaSessionId }, { status: 'Hold' }, 409, 'INCOMPATIBLE_STATE');
  });

  test(`${edition.name}: what a call may carry besides is kept`, async () => {
    const api = await connect(edition, 'webrtc-call-handling', { base: '/webrtc' });
    const extras = {
      clientCorrelator: 'fda6e26d-e7c8-4596-870c-c083c0d39b2c',
      callType: 'REGULAR',
      locationDetails: {
        shape: 'Ellipsoid',
        coordinates: {
          latitude: 47.6,
          longitude: -122.3,
          zAxis: 10,
          semiMajorAxis: 5,
          semiMinorAxis: 4,
          verticalAxis: 3,
          orientation: 45,
        },
        method: 'DBH_HELO',
        confidence: { pdf: 'uniform', value: 50 },
        timestamp: '2025-10-06T19:31:25.000Z',
      },
    };

    const created = await api.call('createSession', {}, { ...seedCall, ...extras }, 201);

    assert.deepEqual(created, { ...seedCall, ...extras, mediaSessionId: created.mediaSessionId });
  });

  test(`${edition.name}: each error of call handling has its code and shape`, async () => {
    const alice = await connect(edition, 'webrtc-call-handling');
    const nobody = await connect(edition, 'webrtc-call-handling', { token: null });
    const expired = await connect(edition, 'webrtc-call-handling', { token: tokens.expired });
    const reader = await connect(edition, 'webrtc-call-handling', { token: tokens.reader });
    const registrationId = await register(edition, tokens.alice);
    const create = (api, body, ...expected) => api.call('createSession', { registrationId }, body, ...expected);
    const unknown = { mediaSessionId: unknownCall };

    await create(alice, {}, 400, 'INVALID_ARGUMENT');
    await create(alice, { ...seedCall, receiverAddress: 'Bob' }, 400, 'INVALID_ARGUMENT');
    await create(alice, { ...seedCall, locationDetails: { confidence: { value: 101 } } }, 400, 'OUT_OF_RANGE');
    await alice.call('createSession', { registrationId: 'unknown' }, seedCall, 400, 'INVALID_ARGUMENT');
    await create(nobody, seedCall, 401, 'UNAUTHENTICATED');
    await create(expired, seedCall, 401, 'UNAUTHENTICATED');
    await create(reader, seedCall, 403, 'PERMISSION_DENIED');
    await create(alice, { ...seedCall, originatorAddress: 'tel:+17085854000' }, 403, 'INVALID_TOKEN_CONTEXT');
    await create(alice, { ...seedCall, callType: 'EMERGENCY' }, 501, 'CALLTYPE_EMERGENCY_NOT_SUPPORTED');
    await alice.call('getSessionDetailsById', unknown, null, 404, 'NOT_FOUND');
    await alice.call('deleteSessionById', unknown, null, 404, 'NOT_FOUND');
    await alice.call('updateSessionStatus', unknown, { status: 'Ringing' }, 404, 'NOT_FOUND');
    await alice.call('updateSessionStatus', unknown, { status: 'Lost' }, 400, 'INVALID_ARGUMENT');
    await nobody.call('getSessionDetailsById', unknown, null, 401, 'UNAUTHENTICATED');
    await reader.call('deleteSessionById', unknown, null, 403, 'PERMISSION_DENIED');
  });

  test(`${edition.name}: every operation of call handling was served`, () =>
    assert.deepEqual(unserved(edition, 'webrtc-call-handling'), []));
}
