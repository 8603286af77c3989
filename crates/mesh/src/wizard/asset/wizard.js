// SPDX-License-Identifier: MIT
// What pages do by themselves: follow what happens elsewhere, look at what is typed, show secrets for a while.
// Texts come from the program and are put into the page as text, never as markup.
'use strict';
(() => {
  const body = document.body;
  const { root, form, view, look } = body.dataset;
  const EVERY = 1500, QUIET = 5000, SHOWN = 20000, COPIED = 30000, TYPED = 300, SOUGHT = 900, SENT = 60000;
  let active = false, ended = false, leaving = false, failed = 0;

  for (const kind of ['keydown', 'pointerdown']) {
    addEventListener(kind, () => { active = true; }, { passive: true });
  }

  const send = async (path, content, kind) => {
    const headers = { 'X-Mesh-Form': form };
    if (kind) headers['Content-Type'] = kind;
    const answer = await fetch(root + path, { method: 'POST', headers, body: content, cache: 'no-store', redirect: 'error' });
    if (!answer.ok) throw new Error(await answer.text());
    const told = await answer.json();
    if (told.next && !leaving) { clear(); location.replace(root + told.next); }
    return told;
  };
  const ask = (path, fields) => send(path, new URLSearchParams(fields));

  // What happens elsewhere.
  const status = document.getElementById('status');
  const changed = document.getElementById('changed');
  const [arrival] = performance.getEntriesByType('navigation');
  let touched = false, fresh = look === 'home' && (!arrival || arrival.type !== 'reload');
  const follow = async () => {
    if (leaving) return;
    const was = active, first = fresh;
    touched = touched || was;
    active = fresh = false;
    try {
      const fields = { look, view };
      if (was) fields.active = '1';
      const told = await ask('/live/look', fields);
      failed = 0;
      if (told.next || leaving) return;
      if (told.idle) forget();
      if (told.mark !== undefined && told.mark !== body.dataset.mark) {
        // What was fetched as the page opened is shown at once; later, not under the hands of somebody.
        if (first && !touched && !active) { leaving = true; location.reload(); return; }
        changed.className = 'changed';
        changed.firstElementChild.hidden = false;
      }
      if (status && told.text !== undefined && status.textContent !== told.text) status.textContent = told.text;
    } catch (error) {
      // Once may be a machine that slept.
      if (error instanceof TypeError && ++failed > 1) { over(); return; }
    }
    setTimeout(follow, look === 'offer' || look === 'connect' ? EVERY : QUIET);
  };
  // Secrets that were typed, and then nothing for long.
  const forget = () => {
    for (const field of document.querySelectorAll('input[type=password], input[name^=code], input[name=pin]')) {
      if (!field.value) continue;
      field.value = '';
      field.dispatchEvent(new Event('input', { bubbles: true }));
    }
  };
  const over = () => {
    if (ended || leaving) return;
    ended = true;
    clear();
    const said = document.createElement('p');
    said.className = 'trouble';
    said.setAttribute('role', 'alert');
    said.textContent = body.dataset.ended;
    document.querySelector('main').replaceChildren(said);
  };
  if (look !== 'end') setTimeout(follow, look === 'home' ? 200 : EVERY);

  // What is typed.
  const said = (input) => document.getElementById(input.id + '-said');
  const tell = (input, told) => {
    const place = said(input);
    if (place) {
      place.textContent = told.text || '';
      place.classList.toggle('bad', told.ok === false);
      if (told.detail) {
        const detail = document.createElement('span');
        detail.lang = 'en';
        detail.textContent = told.detail;
        place.append(' ', detail);
      }
    }
    if (told.ok === false) input.setAttribute('aria-invalid', 'true');
    else input.removeAttribute('aria-invalid');
  };
  for (const input of document.querySelectorAll('input[data-check]')) {
    let waiting, asked = 0;
    input.addEventListener('input', () => {
      clearTimeout(waiting);
      waiting = setTimeout(async () => {
        const mine = ++asked;
        const service = document.getElementById('service');
        const fields = { value: input.value, service: service ? service.value : '' };
        try {
          const told = await ask('/live/' + input.dataset.check, fields);
          if (mine === asked) tell(input, told);
        } catch { /* What is sent is checked again. */ }
      }, input.dataset.check === 'code' ? TYPED : SOUGHT);
    });
  }

  // Files.
  const fill = (input, value) => {
    input.value = value;
    input.dispatchEvent(new Event('input'));
  };
  for (const file of document.querySelectorAll('input[data-picture], input[data-pictures]')) {
    file.addEventListener('change', async () => {
      let told = {};
      for (const picture of file.files) {
        try { told = await send('/live/picture', picture, 'application/octet-stream'); } catch { told = { ok: false, text: picture.name }; }
        if (!told.values) { told.text = picture.name + ': ' + told.text; break; }
        const stem = file.dataset.pictures;
        if (!stem) { fill(document.getElementById(file.dataset.picture), told.values[0]); continue; }
        const inputs = [...document.querySelectorAll('input[name^="' + stem + '"]')];
        for (const value of told.values) {
          if (inputs.some((input) => input.value === value)) continue;
          // Nothing that was typed is written over.
          const free = inputs.find((input) => !input.value);
          if (!free) { told = { ok: false, text: picture.name + ': ' + file.dataset.full }; break; }
          if (free.closest('details')) free.closest('details').open = true;
          fill(free, value);
        }
        if (told.ok === false) break;
      }
      tell(file, told);
      file.value = '';
    });
  }
  for (const file of document.querySelectorAll('input[data-upload]')) {
    file.addEventListener('change', async () => {
      if (!file.files.length) return;
      try { tell(file, await send(file.dataset.upload, file.files[0], 'application/octet-stream')); } catch (error) { tell(file, { ok: false, text: error.message }); }
      file.value = '';
    });
  }

  // What is dropped is meant for the input near it; anywhere else the browser would open it in the place of the page.
  const beside = (event) => event.dataTransfer && event.dataTransfer.types.includes('Files') && !event.target.closest('input[type=file]');
  addEventListener('dragover', (event) => { if (beside(event)) event.preventDefault(); });
  addEventListener('drop', (event) => {
    if (!beside(event)) return;
    event.preventDefault();
    const all = document.querySelectorAll('input[type=file]');
    const near = event.target.closest('section');
    const input = all.length === 1 ? all[0] : near && near.querySelector('input[type=file]');
    if (!input) return;
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event('change'));
  });

  // Secrets.
  const timers = new Map();
  const hide = (button) => {
    clearTimeout(timers.get(button));
    timers.delete(button);
    const shown = button.closest('li').querySelector('output');
    shown.textContent = '';
    button.setAttribute('aria-expanded', 'false');
    button.textContent = button.dataset.show;
  };
  const clear = () => { for (const button of [...timers.keys()]) hide(button); };
  const reveal = (button) => {
    const { store, id } = button.closest('li').dataset;
    return ask('/live/reveal', { view, store, id });
  };
  for (const button of document.querySelectorAll('button[data-reveal]')) {
    button.dataset.show = button.textContent;
    button.setAttribute('aria-expanded', 'false');
    button.addEventListener('click', async () => {
      if (timers.has(button)) { hide(button); return; }
      try {
        const told = await reveal(button);
        if (told.next) return;
        button.closest('li').querySelector('output').textContent = [told.value, told.more].filter(Boolean).join('\n') || told.text;
        button.textContent = button.dataset.hide;
        button.setAttribute('aria-expanded', 'true');
        timers.set(button, setTimeout(() => hide(button), SHOWN));
      } catch { /* Following tells when the program has ended. */ }
    });
  }
  let emptying;
  const copy = async (text, button) => {
    const place = button.parentElement.querySelector('.said');
    await navigator.clipboard.writeText(text);
    if (place) place.textContent = body.dataset.copied;
    clearTimeout(emptying);
    emptying = setTimeout(empty, COPIED, place, text);
  };
  // Where the browser does not say what is in the clipboard, it is taken to be still what was put there.
  const holds = async (text) => {
    try {
      const { state } = await navigator.permissions.query({ name: 'clipboard-read' });
      return state !== 'granted' || await navigator.clipboard.readText() === text;
    } catch { return true; }
  };
  // Only while this page is in front can it take back what it has given: else it does so when it is next.
  const empty = async (place, text) => {
    if (!document.hasFocus()) { addEventListener('focus', () => empty(place, text), { once: true }); return; }
    try { if (await holds(text)) await navigator.clipboard.writeText(''); } catch { return; }
    if (place) place.textContent = '';
  };
  // What a person copies from this page is not taken back.
  addEventListener('copy', () => clearTimeout(emptying));
  for (const button of document.querySelectorAll('button[data-take]')) {
    button.addEventListener('click', async () => {
      try {
        const told = await reveal(button);
        if (told.value) await copy(told.value, button);
      } catch { /* The button to show it remains. */ }
    });
  }
  for (const button of document.querySelectorAll('button[data-copy]')) {
    button.addEventListener('click', () => {
      const groups = [...document.querySelectorAll('#' + button.dataset.copy + ' span')];
      copy(groups.map((group) => group.textContent).join('-'), button).catch(() => {});
    });
  }
  // Nothing stays behind in a page that is left, nor in one that the browser keeps to come back to.
  addEventListener('pagehide', () => { leaving = true; clear(); });
  // A page that is hidden shows no PIN, code or picture of one either; they come back when it still may show them.
  const away = new Map();
  let printing = false;
  addEventListener('beforeprint', () => { printing = true; });
  addEventListener('afterprint', () => { printing = false; });
  const back = async () => {
    try {
      const told = await ask('/live/look', { look: '', view });
      if (told.next || document.hidden) return;
      for (const [element, was] of away) {
        if (element instanceof HTMLInputElement) element.value = was; else element.replaceChildren(...was);
      }
      away.clear();
    } catch (error) {
      if (error instanceof TypeError) over();
    }
  };
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) { if (away.size) back(); return; }
    clear();
    if (printing) return;
    for (const element of document.querySelectorAll('.pin, .qr, p.code, input[data-check=code], input[name=pin]')) {
      if (away.has(element)) continue;
      if (element instanceof HTMLInputElement) { away.set(element, element.value); element.value = ''; }
      else { away.set(element, [...element.childNodes]); element.replaceChildren(); }
    }
  });
  addEventListener('pageshow', (event) => { if (event.persisted) location.reload(); });

  // Search.
  for (const input of document.querySelectorAll('input[data-filter]')) {
    const list = document.getElementById(input.dataset.filter);
    input.addEventListener('input', () => {
      const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      let found = 0;
      for (const item of list.children) {
        const fits = words.every((word) => item.dataset.find.includes(word));
        item.hidden = !fits;
        found += fits ? 1 : 0;
      }
      const place = said(input);
      place.textContent = found ? '' : place.dataset.none;
    });
  }

  for (const button of document.querySelectorAll('button[data-print]')) button.addEventListener('click', () => print());
  // A form is sent once.
  for (const each of document.forms) {
    each.addEventListener('submit', (event) => {
      if (each.dataset.sent) { event.preventDefault(); return; }
      // A sheet comes as a file, and the page stays.
      if (each.getAttribute('action') === root + '/codes/sheet') return;
      each.dataset.sent = '1';
      leaving = true;
      // Where no page comes of it, this one goes on.
      setTimeout(() => { leaving = false; delete each.dataset.sent; follow(); }, SENT);
    });
  }
  const first = document.querySelector('[data-focus]');
  if (first) first.focus();
})();
