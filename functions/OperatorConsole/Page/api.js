// The operator's API. The token is in this tab alone, and gone with it.
const base = new URL('.', location.href);
const key = 'operator-token';
const own = document.querySelector('meta[name="development-token"]')?.content;

// One that was signed out stays so until the tab is closed.
let token = sessionStorage.getItem(key) ?? own ?? '';

export const isSignedIn = () => token !== '';

/** Whether this is the development account of this machine, whose token everybody knows. */
export const isDevelopment = () => own !== undefined && token === own;

export const signIn = (text) => {
  token = text.trim();
  sessionStorage.setItem(key, token);
};

export const signOut = () => signIn('');

/** What went wrong, in the API's own words. */
export class ApiError extends Error {
  constructor(status, { message, code, requestId } = {}) {
    super(message ?? `The service answered ${status}.`);
    Object.assign(this, { status, code, requestId });
  }
}

const send = async (method, path, query = {}, body = undefined) => {
  const url = new URL(`operator/${path}`, base);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== '') {
      url.searchParams.set(name, value);
    }
  }
  let reply;
  try {
    reply = await fetch(url, {
      method,
      headers: { Authorization: `Bearer ${token}`, ...(body && { 'Content-Type': 'application/json' }) },
      body: body && JSON.stringify(body),
      credentials: 'omit',
      cache: 'no-store',
    });
  } catch {
    throw new ApiError(0, { message: 'The service does not answer. Is it running?' });
  }
  const text = await reply.text();
  let read;
  try {
    read = text === '' ? {} : JSON.parse(text);
  } catch {
    read = undefined;
  }
  if (!reply.ok || read === undefined) {
    throw new ApiError(reply.status, read);
  }
  return read;
};

const id = encodeURIComponent;

export const api = {
  sessions: (filter) => send('GET', 'sessions', filter),
  find: (text, allAccounts) => send('POST', 'sessions/find', {}, { text, allAccounts }),
  timeline: (session) => send('GET', `sessions/${id(session)}/timeline`),
  close: (session) => send('POST', `sessions/${id(session)}/close`),
  events: (filter) => send('GET', 'events', filter),
  event: (event) => send('GET', `events/${id(event)}`),
  resend: (event) => send('POST', `events/${id(event)}/resend`),
  recover: (since, target, cursor) => send('POST', 'events/recover', { since, target, cursor }),
  targets: () => send('GET', 'targets'),
  counts: () => send('GET', 'counts'),
  activity: () => send('GET', 'activity'),
};
