/* Whom to call in a crisis: a heading that takes the focus, and large links in groups. */
const SHOWN = new WeakMap();

function make(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children.filter(Boolean));
  return made;
}

function way({ words, href }) {
  const outward = href.startsWith('https:') ? { target: '_blank', rel: 'noreferrer noopener' } : {};
  return make('li', {}, make('a', { href, 'data-key': href + words, ...outward }, words));
}

function group({ lead, ways }, at) {
  return make('div', { class: at ? 'group' : 'group first' },
    lead && make('p', { id: 'lead-' + at }, lead),
    make('ul', lead ? { 'aria-labelledby': 'lead-' + at } : {}, ...ways.map(way)));
}

export default function (component) {
  const { data, parentElement } = component;
  const text = JSON.stringify(data);
  const before = SHOWN.get(parentElement) || { text: '', focus: 0 };
  if (text === before.text) return;
  SHOWN.set(parentElement, { text, focus: data.focus });
  let panel = parentElement.querySelector('section');
  if (!panel) {
    panel = make('section', {}, make('p', { class: 'said', role: 'alert' }), make('div', { class: 'panel' }));
    parentElement.append(panel);
  }
  const held = panel.getRootNode().activeElement;
  const key = held && panel.contains(held) ? held.dataset.key : null;
  const heading = make('h2', { tabindex: '-1' }, data.heading);
  panel.setAttribute('aria-label', data.heading);
  panel.classList.toggle('steps', Boolean(data.groups[0].lead));
  panel.querySelector('.panel').replaceChildren(
    ...[heading, data.lead && make('p', { class: 'lead' }, data.lead), ...data.groups.map(group)].filter(Boolean));
  if (data.focus === before.focus) {
    const same = key && panel.querySelector('[data-key="' + CSS.escape(key) + '"]');
    if (same) same.focus({ preventScroll: true });
    return;
  }
  /* An empty moment lets the same words be said again. */
  const said = panel.querySelector('.said');
  said.textContent = '';
  requestAnimationFrame(() => {
    const first = data.groups[0];
    said.textContent = [data.heading, first.lead, first.ways.map(({ words }) => words).join(', ')].filter(Boolean).join('. ');
    heading.focus({ preventScroll: true });
    const isTall = panel.offsetHeight > window.innerHeight * 0.8;
    panel.scrollIntoView({ block: isTall ? 'start' : 'nearest' });
  });
}
