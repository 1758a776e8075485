// Schemas, for people.
const resolve = (api, schema) =>
  schema?.$ref ? resolve(api, schema.$ref.slice(2).split('/').reduce((node, key) => node[key], api)) : schema ?? {};

const nameOf = (schema) => schema?.$ref?.split('/').at(-1);

const typeOf = (api, schema) => {
  const known = resolve(api, schema);
  if (known.anyOf) {
    return [...new Set(known.anyOf.map((one) => typeOf(api, one)))].join(' or ');
  }
  if (known.enum) {
    return known.enum.map((word) => JSON.stringify(word)).join(' | ');
  }
  const types = [known.type ?? 'anything'].flat();
  const named = types.map((type) =>
    type === 'array' ? `list of ${typeOf(api, known.items)}` : type === 'object' ? nameOf(schema) ?? type : type);
  const limits = [
    known.format,
    known.pattern && `like ${known.pattern}`,
    known.minimum !== undefined && `from ${known.minimum}`,
    known.maximum !== undefined && `to ${known.maximum}`,
    known.maxLength !== undefined && `at most ${known.maxLength} characters`,
  ].filter(Boolean);
  return named.join(' or ') + (limits.length ? ` (${limits.join(', ')})` : '');
};

// What is inside of a schema: of a list, of its items; of one of several, of the first that has members.
const inner = (api, schema) => {
  const known = resolve(api, schema);
  return known.items ? inner(api, known.items)
    : known.anyOf ? known.anyOf.map((one) => inner(api, one)).find((one) => one.properties) ?? known
    : known;
};

const members = (api, schema, above = []) => {
  const known = inner(api, schema);
  if (!known.properties || above.includes(known)) {
    return undefined;
  }
  const one = ([name, member]) => make('li', {},
    make('code', {}, name), ' ',
    make('span', { class: 'soft' }, typeOf(api, member), known.required?.includes(name) ? '' : ', optional'),
    member.description && [' ', ...prose(member.description)],
    members(api, member, [...above, known]));
  return make('ul', { class: 'members' }, Object.entries(known.properties).map(one));
};
