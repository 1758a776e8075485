import assert from 'node:assert/strict';
import test from 'node:test';
import { connect, editions, tokens, unknownId, unserved } from './support.mjs';

// Nobody else's, so that it is not there yet.
const deviceId = 'a5f0a3c4-9dc0-11d1-b245-5ffdce74fad2';

for (const edition of editions) {
  test(`${edition.name}: a device is registered, refreshed and let go`, async () => {
    const api = await connect(edition, 'webrtc-registration');

    const created = await api.call('createRegistration', {}, { deviceId }, edition.registered);
    const { registrationId } = created;
    const registrationExpireTime = new Date(Date.now() + 7_200_000).toISOString();
    const updated = await api.call('updateRegistrationById', { registrationId }, { registrationExpireTime }, 200);
    await api.call('updateRegistrationById', { registrationId }, undefined, 204);

    assert.deepEqual(created.regInfo, { phoneNumber: '+17085852753', regStatus: 'Registered' });
    assert.deepEqual(updated, { ...created, expiresAt: registrationExpireTime });
    if (edition.isNext) {
      const one = await api.call('getRegistrationById', { registrationId }, null, 200);
      assert.deepEqual(await api.call('getRegistrationsByDeviceId', { deviceId }, null, 200), [one]);
    }

    if (edition.registersOnce) {
      await api.call('createRegistration', {}, { deviceId }, 409, 'ALREADY_EXISTS');
    } else {
      const again = await api.call('createRegistration', {}, { deviceId }, edition.registered);
      assert.equal(again.registrationId, registrationId);
    }

    await api.call('deleteRegistrationById', { registrationId }, null, 204);
    await api.call('deleteRegistrationById', { registrationId }, null, 404, 'NOT_FOUND');
  });

  test(`${edition.name}: each error of registration has its code and shape`, async () => {
    const alice = await connect(edition, 'webrtc-registration');
    const nobody = await connect(edition, 'webrtc-registration', { token: null });
    const reader = await connect(edition, 'webrtc-registration', { token: tokens.reader });
    const soon = { deviceId, registrationExpireTime: new Date().toISOString() };
    const unknown = { registrationId: unknownId };

    await alice.call('createRegistration', {}, {}, 400, 'INVALID_ARGUMENT');
    await alice.call('createRegistration', {}, soon, 400, 'OUT_OF_RANGE');
    await nobody.call('createRegistration', {}, { deviceId }, 401, 'UNAUTHENTICATED');
    await reader.call('createRegistration', {}, { deviceId }, 403, 'PERMISSION_DENIED');
    await alice.call('updateRegistrationById', unknown, {}, 404, 'NOT_FOUND');
    await alice.call('updateRegistrationById', unknown, { registrationExpireTime: 1 }, 400, 'INVALID_ARGUMENT');
    await alice.call('deleteRegistrationById', unknown, null, 404, 'NOT_FOUND');
    await nobody.call('deleteRegistrationById', unknown, null, 401, 'UNAUTHENTICATED');
    await reader.call('deleteRegistrationById', unknown, null, 403, 'PERMISSION_DENIED');
    if (edition.isNext) {
      const numbered = { deviceId, phoneNumber: '+17085852753' };
      await alice.call('createRegistration', {}, numbered, 422, 'UNNECESSARY_IDENTIFIER');
      await alice.call('getRegistrationById', unknown, null, 404, 'NOT_FOUND');
      await alice.call('getRegistrationsByDeviceId', { deviceId: 'mine' }, null, 400, 'INVALID_ARGUMENT');
      await reader.call('getRegistrationsByDeviceId', { deviceId }, null, 403, 'PERMISSION_DENIED');
    }
  });

  test(`${edition.name}: every operation of registration was served`, () =>
    assert.deepEqual(unserved(edition, 'webrtc-registration'), []));
}
