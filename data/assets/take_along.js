/* "My list": what is kept in this browser, whatever is searched for now; and, on paper alone, the
   questions to ask a clinic. */
const REMEMBERED = new WeakMap();

function make(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name === 'text') made.textContent = value;
    else if (name === 'onclick') made.addEventListener('click', value);
    else made.setAttribute(name, value === true ? '' : value);
  }
  made.append(...children.filter(Boolean));
  return made;
}

function sayDay(day, language) {
  const date = new Date(day + 'T12:00:00');
  return Number.isNaN(date.getTime()) ? day : date.toLocaleDateString(language, { year: 'numeric', month: 'long', day: 'numeric' });
}

function keptClinic(entry, data, remove) {
  const { labels } = data;
  const number = entry.number.replace(/[^+\d]/g, '');
  return make('li', { 'data-clinic': entry.id },
    make('h3', { text: entry.name }),
    make('p', { text: entry.address }),
    entry.certainty && make('p', { class: 'soft', text: entry.certainty }),
    make('p', {}, number ? make('a', { href: 'tel:' + number, text: entry.phone }) : make('span', { text: labels.noPhone })),
    make('p', { class: 'soft', text: labels.asOf.replace('{date}', () => sayDay(entry.on, data.language)) }),
    make('button', { type: 'button', 'aria-label': labels.remove + ': ' + entry.name, text: labels.remove, onclick: () => remove(entry) }));
}

function printMine(root) {
  root.classList.add('printed');
  document.documentElement.dataset.print = 'kept';
  window.addEventListener('afterprint', () => {
    root.classList.remove('printed');
    delete document.documentElement.dataset.print;
  }, { once: true });
  window.print();
}

function render(root, data, kept, said) {
  const { labels } = data;
  const entries = kept.readKept();
  const shown = entries.length > 0 || Boolean(said);
  const heading = make('h2', { tabindex: '-1', text: labels.heading });
  const status = make('p', { class: 'said', role: 'status' });
  const act = (change, words) => {
    change();
    const fresh = render(root, data, kept, words);
    fresh.heading.focus();
    requestAnimationFrame(() => { fresh.status.textContent = words; });
  };
  /* A function, since `replace` reads "$&" in a text as an order. */
  const remove = (entry) => act(() => kept.drop(entry.id), labels.removed.replace('{name}', () => entry.name));
  root.replaceChildren(...[
    shown && make('section', { class: 'mine', 'aria-label': labels.heading }, heading,
      make('p', { class: 'soft', text: entries.length ? labels.where : labels.empty }),
      entries.length > 0 && make('ul', { class: 'entries', role: 'list' }, ...entries.map((entry) => keptClinic(entry, data, remove))),
      entries.length > 0 && make('p', { class: 'acts' },
        make('button', { type: 'button', text: labels.print, onclick: () => printMine(root) }),
        make('button', { type: 'button', text: labels.clear, onclick: () => act(() => kept.clear(), labels.cleared) })),
      status),
    make('section', { class: 'paper' },
      make('h2', { text: labels.questions }),
      make('ul', {}, ...data.questions.map((text) => make('li', { text }))),
      make('p', {}, make('strong', { text: data.ride })),
      make('p', { text: labels.advice }))
  ].filter(Boolean));
  return { heading, status };
}

export default function (component, kept) {
  const { data, parentElement } = component;
  let root = parentElement.querySelector('.take-along');
  const text = JSON.stringify(data);
  if (!root) {
    root = make('div', { class: 'take-along' });
    parentElement.append(root);
    kept.onChange(root, () => render(root, REMEMBERED.get(root).data, kept));
    kept.onShow(() => {
      const heading = root.querySelector('.mine h2');
      if (heading) { heading.focus({ preventScroll: true }); heading.scrollIntoView({ block: 'start' }); }
    });
  } else if (REMEMBERED.get(root).text === text) return;
  REMEMBERED.set(root, { text, data });
  render(root, data, kept);
}
