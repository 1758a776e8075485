// Elements, without ever reading text as HTML.
const spaces = { svg: 'http://www.w3.org/2000/svg' };

const fill = (element, attributes, children) => {
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith('on')) {
      element.addEventListener(key.slice(2), value);
    } else if (value !== undefined && value !== null && value !== false) {
      element.setAttribute(key, value === true ? '' : value);
    }
  }
  element.append(...children.flat(4).filter((child) => child !== undefined && child !== null && child !== false));
  return element;
};

export const h = (name, attributes = {}, ...children) => fill(document.createElement(name), attributes, children);

export const s = (name, attributes = {}, ...children) =>
  fill(document.createElementNS(spaces.svg, name), attributes, children);

/** Puts new children into a place; what had the focus, by its data-key, has it again. */
export const swap = (place, ...children) => {
  const key = place.contains(document.activeElement) && document.activeElement.dataset.key;
  place.replaceChildren(...children.flat(4).filter(Boolean));
  if (key) {
    place.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus();
  }
};

let notes;

/** Tells of something that has just been done; screen readers say it. */
export const note = (text, kind = 'good') => {
  notes ??= document.body.appendChild(h('div', { class: 'notes', role: 'status' }));
  const one = h('p', { class: `note ${kind}` }, text);
  notes.append(one);
  setTimeout(() => one.remove(), 6000);
};

/** Asks before something is done. True when it is to be done. */
export const ask = (title, words, action, ...fields) => new Promise((done) => {
  const dialog = h('dialog', { 'aria-labelledby': 'asked', onclose: () => {
    dialog.remove();
    done(dialog.returnValue === 'yes');
  } },
  h('form', { method: 'dialog' },
    h('h2', { id: 'asked' }, title),
    h('p', {}, words),
    fields,
    h('div', { class: 'buttons' },
      h('button', { value: 'no' }, 'Cancel'),
      h('button', { value: 'yes', class: 'strong', autofocus: true }, action))));
  document.body.append(dialog);
  dialog.showModal();
});

/** A button that copies a text. */
export const copier = (text, what) => h('button', {
  class: 'quiet small', type: 'button', 'aria-label': `Copy ${what}`, 'data-key': `copy ${what}`,
  onclick: async () => {
    const done = await navigator.clipboard?.writeText(text).then(() => true, () => false);
    note(done ? 'Copied' : 'The browser does not let this page copy', done ? 'good' : 'bad');
  },
}, 'Copy');
