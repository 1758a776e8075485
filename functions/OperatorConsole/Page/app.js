// The console: which view is shown, and when it is fetched again.
import { api, isSignedIn, signOut } from './api.js';
import { h, note } from './dom.js';
import { failure, link } from './parts.js';
import { frame, keys } from './frame.js';
import { overview } from './overview.js';
import { sessions, found } from './sessions.js';
import { session } from './session.js';
import { events } from './events.js';
import { event } from './event.js';
import { targets } from './targets.js';
import { signInForm } from './signin.js';

const every = 5000;
const soon = 800;
const views = { '': overview, sessions, 'sessions/*': session, find: found, events, 'events/*': event, targets };

let shown;
let turn = 0;

/** #/sessions/{id}?a=b as [the view's name, its id, its query]. */
const place = () => {
  const [path, query] = location.hash.replace(/^#\/?/, '').split('?');
  const [name, id] = path.split('/');
  return [id === undefined ? name : `${name}/*`, id && decodeURIComponent(id), new URLSearchParams(query)];
};

const go = (to) => { location.hash = `#/${to}`; };

const nowhere = () => ({
  title: 'Nothing is here', node: h('p', {}, 'The console has no such page. ', link('', 'To the overview')),
});

// What is wrong with the token is for the sign-in; all else the view tells.
const guarded = async (view, load) => {
  try {
    await load();
    view.failed?.remove();
    view.failed = undefined;
    ui.live(true);
  } catch (error) {
    if (error.status === 401 || error.status === 403) {
      signOut();
      show(error.message);
      return;
    }
    ui.live(false);
    const told = failure(error, () => refresh());
    view.node.querySelector('.loading')?.remove();
    view.failed ? view.failed.replaceWith(told) : view.node.prepend(told);
    view.failed = told;
  }
};

const refresh = async () => {
  const mine = turn;
  if (shown?.load && !document.hidden) {
    await guarded(shown, () => shown.load());
  }
  return mine === turn;
};

// What was just asked for is mostly done a moment later.
const again = async () => {
  if (await refresh()) {
    setTimeout(refresh, soon);
  }
};

const beat = async () => {
  const mine = turn;
  await new Promise((done) => { setTimeout(done, every); });
  if (mine === turn) {
    if (shown?.live && ui.isLive()) {
      await refresh();
    }
    beat();
  }
};

const show = async (why = undefined) => {
  turn += 1;
  if (!isSignedIn()) {
    shown = undefined;
    document.title = 'Sign in – Sessions console';
    ui.signedOut(signInForm(why, () => show()));
    return;
  }
  const [name, id, query] = place();
  shown = (views[name] ?? nowhere)({ id, query, go, again });
  document.title = `${shown.title} – Sessions console`;
  ui.show(shown, name.split('/')[0]);
  await refresh();
  beat();
};

const ui = frame({
  out: () => { signOut(); show(); },
  find: async (text, all) => {
    try {
      const { sessions: all_ } = await api.find(text, all);
      found.take(text, all_);
      const one = all_.length === 1 ? `sessions/${encodeURIComponent(all_[0].id)}` : 'find';
      location.hash === `#/${one}` ? show() : go(one);
    } catch (error) {
      note(error.message, 'bad');
    }
  },
});

keys({ o: '', s: 'sessions', e: 'events', t: 'targets' }, go);
addEventListener('hashchange', () => show());
document.addEventListener('visibilitychange', () => !document.hidden && ui.isLive() && refresh());
show();
