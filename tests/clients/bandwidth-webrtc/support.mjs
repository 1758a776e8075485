// What the scripts share: the vendor's client, pointed at the service under test, and how a refusal is checked.
import assert from 'node:assert/strict';
import bandwidth from '@bandwidth/webrtc';

const { ApiController, Client, DeviceApiVersionEnum, Environment, PublishPermissionEnum } = bandwidth;

export { DeviceApiVersionEnum, PublishPermissionEnum };
export const url = process.env.SESSIONS_URL ?? 'http://localhost:7071';
export const account = process.env.SESSIONS_ACCOUNT ?? 'dev';
export const secret = process.env.SESSIONS_SECRET ?? 'dev-secret';
export const unknown = '75c21163-e110-41bc-bd76-1bb428ec85d5';

/** The unmodified client. Its environment and base URL are all that a user of it changes. */
export function connect(user = account, password = secret, baseUrl = `${url}/v1`) {
  const client = new Client({
    basicAuthUserName: user, basicAuthPassword: password, environment: Environment.Custom, baseUrl,
  });
  return new ApiController(client);
}

export const api = connect();

export const newSession = async (tag) => (await api.createSession(account, tag && { tag })).result.id;

export const newParticipant = async (wanted) => (await api.createParticipant(account, wanted)).result.participant.id;

/** A new participant in the session. */
export async function newMember(session, wanted, subscriptions) {
  const id = await newParticipant(wanted);
  await api.addParticipantToSession(account, session, id, subscriptions);
  return id;
}

/** Awaits the client's ApiError of this status, and the body that belongs to it. */
export async function refused(promise, status) {
  await assert.rejects(promise, (error) => {
    assert.equal(error.statusCode, status, error.body ?? error.stack);
    assert.match(error.headers['content-type'], /^application\/json/);
    const names = status === 401 || status === 403 ? ['message'] : ['error', 'requestId'];
    assert.deepEqual(Object.keys(JSON.parse(error.body)).sort(), names);
    return true;
  });
}
