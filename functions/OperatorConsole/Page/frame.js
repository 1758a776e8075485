// What is around every view: the navigation, the search, and what the keys do.
import { isDevelopment } from './api.js';
import { h, swap } from './dom.js';

const pages = [['', 'Overview'], ['sessions', 'Sessions'], ['events', 'Events'], ['targets', 'Targets']];
const themes = ['auto', 'light', 'dark'];

const themeButton = () => {
  let theme = localStorage.getItem('theme') ?? 'auto';
  const set = () => {
    document.documentElement.dataset.theme = theme;
    button.textContent = { auto: 'Theme: auto', light: 'Theme: light', dark: 'Theme: dark' }[theme];
  };
  const button = h('button', { class: 'quiet', type: 'button', onclick: () => {
    theme = themes[(themes.indexOf(theme) + 1) % themes.length];
    localStorage.setItem('theme', theme);
    set();
  } });
  set();
  return button;
};

const searchForm = (find) => {
  const input = h('input', {
    type: 'search', id: 'search', placeholder: 'Find by id, name or phone number', 'aria-label': 'Find a session',
    autocomplete: 'off', spellcheck: 'false', maxlength: 300,
  });
  const all = h('input', { type: 'checkbox', id: 'all' });
  return h('form', { class: 'search', role: 'search', onsubmit: (submitted) => {
    submitted.preventDefault();
    if (input.value.trim() !== '') {
      find(input.value.trim(), all.checked);
    }
  } }, input, h('kbd', { 'aria-hidden': 'true' }, '/'),
  h('label', { class: 'all', title: 'Needs a token with the scope installation' }, all, ' all accounts'),
  h('button', { class: 'strong' }, 'Find'));
};

/** Puts the frame into the page. */
export const frame = ({ out, find }) => {
  const links = pages.map(([to, words]) => h('a', { href: `#/${to}`, 'data-page': to }, words));
  const state = h('button', { class: 'quiet pulse', type: 'button', 'aria-pressed': 'true', onclick: () => {
    const on = state.getAttribute('aria-pressed') !== 'true';
    state.setAttribute('aria-pressed', String(on));
    state.textContent = on ? 'Live' : 'Paused';
  } }, 'Live');
  const title = h('h1', { tabindex: '-1' });
  const place = h('div', { class: 'view' });
  const main = h('main', { id: 'main' }, h('div', { class: 'head' }, title, state), place);
  const header = h('header', {},
    h('a', { class: 'brand', href: '#/' }, h('img', { src: 'console/icon.svg', alt: '', width: 28, height: 28 }),
      'Sessions'),
    searchForm(find));
  const side = h('div', { class: 'side' },
    h('nav', { 'aria-label': 'Console' }, links),
    h('footer', { class: 'foot' },
      h('p', { class: 'who' }, isDevelopment() ? 'Development account' : 'Operator'),
      h('a', { href: 'docs' }, 'API reference'),
      themeButton(),
      h('button', { class: 'quiet', type: 'button', onclick: out }, 'Sign out')));
  const skip = h('a', { class: 'skip', href: '#main', onclick: (clicked) => {
    clicked.preventDefault();
    title.focus();
  } }, 'To the content');
  const alone = h('main', { class: 'alone' });
  let first = true;

  return {
    isLive: () => state.getAttribute('aria-pressed') === 'true',
    live: (on) => state.classList.toggle('off', !on),
    show: (view, page) => {
      if (!header.isConnected) {
        side.querySelector('.who').textContent = isDevelopment() ? 'Development account' : 'Operator';
        document.body.replaceChildren(skip, header, side, main);
      }
      for (const one of links) {
        one.dataset.page === page ? one.setAttribute('aria-current', 'page') : one.removeAttribute('aria-current');
      }
      title.textContent = view.title;
      swap(place, view.node);
      if (!first) {
        title.focus({ preventScroll: true });
        scrollTo(0, 0);
      }
      first = false;
    },
    signedOut: (form) => {
      alone.replaceChildren(form);
      document.body.replaceChildren(alone);
    },
  };
};

/** "/" goes to the search; "g" and a letter to a page. */
export const keys = (letters, go) => {
  let before = '';
  addEventListener('keydown', (pressed) => {
    const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(pressed.target.tagName) || document.querySelector('dialog[open]');
    if (pressed.ctrlKey || pressed.metaKey || pressed.altKey || typing) {
      if (pressed.key === 'Escape' && pressed.target.id === 'search') {
        pressed.target.blur();
      }
      return;
    }
    if (pressed.key === '/') {
      pressed.preventDefault();
      document.getElementById('search')?.select();
    } else if (before === 'g' && pressed.key in letters) {
      go(letters[pressed.key]);
    }
    before = pressed.key;
  });
};
