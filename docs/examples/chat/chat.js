// A conversation on a page: history, who is there, who types, and how far everybody has read.

const pageSize = 30;
const typingShown = 5000; // A signal is not taken back; it just grows old.
const typingAgain = 3000;

const find = (id) => document.getElementById(id);
const element = (name, className, text = '') => {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
};

/** Speaks to the service as one user of one session. */
class Conversation {
  constructor({ service, token, user, session }) {
    Object.assign(this, { token, user, session });
    this.api = `${service.replace(/\/+$/, '')}/v1/conversation`;
  }

  async call(method, path, body) {
    const reply = await fetch(`${this.api}/${path}`, {
      method,
      headers: { Authorization: `Bearer ${this.token}`, 'Content-Type': 'application/json' },
      body: body && JSON.stringify(body),
    });
    const answer = await reply.json();
    if (!reply.ok) {
      const reason = answer.details?.[0]?.reason;
      throw Object.assign(new Error(answer.message), { reason });
    }

    return answer;
  }

  act(what, more = {}) {
    return this.call('POST', `sessions/${this.session}/${what}`, { name: this.user, ...more });
  }

  /** Joins the session, which is made if there is none. */
  async join() {
    try {
      await this.act('join');
    } catch (refused) {
      if (refused.reason !== 'SESSION_NOT_FOUND') {
        throw refused;
      }

      const made = { profile: 'chat', displayName: this.session, sessionType: 'PUBLIC', owners: [this.user] };
      await this.call('POST', `sessions?sessionId=${this.session}`, { ...made, defaultChannels: [1] });
      await this.act('join');
    }
  }

  history(pageToken = '') {
    const query = new URLSearchParams({ orderBy: 'sequence desc', pageSize, pageToken });
    return this.call('GET', `sessions/${this.session}/messages?${query}`);
  }

  async members() {
    return (await this.call('GET', `sessions/${this.session}/members?pageSize=1000`)).members;
  }

  /** Reads what happens behind an event, and goes on for as long as the page is there. */
  async follow(after, tell) {
    let last = after;
    for (;;) {
      try {
        const ticket = (await this.call('POST', 'streamTickets')).token;
        await new Promise((resolve) => {
          const query = new URLSearchParams({ after: last, ticket });
          const events = new EventSource(`${this.api}/sessions/${this.session}/events?${query}`);
          events.onmessage = ({ data }) => {
            const item = JSON.parse(data);
            last = Math.max(last, item.event.sequence);
            tell(item);
          };
          events.onerror = () => {
            // What opened it has run out by then; another ticket goes on behind the last event.
            events.close();
            resolve();
          };
        });
      } catch {
        // The service is away for a moment.
      }

      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }
}

/** Shows it. */
class Room {
  #members = new Map();
  #shown = new Map();
  #typing = new Map();
  #read = 0;
  #signalled = 0;
  #token = '';

  constructor(conversation) {
    this.conversation = conversation;
  }

  async open() {
    const { conversation } = this;
    await conversation.join();
    const newest = await conversation.history();
    this.#prepend(newest);
    await this.#loadMembers();
    find('entrance').hidden = true;
    find('room').hidden = false;
    find('title').textContent = conversation.session;
    find('log').scrollTop = find('log').scrollHeight;
    find('earlier').onclick = async () => this.#prepend(await conversation.history(this.#token));
    find('composer').onsubmit = (submitted) => this.#send(submitted);
    find('composer').elements.text.oninput = () => this.#signal();
    document.addEventListener('visibilitychange', () => this.#markRead());
    find('composer').elements.text.focus();
    this.#markRead();
    conversation.follow(newest.messages[0]?.event.sequence ?? 0, (item) => this.#tell(item));
  }

  #tell({ event, message }) {
    switch (event.type) {
      case 'MESSAGE': {
        const log = find('log');
        const isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 60;
        this.#show({ event, message }, (line) => find('messages').append(line));
        this.#typing.delete(event.user);
        this.#showTyping();
        if (isAtEnd || event.user === this.conversation.user) {
          log.scrollTop = log.scrollHeight;
        }

        this.#markRead();
        break;
      }
      case 'SIGNAL':
        if (message?.typing && event.user !== this.conversation.user) {
          this.#typing.set(event.user, Date.now() + typingShown);
          this.#showTyping();
          setTimeout(() => this.#showTyping(), typingShown + 50);
        }
        break;
      case 'READ':
        this.#change(event.user, { readSequence: event.readSequence });
        break;
      case 'JOINED':
      case 'PRESENT':
        this.#change(event.user, { present: true });
        break;
      case 'ABSENT':
        this.#change(event.user, { present: false });
        break;
      case 'LEFT':
        this.#members.delete(event.user);
        this.#showMembers();
        break;
    }
  }

  async #loadMembers() {
    for (const member of await this.conversation.members()) {
      this.#members.set(member.name, member);
    }

    this.#showMembers();
  }

  #change(user, what) {
    this.#members.set(user, { name: user, ...this.#members.get(user), ...what });
    this.#showMembers();
  }

  #showMembers() {
    find('members').replaceChildren(...[...this.#members.values()].map(
      ({ name, present }) => element('li', present ? 'present' : '', name)));

    // Each member stands under the last message that he or she has read.
    const readers = new Map();
    const sequences = [...this.#shown.keys()].sort((one, other) => other - one);
    for (const { name, readSequence = 0 } of this.#members.values()) {
      const at = sequences.find((sequence) => sequence <= readSequence);
      if (at && name !== this.conversation.user) {
        readers.set(at, [...(readers.get(at) ?? []), name]);
      }
    }

    for (const [sequence, line] of this.#shown) {
      const names = readers.get(sequence);
      line.querySelector('.read').textContent = names ? `Read by ${names.join(', ')}` : '';
    }
  }

  #prepend({ messages, nextPageToken }) {
    const log = find('log');
    const fromEnd = log.scrollHeight - log.scrollTop;
    messages.forEach((item) => this.#show(item, (line) => find('messages').prepend(line)));
    this.#token = nextPageToken;
    find('earlier').hidden = nextPageToken === '';
    log.scrollTop = log.scrollHeight - fromEnd;
    this.#showMembers();
  }

  #show({ event, message }, put) {
    if (this.#shown.has(event.sequence)) {
      return;
    }

    const line = element('li', event.user === this.conversation.user ? 'own' : '');
    const time = new Date(event.createTime).toLocaleTimeString([], { timeStyle: 'short' });
    line.append(
      element('span', 'from', `${event.user} · ${time}`),
      element('span', 'text', message?.text ?? JSON.stringify(message)),
      element('span', 'read'));
    this.#shown.set(event.sequence, line);
    put(line);
  }

  #showTyping() {
    const now = Date.now();
    const names = [...this.#typing].filter(([, until]) => until > now).map(([name]) => name);
    find('typing').textContent = names.length === 0 ? ''
      : `${names.join(', ')} ${names.length === 1 ? 'is' : 'are'} typing…`;
  }

  async #send(submitted) {
    submitted.preventDefault();
    const { text } = submitted.target.elements;
    const said = text.value.trim();
    if (said) {
      text.value = '';
      this.#signalled = 0;
      await this.conversation.act('messages', { message: { text: said }, requestId: crypto.randomUUID() });
    }
  }

  #signal() {
    if (Date.now() > this.#signalled + typingAgain) {
      this.#signalled = Date.now();
      this.conversation.act('signals', { signal: { typing: true } }).catch(() => {});
    }
  }

  #markRead() {
    const last = Math.max(0, ...this.#shown.keys());
    if (last > this.#read && document.visibilityState === 'visible') {
      this.#read = last;
      this.conversation.act('read', { sequence: last }).catch(() => {});
    }
  }
}

find('entrance').onsubmit = async (submitted) => {
  submitted.preventDefault();
  find('refusal').textContent = '';
  try {
    await new Room(new Conversation(Object.fromEntries(new FormData(submitted.target)))).open();
  } catch (refused) {
    find('refusal').textContent = refused.message;
  }
};
