import { createHash } from 'node:crypto';

/** Renders /openapi.json, by itself: no other host, no dependency. */
const SCRIPT = String.raw`
const make = (tag, attributes = {}, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children.filter((child) => child !== undefined && child !== null));
  return element;
};
const code = (value) => make('pre', {}, typeof value === 'string' ? value : JSON.stringify(value, null, 2));
// Words between backticks are code.
const prose = (text) => make('span', {}, ...String(text ?? '').split('\x60').map((part, i) => i % 2 ? make('code', {}, part) : part));
const fold = (title, ...children) => make('details', {}, make('summary', {}, title), ...children);

function typeOf(schema) {
  if (schema.$ref) return schema.$ref.split('/').at(-1);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  if (schema.anyOf || schema.oneOf) return (schema.anyOf ?? schema.oneOf).map(typeOf).join(' | ');
  if (schema.type === 'array') return typeOf(schema.items ?? {}) + '[]';
  return schema.format ?? (Array.isArray(schema.type) ? schema.type.join(' | ') : (schema.type ?? 'any'));
}
function typeLink(schema) {
  const name = schema.$ref ?? schema.items?.$ref;
  return name ? make('a', { href: '#schema-' + name.split('/').at(-1) }, typeOf(schema)) : make('code', {}, typeOf(schema));
}
function rows(entries) {
  const body = make('tbody');
  for (const [name, schema, required, place] of entries)
    body.append(make('tr', {},
      make('td', {}, make('code', {}, name), required ? make('b', { title: 'required' }, ' *') : undefined),
      make('td', {}, place ?? ''), make('td', {}, typeLink(schema)),
      make('td', {}, prose(schema.description), schema.default !== undefined ? make('i', {}, ' Default: ' + JSON.stringify(schema.default)) : undefined)));
  return make('table', {}, body);
}
function fieldsOf(schema) {
  if (!schema.properties) return code(schema);
  return rows(Object.entries(schema.properties).map(([name, inner]) => [name, inner, (schema.required ?? []).includes(name)]));
}
function contents(content) {
  return Object.entries(content ?? {}).map(([mediaType, { schema, example }]) => make('div', {},
    make('code', {}, mediaType), schema ? ' ' : undefined, schema ? typeLink(schema) : undefined,
    example !== undefined ? fold('example', code(example)) : undefined));
}
function curl(method, path, operation) {
  const url = location.origin + path;
  const parts = ['curl' + (method === 'get' ? '' : ' -X ' + method.toUpperCase())];
  if (!operation.security) parts.push('-H "Authorization: Bearer $INTERMODAL_KEY"');
  const json = operation.requestBody?.content?.['application/json'];
  if (json?.example) parts.push("-H 'Content-Type: application/json'", "-d '" + JSON.stringify(json.example) + "'");
  else if (operation.requestBody?.content?.['*/*']) parts.push('--data-binary @FILE', "-H 'Content-Type: audio/wav'");
  return parts.concat("'" + url + "'").join(' \\\n  ');
}
function operationView(path, method, operation) {
  const section = make('article', { id: operation.operationId },
    make('h3', {}, make('span', { class: 'method ' + method }, method.toUpperCase()), ' ', make('code', {}, path), ' ', make('small', {}, operation.summary)));
  if (operation.description) section.append(make('p', {}, prose(operation.description)));
  if (operation.parameters?.length)
    section.append(rows(operation.parameters.map((one) => [one.name, { ...one.schema, description: one.description }, one.required, one.in])));
  if (operation.requestBody) section.append(make('h4', {}, 'Body'), ...contents(operation.requestBody.content));
  const answers = make('table', {});
  for (const [status, answer] of Object.entries(operation.responses))
    answers.append(make('tr', {}, make('td', {}, make('b', {}, status)), make('td', {}, prose(answer.description)), make('td', {}, ...contents(answer.content))));
  section.append(make('h4', {}, 'Answers'), answers, fold('curl', code(curl(method, path, operation))));
  return section;
}
async function show() {
  const main = document.querySelector('main');
  const nav = document.querySelector('nav');
  const api = await (await fetch('/openapi.json')).json();
  document.querySelector('header').append(make('h1', {}, api.info.title + ' ' + api.info.version), make('p', {}, api.info.summary, ' ', make('a', { href: '/openapi.json' }, 'OpenAPI ' + api.openapi)));
  for (const { name } of api.tags) {
    main.append(make('h2', {}, name));
    nav.append(make('b', {}, name));
    for (const [path, methods] of Object.entries(api.paths))
      for (const [method, operation] of Object.entries(methods)) {
        if (operation.tags[0] !== name) continue;
        main.append(operationView(path, method, operation));
        nav.append(make('a', { href: '#' + operation.operationId }, operation.summary));
      }
  }
  main.append(make('h2', {}, 'schemas'));
  nav.append(make('b', {}, 'schemas'));
  for (const [name, schema] of Object.entries(api.components.schemas)) {
    main.append(make('article', { id: 'schema-' + name }, make('h3', {}, make('code', {}, name)), schema.description ? make('p', {}, schema.description) : undefined, fieldsOf(schema)));
    nav.append(make('a', { href: '#schema-' + name }, name));
  }
  if (location.hash) document.querySelector(location.hash)?.scrollIntoView();
}
show().catch((error) => document.querySelector('main').append('The document cannot be shown: ' + error.message));
`;

const STYLE = String.raw`
:root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 18%, transparent); --soft: color-mix(in srgb, currentColor 6%, transparent); }
body { margin: 0; font: 15px/1.5 system-ui, sans-serif; display: grid; grid-template-columns: 17rem minmax(0, 62rem); }
header { grid-column: 1 / -1; padding: 1rem 2rem; border-bottom: 1px solid var(--line); }
header h1, header p { margin: 0; }
nav { position: sticky; top: 0; max-height: 100vh; overflow: auto; padding: 1rem 2rem; display: flex; flex-direction: column; gap: .15rem; font-size: 14px; }
nav b, h2 { text-transform: capitalize; margin-top: .8rem; }
main { padding: 0 2rem 4rem; }
article { border: 1px solid var(--line); border-radius: 8px; padding: .2rem 1rem .8rem; margin: .8rem 0; }
h3 { margin: .5rem 0; font-weight: 500; } h4 { margin: .8rem 0 .2rem; }
small { font-size: 14px; opacity: .75; }
.method { font: bold 12px ui-monospace, monospace; padding: .15rem .4rem; border-radius: 4px; color: #fff; background: #1b6ec2; }
.method.post { background: #2e7d32; }
code, pre { font: 13px ui-monospace, monospace; }
pre { background: var(--soft); padding: .6rem; border-radius: 6px; overflow: auto; }
table { border-collapse: collapse; width: 100%; } td { border-top: 1px solid var(--line); padding: .25rem .5rem .25rem 0; vertical-align: top; }
a { color: inherit; text-decoration-color: var(--line); } b[title] { color: #c62828; }
@media (max-width: 60rem) { body { display: block; } nav { position: static; max-height: none; } }
`;

export const DOCUMENTATION_PAGE = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Intermodal API</title><style>${STYLE}</style></head>
<body><header></header><nav></nav><main></main><script type="module">${SCRIPT}</script></body></html>
`;

const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** Only this page's own script and style run, and they reach only this API. */
export const DOCUMENTATION_POLICY = [
  "default-src 'none'",
  `script-src ${hashOf(SCRIPT)}`,
  `style-src ${hashOf(STYLE)}`,
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');
