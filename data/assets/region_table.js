/* A table of regions in which each interval is drawn as a bar on one shared scale. */
function make(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name === 'text') made.textContent = value;
    else if (name === 'style') Object.assign(made.style, value);
    else made.setAttribute(name, value === true ? '' : value);
  }
  made.append(...children.filter(Boolean));
  return made;
}

function bar(cell, scale) {
  if (cell.value === null) return make('span', { class: 'none', text: 'N/A' });
  const at = (value) => Math.max(0, Math.min(100, (100 * (value - scale.from)) / (scale.to - scale.from || 1)));
  const low = at(cell.low), high = at(cell.high);
  return make('span', { class: 'bar', role: 'img', 'aria-label': cell.words || 'no interval' },
    scale.rest !== null && make('i', { class: 'rest', style: { left: at(scale.rest) + '%' } }),
    make('i', { class: 'line', style: { left: low + '%', width: Math.max(high - low, 0.6) + '%' } }),
    make('i', { class: 'middle', style: { left: at(cell.value) + '%' } }));
}

function cell(column, row, data, send) {
  const value = row.cells[column.key];
  if (column.kind === 'name') {
    const name = make('button', { type: 'button', 'data-key': row.id, text: value });
    name.addEventListener('click', () => send(row.id));
    return make('th', { scope: 'row', class: row.indent ? 'indent' : null }, row.action ? name : make('span', { text: value }));
  }
  if (column.kind === 'bar') return make('td', { class: 'bar-cell' }, bar(value, data.scale));
  return make('td', { class: column.kind, text: value });
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const text = JSON.stringify(data);
  let root = parentElement.querySelector('.regions');
  if (root && root.dataset.text === text) return;
  const held = root && root.getRootNode().activeElement;
  const key = held && root.contains(held) ? held.dataset.key : null;
  const fresh = make('div', { class: 'regions', tabindex: '0', role: 'region', 'aria-label': data.caption });
  fresh.dataset.text = text;
  let sent = 0;
  const send = (id) => setTriggerValue('pick', { id, count: ++sent, at: Date.now() });
  fresh.append(make('table', {},
    make('caption', { text: data.caption }),
    make('thead', {}, make('tr', {}, ...data.columns.map((column) => make('th', { scope: 'col', class: column.kind, text: column.label })))),
    make('tbody', {}, ...data.rows.map((row) => make('tr', { class: row.id === data.selected ? 'chosen' : null, 'data-geoid': row.id }, ...data.columns.map((column) => cell(column, row, data, send)))))));
  if (root) root.replaceWith(fresh); else parentElement.append(fresh);
  if (key) { const same = fresh.querySelector('[data-key="' + CSS.escape(key) + '"]'); if (same) same.focus({ preventScroll: true }); }
}
