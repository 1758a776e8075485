import test, { before } from 'node:test';
import { account, api, connect, newMember, newParticipant, newSession, refused, unknown } from './support.mjs';

let session;
let member;

before(async () => {
  session = await newSession();
  member = await newMember(session);
});

/** All eleven operations. */
const operations = {
  createSession: (client, of) => client.createSession(of),
  getSession: (client, of, s) => client.getSession(of, s),
  deleteSession: (client, of, s) => client.deleteSession(of, s),
  createParticipant: (client, of) => client.createParticipant(of),
  getParticipant: (client, of, s, p) => client.getParticipant(of, p),
  deleteParticipant: (client, of, s, p) => client.deleteParticipant(of, p),
  listSessionParticipants: (client, of, s) => client.listSessionParticipants(of, s),
  addParticipantToSession: (client, of, s, p) => client.addParticipantToSession(of, s, p),
  removeParticipantFromSession: (client, of, s, p) => client.removeParticipantFromSession(of, s, p),
  getParticipantSubscriptions: (client, of, s, p) => client.getParticipantSubscriptions(of, s, p),
  updateParticipantSubscriptions: (client, of, s, p) => client.updateParticipantSubscriptions(of, s, p),
};

for (const [name, operation] of Object.entries(operations)) {
  test(`401: ${name} with a wrong password`, async () => {
    await refused(operation(connect(account, 'wrong'), account, session, member), 401);
  });

  test(`403: ${name} of another account`, async () => {
    await refused(operation(api, 'another', session, member), 403);
  });

  if (!name.startsWith('create')) {
    test(`404: ${name} of what is not there`, async () => {
      await refused(operation(api, account, unknown, unknown), 404);
    });
  }
}

const longTag = 'x'.repeat(51);

test('400: createSession with a tag of 51 characters', async () => {
  await refused(api.createSession(account, { tag: longTag }), 400);
});

const badParticipants = [
  ['a tag of 51 characters', { tag: longTag }],
  ['a permission twice', { publishPermissions: ['AUDIO', 'AUDIO'] }],
  ['a callback URL that is none', { callbackUrl: 'example' }],
  ['a private callback URL', { callbackUrl: 'https://192.168.0.1/' }],
];

for (const [what, participant] of badParticipants) {
  test(`400: createParticipant with ${what}`, async () => {
    await refused(api.createParticipant(account, participant), 400);
  });
}

const badSubscriptions = [
  ['another session', { sessionId: unknown }],
  ['someone who is not in the session', { participants: [{ participantId: unknown }] }],
];

for (const [what, subscriptions] of badSubscriptions) {
  test(`400: subscriptions that name ${what}`, async () => {
    const late = await newParticipant();
    await refused(api.updateParticipantSubscriptions(account, session, member, subscriptions), 400);
    await refused(api.addParticipantToSession(account, session, late, subscriptions), 400);
  });
}

test('404: removing a participant that is not in the session', async () => {
  await refused(api.removeParticipantFromSession(account, session, await newParticipant()), 404);
});

test('409: adding a participant that is in another session', async () => {
  await refused(api.addParticipantToSession(account, await newSession(), member), 409);
});

test('409: adding a 21st participant', async () => {
  const full = await newSession();
  for (let i = 0; i < 20; i += 1) {
    await newMember(full);
  }
  await refused(api.addParticipantToSession(account, full, await newParticipant()), 409);
});
