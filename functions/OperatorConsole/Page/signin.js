// Who looks after an account proves it with a token of its own.
import { signIn } from './api.js';
import { h } from './dom.js';

export const signInForm = (why, done) => {
  const input = h('input', {
    type: 'password', id: 'token', autocomplete: 'off', spellcheck: 'false', required: true, autofocus: true,
    'aria-describedby': 'token-hint',
  });
  return h('form', { class: 'card signin', onsubmit: (submitted) => {
    submitted.preventDefault();
    signIn(input.value);
    done();
  } },
  h('img', { src: 'console/icon.svg', alt: '', width: 40, height: 40 }),
  h('h1', {}, 'Sessions console'),
  why && h('p', { class: 'failure', role: 'alert' }, why),
  h('label', { for: 'token' }, 'Operator token'),
  input,
  h('p', { class: 'hint', id: 'token-hint' },
    'A bearer token of the account with the scope ', h('code', {}, 'operator'),
    '. It stays in this tab and is gone when the tab is closed.'),
  h('button', { class: 'strong' }, 'Sign in'));
};
