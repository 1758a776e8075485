// A telephone on a page: CAMARA WebRTC carries the signalling, and the two browsers carry the sound.

const find = (id) => document.getElementById(id);
const type = (name) => `org.camaraproject.webrtc-events.v0.${name}`;
const over = ['Terminated', 'SessionCancelled', 'Declined', 'Failed', 'NoAnswer', 'NotReachable', 'Busy'];
const words = { Initial: 'Calling…', InProgress: 'Calling…', Ringing: 'Ringing', Connected: 'Connected', Hold: 'On hold',
  Resume: 'Connected', Terminated: 'Ended', SessionCancelled: 'Missed', Declined: 'Declined', Busy: 'Busy',
  NoAnswer: 'No answer', NotReachable: 'Not reachable', Failed: 'Failed' };

/** Speaks to the service as one device of one number. */
class Network {
  constructor({ service, token, number }) {
    Object.assign(this, { service: service.replace(/\/+$/, ''), token, number, registrationId: null });

    // A tab is a device, and stays the same one when it is loaded again.
    this.deviceId = sessionStorage.getItem('deviceId') ?? crypto.randomUUID();
    sessionStorage.setItem('deviceId', this.deviceId);
  }

  async fetch(method, path, body, headers = {}) {
    const reply = await fetch(`${this.service}/${path}`, {
      method,
      headers: {
        Authorization: `Bearer ${this.token}`,
        'Content-Type': 'application/json',
        ...(this.registrationId && { registrationId: this.registrationId }), // Says which device this is.
        ...headers,
      },
      body: body && JSON.stringify(body),
    });
    if (!reply.ok) {
      throw new Error((await reply.json()).message);
    }

    return reply;
  }

  async json(...request) {
    return (await this.fetch(...request)).json();
  }

  async register() {
    const { registrationId } = await this.json('POST', 'webrtc-registration/v0.4rc1/sessions', { deviceId: this.deviceId });
    this.registrationId = registrationId;
  }

  /** Subscribes without a sink, which a page cannot be, to read the events as a stream. */
  async subscribe() {
    const all = 'webrtc-events/v0.3rc1/subscriptions';
    for (const { id, config } of await this.json('GET', all)) {
      if (config.subscriptionDetail.deviceId === this.deviceId) {
        await this.fetch('DELETE', `${all}/${id}`);
      }
    }

    const { id } = await this.json('POST', all, {
      protocol: 'HTTP',
      types: [type('session-invitation'), type('session-status')],
      config: { subscriptionDetail: { deviceId: this.deviceId } },
    });
    return `${all}/${id}/events`;
  }

  /** Tells of each event, for as long as the page is there. */
  async follow(stream, tell) {
    let last = '0';
    for (;;) {
      try {
        const reply = await this.fetch('GET', stream, undefined, { 'Last-Event-ID': last });
        const text = reply.body.pipeThrough(new TextDecoderStream());
        let rest = '';
        for await (const piece of text) {
          const events = (rest + piece).split('\n\n');
          rest = events.pop();
          for (const event of events) {
            const lines = event.split('\n');
            last = lines.find((line) => line.startsWith('id: '))?.slice(4) ?? last;
            const data = lines.find((line) => line.startsWith('data: '))?.slice(6);
            if (data) {
              tell(JSON.parse(data));
            }
          }
        }
      } catch {
        // The service is away for a moment.
        await new Promise((resolve) => setTimeout(resolve, 1000));
      }
    }
  }

  call(to, sdp) {
    const body = { originatorAddress: `tel:${this.number}`, receiverAddress: `tel:${to}`, offer: { sdp } };
    return this.json('POST', 'webrtc-call-handling/v0.4rc1/sessions', body);
  }

  fetchCall(id) {
    return this.json('GET', `webrtc-call-handling/v0.4rc1/sessions/${id}`);
  }

  set(id, status, sdp) {
    const body = { status, ...(sdp && { answer: { sdp } }) };
    return this.json('PUT', `webrtc-call-handling/v0.4rc1/sessions/${id}/status`, body);
  }

  end(id) {
    return this.fetch('DELETE', `webrtc-call-handling/v0.4rc1/sessions/${id}`);
  }
}

/** One call, with the media that its two browsers send each other. */
class Call {
  constructor(network, other, ended) {
    Object.assign(this, { network, other, ended, id: null, status: 'Initial', offer: null, isMine: false });
    this.peer = new RTCPeerConnection();
    this.peer.ontrack = ({ streams }) => (find('sound').srcObject = streams[0]);
    this.peer.ondatachannel = ({ channel }) => this.#use(channel);
    this.peer.onconnectionstatechange = () => this.show();
  }

  async place() {
    this.isMine = true;
    this.#use(this.peer.createDataChannel('text'));
    const sdp = await this.#describe(() => this.peer.createOffer());
    const { mediaSessionId } = await this.network.call(this.other, sdp);
    this.id = mediaSessionId;

    // What happened before the id was known was told of a call that nobody here knew. What was told since is newer.
    const found = await this.network.fetchCall(mediaSessionId);
    if (this.status === 'Initial') {
      await this.told(found);
    }
  }

  async ring(invitation) {
    this.id = invitation.mediaSessionId;
    this.offer = invitation.offer.sdp;
    this.show();
    await this.network.set(this.id, 'Ringing').catch(() => {}); // Another device may have answered.
  }

  async answer() {
    await this.peer.setRemoteDescription({ type: 'offer', sdp: this.offer });
    const sdp = await this.#describe(() => this.peer.createAnswer());
    await this.network.set(this.id, 'Connected', sdp);
  }

  /** What the network says of the call. */
  async told({ status, answer }) {
    this.status = status;
    if (this.isMine && answer && !this.peer.remoteDescription) {
      await this.peer.setRemoteDescription({ type: 'answer', sdp: answer.sdp });
    }

    this.peer.getSenders().forEach(({ track }) => track && (track.enabled = status !== 'Hold'));
    this.show();
    if (over.includes(status)) {
      this.close();
    }
  }

  close() {
    this.peer.getSenders().forEach(({ track }) => track?.stop());
    this.peer.close();
    this.ended(this);
  }

  say(text) {
    if (this.text?.readyState === 'open') {
      this.text.send(text);
      this.#show('You', text);
    }
  }

  show() {
    const { status } = this;
    const [waits, talks] = [!this.isMine && !this.peer.localDescription, ['Connected', 'Hold', 'Resume'].includes(status)];
    find('call').hidden = false;
    find('other').textContent = this.isMine ? `To ${this.other}` : `From ${this.other}`;
    find('state').textContent = waits && !over.includes(status) ? 'Incoming call' : words[status] ?? status;
    find('media').textContent = talks ? `Media: ${this.peer.connectionState}` : '';
    find('answer').hidden = find('decline').hidden = !waits;
    find('hold').hidden = !talks || status === 'Hold';
    find('resume').hidden = status !== 'Hold';
    find('hangup').hidden = waits;
    find('say').hidden = find('said').hidden = !talks;
  }

  // The API knows no candidates that come later, so the description waits until it has all of them.
  async #describe(create) {
    const sound = await navigator.mediaDevices.getUserMedia({ audio: true });
    sound.getTracks().forEach((track) => this.peer.addTrack(track, sound));
    await this.peer.setLocalDescription(await create());
    while (this.peer.iceGatheringState !== 'complete') {
      await new Promise((resolve) => this.peer.addEventListener('icegatheringstatechange', resolve, { once: true }));
    }

    return this.peer.localDescription.sdp;
  }

  #use(channel) {
    this.text = channel;
    channel.onmessage = ({ data }) => this.#show(this.other, data);
  }

  #show(who, text) {
    const line = document.createElement('li');
    line.textContent = `${who}: ${text}`;
    find('said').append(line);
  }
}

/** The telephone on its table. */
class Phone {
  #call = null;

  constructor(network) {
    this.network = network;
  }

  async open() {
    const { network } = this;
    await network.register();
    setInterval(() => network.register().catch(() => {}), 30 * 60 * 1000);
    const stream = await network.subscribe();
    find('entrance').hidden = true;
    find('phone').hidden = false;
    find('own').textContent = network.number;
    find('dial').onsubmit = (submitted) => this.#dial(submitted);
    find('say').onsubmit = (submitted) => this.#say(submitted);
    find('answer').onclick = () => this.#try((call) => call.answer());
    find('decline').onclick = () => this.#try((call) => network.set(call.id, 'Declined'));
    find('hold').onclick = () => this.#try((call) => network.set(call.id, 'Hold'));
    find('resume').onclick = () => this.#try((call) => network.set(call.id, 'Resume'));
    find('hangup').onclick = () => this.#try((call) => network.end(call.id));
    network.follow(stream, (event) => this.#tell(event));
  }

  async #dial(submitted) {
    submitted.preventDefault();
    const call = this.#begin(submitted.target.elements.to.value);
    try {
      await call.place();
    } catch (refused) {
      call.status = refused.message;
      call.close();
    }
  }

  #say(submitted) {
    submitted.preventDefault();
    const { text } = submitted.target.elements;
    this.#call?.say(text.value);
    text.value = '';
  }

  async #tell({ type: of, data }) {
    if (of === type('session-invitation') && !this.#call) {
      await this.#begin(data.originatorAddress.replace(/^tel:/, '')).ring(data);
    } else if (of === type('session-status') && data.mediaSessionId === this.#call?.id) {
      await this.#call.told(data);
    }
  }

  #begin(other) {
    find('said').replaceChildren();
    find('dial').hidden = true;
    this.#call = new Call(this.network, other, (call) => {
      const line = document.createElement('li');
      line.textContent = `${call.isMine ? 'To' : 'From'} ${call.other}: ${words[call.status] ?? call.status}`;
      find('log').prepend(line);
      find('call').hidden = true;
      find('dial').hidden = false;
      this.#call = null;
    });
    this.#call.show();
    return this.#call;
  }

  async #try(act) {
    try {
      await act(this.#call);
    } catch (refused) {
      find('state').textContent = refused.message;
    }
  }
}

find('entrance').onsubmit = async (submitted) => {
  submitted.preventDefault();
  find('refusal').textContent = '';
  try {
    await new Phone(new Network(Object.fromEntries(new FormData(submitted.target)))).open();
  } catch (refused) {
    find('refusal').textContent = refused.message;
  }
};
