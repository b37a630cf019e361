// Makes the page live: everything works without it. What changes is asked of the server, which alone knows how it looks, and laid over what stands here.

const live = 'minilambda-live';
const soonest = 1000;
const state = document.getElementById('link-state');
const note = document.getElementById('note');

let events = null;
let waiting = 0;
let pause = soonest;
let under = false;
let again = false;
let over = false;

function say(text) {
  if (state && state.textContent !== text) {
    state.textContent = text;
    state.classList.toggle('on', text === 'live');
  }
}

// --- laying a new version over an old one -----------------------------------------------------------------------------------------------

function lay(old, next) {
  if (old.isEqualNode(next)) return;
  if (old.nodeType !== next.nodeType || old.nodeName !== next.nodeName || (old.id || '') !== (next.id || '')) {
    old.replaceWith(document.importNode(next, true));
    return;
  }
  if (old.nodeType !== Node.ELEMENT_NODE) {
    old.nodeValue = next.nodeValue;
    return;
  }
  // What somebody opened, chose or typed stays.
  const kept = old.nodeName === 'DETAILS' ? ['open'] : old.nodeName === 'INPUT' ? ['value', 'checked'] : [];
  for (const { name } of [...old.attributes]) if (!next.hasAttribute(name) && !kept.includes(name)) old.removeAttribute(name);
  for (const { name, value } of next.attributes) if (!kept.includes(name) && old.getAttribute(name) !== value) old.setAttribute(name, value);
  layChildren(old, next);
}

function layChildren(old, next) {
  const known = new Map([...old.children].filter(e => e.id).map(e => [e.id, e]));
  let place = old.firstChild;
  for (const want of [...next.childNodes]) {
    const same = want.id ? known.get(want.id) : place && !place.id && place.nodeName === want.nodeName ? place : null;
    if (same) {
      known.delete(want.id);
      if (same === place) place = place.nextSibling;
      else old.insertBefore(same, place);
      lay(same, want);
    } else {
      old.insertBefore(document.importNode(want, true), place);
    }
  }
  while (place) {
    const gone = place;
    place = place.nextSibling;
    gone.remove();
  }
}

async function refresh() {
  waiting = 0;
  if (under || over) {
    again = true;
    return;
  }
  under = true;
  again = false;
  const begun = performance.now();
  try {
    const answer = await fetch(location.href, { headers: { [live]: '1' }, cache: 'no-store', redirect: 'error' });
    if (answer.status === 401) return end();
    if (answer.ok) {
      const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
      for (const part of document.querySelectorAll('[data-live]')) {
        const next = fresh.getElementById(part.id);
        if (next) lay(part, next);
      }
    }
  } catch {
    // The stream tells when the orchestrator is back.
  } finally {
    under = false;
    // A slow server is not asked more often for it.
    pause = Math.max(soonest, 4 * (performance.now() - begun));
    if (again) soon();
  }
}

function soon() {
  if (!waiting && !document.hidden) waiting = setTimeout(refresh, pause);
}

function end() {
  over = true;
  events?.close();
  say('signed out');
  if (note) {
    note.replaceChildren('The session is over. ', Object.assign(document.createElement('a'), {
      href: '/sign-in?next=' + encodeURIComponent(location.pathname + location.search), textContent: 'Sign in again',
    }));
  }
}

// --- streams ----------------------------------------------------------------------------------------------------------------------------

// An EventSource comes back by itself while the server can be reached, with the place that it had; not after an answer that is no stream.
function follow(address, heard, done) {
  let source;
  let tries = 0;
  let place = '';
  let closed = false;
  const open = () => {
    const from = new URL(address, location.href);
    if (place) from.searchParams.set('after', place);
    source = new EventSource(from);
    source.onopen = () => {
      tries = 0;
      done.opened?.();
    };
    source.onmessage = message => {
      if (message.lastEventId) place = message.lastEventId;
      heard(message);
    };
    source.addEventListener('end', () => {
      close();
      done.ended?.();
    });
    source.addEventListener('problem', () => {
      // What was missed is seen by asking anew.
      source.close();
      place = '';
      retry();
    });
    source.onerror = () => {
      done.lost?.();
      if (source.readyState === EventSource.CLOSED) retry();
    };
  };
  const retry = () => {
    if (closed) return;
    soon();
    setTimeout(() => closed || over || open(), Math.min(30000, 1000 * 2 ** tries++) * (0.5 + Math.random() / 2));
  };
  const close = () => {
    closed = true;
    source.close();
  };
  open();
  return { close };
}

function watch() {
  if (events || over || document.hidden || !state?.dataset.events) return;
  let lost = false;
  events = follow(state.dataset.events, message => {
    if (message.data) soon();
  }, {
    opened() {
      say('live');
      if (lost) soon();
      lost = false;
    },
    lost() {
      lost = true;
      if (!over) say('reconnecting');
    },
  });
}

// A page that nobody looks at holds no connection.
document.addEventListener('visibilitychange', () => {
  if (document.hidden) {
    events?.close();
    events = null;
  } else {
    watch();
    soon();
  }
});

watch();
for (const part of document.querySelectorAll('[data-every]')) setInterval(soon, 1000 * Number(part.dataset.every));

// --- logs -------------------------------------------------------------------------------------------------------------------------------

const log = document.getElementById('log');
if (log?.dataset.logs && document.getElementById('job')?.dataset.final === 'no') {
  const mostLog = 1 << 20;
  const text = new TextDecoder();
  // What could steer a reader or a terminal is shown, as on the server.
  const steering = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;
  const shown = c => {
    const code = c.codePointAt(0);
    if (c === '\n' || c === '\t' || code === 0x200c || code === 0x200d) return c;
    return code < 0x100 ? '\\x' + code.toString(16).padStart(2, '0') : '\\u' + code.toString(16).padStart(4, '0');
  };
  const stream = follow(log.dataset.logs + '?after=' + log.dataset.after, message => {
    if (!message.data) return;
    const piece = JSON.parse(message.data);
    const bytes = Uint8Array.from(atob(piece.data || ''), c => c.charCodeAt(0));
    const atEnd = log.scrollTop + log.clientHeight >= log.scrollHeight - 4;
    log.append(text.decode(bytes, { stream: true }).replace(/\r\n?/g, '\n').replace(steering, shown));
    while (log.textContent.length > mostLog && log.firstChild !== log.lastChild) log.firstChild.remove();
    if (atEnd) log.scrollTop = log.scrollHeight;
  }, {
    ended: soon,
    lost() {
      // Nothing more will come, and so no stream.
      if (document.getElementById('job').dataset.final === 'yes') stream.close();
    },
  });
}

// --- forms ------------------------------------------------------------------------------------------------------------------------------

for (const form of document.querySelectorAll('form[data-drop]')) {
  const field = form.elements[form.dataset.drop];
  const texts = [...form.querySelectorAll('[data-file]')];
  let depth = 0;
  const mark = by => form.classList.toggle('dropping', (depth = Math.max(0, depth + by)) > 0);
  form.addEventListener('dragenter', e => { e.preventDefault(); mark(1); });
  form.addEventListener('dragleave', () => mark(-1));
  form.addEventListener('dragover', e => e.preventDefault());
  form.addEventListener('drop', async e => {
    e.preventDefault();
    mark(-depth);
    for (const file of e.dataTransfer.files) {
      const into = texts.find(t => file.name.endsWith(t.dataset.file));
      if (into) {
        into.value = await file.text();
      } else {
        const list = new DataTransfer();
        list.items.add(file);
        field.files = list.files;
      }
      if (note) note.textContent = file.name + ' is taken.';
    }
  });
}

for (const bar of document.querySelectorAll('[data-choose]')) {
  const boxes = () => [...bar.closest('form').querySelectorAll(`input[type=checkbox][name=${bar.dataset.choose}]`)];
  const all = Object.assign(document.createElement('input'), { type: 'checkbox', id: 'choose-all' });
  const label = document.createElement('label');
  label.append(all, ' all on this page');
  all.addEventListener('change', () => boxes().forEach(b => { b.checked = all.checked; }));
  bar.prepend(label);
}
