// Elements, without ever reading text as HTML.
const make = (name, attributes = {}, ...children) => {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith('on')) {
      element.addEventListener(key.slice(2), value);
    } else if (value === true || typeof value === 'string') {
      element.setAttribute(key, value === true ? '' : value);
    }
  }
  element.append(...children.flat().filter((child) => child !== undefined && child !== null && child !== false));
  return element;
};

// Text in which `code` stands between backticks.
const prose = (text) =>
  (text ?? '').split('`').map((part, index) => (index % 2 ? make('code', {}, part) : part));

let ids = 0;
const newId = () => `f${++ids}`;

// A labelled field; `input` is what makes the element, `more` stands behind the hint.
const field = (name, note, hint, input, more = undefined) => {
  const id = newId();
  const hintId = `${id}h`;
  input.id = id;
  input.setAttribute('aria-describedby', hintId);
  return make('div', {},
    make('label', { for: id }, name, ' ', make('span', { class: 'soft' }, note)),
    input,
    make('p', { class: 'hint', id: hintId }, prose(hint), more ? [' ', ...more] : []));
};
