"use strict";

// Forms: one sending a click, dialogs, passkeys, dropped files, rescued text, messages.
(() => {
  const words = document.body.dataset;
  const dialog = document.getElementById("dialog");

  function say({ text, tone = "info", undo_url: undoUrl, undo_label: undoLabel }) {
    const place = document.querySelector("dialog[open]") || document.getElementById("toasts");
    if (!place) return;
    const note = document.createElement("div");
    note.className = "message";
    note.dataset.tone = tone;
    note.setAttribute("role", "alert");
    note.append(Object.assign(document.createElement("p"), { textContent: text }));
    const button = Object.assign(document.createElement("button"), { type: "button" });
    button.textContent = undoUrl ? undoLabel : words.close;
    button.addEventListener("click", () => {
      if (undoUrl) window.htmx.ajax("POST", undoUrl, { source: document.body, swap: "none" });
      note.remove();
    });
    note.append(button);
    place.prepend(note);
    if (tone !== "late") setTimeout(() => note.remove(), 10000);
  }
  window.say = say;
  document.body.addEventListener("say", (event) => say(event.detail));

  // One click, one sending
  const waiting = new WeakMap();

  function hold(form, button) {
    form.dataset.sent = "yes";
    if (!button) return;
    waiting.set(form, { button, children: [...button.childNodes] });
    setTimeout(() => {
      button.setAttribute("aria-busy", "true");
      button.setAttribute("aria-disabled", "true");
      button.textContent = words.saving;
    });
  }

  function release(form) {
    delete form.dataset.sent;
    const held = waiting.get(form);
    if (!held) return;
    waiting.delete(form);
    setTimeout(() => {
      held.button.removeAttribute("aria-busy");
      held.button.removeAttribute("aria-disabled");
      held.button.replaceChildren(...held.children);
    });
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    if ("forget" in form.dataset) sessionStorage.clear();
    const offline = !navigator.onLine && !form.dataset.reached;
    if (offline || form.dataset.sent) {
      event.preventDefault();
      event.stopImmediatePropagation();
      if (offline) whenReached(form, event.submitter);
      return;
    }
    delete form.dataset.reached;
    if ("again" in form.dataset) return;
    if (isKept(form)) keep(form, true);
    hold(form, event.submitter);
  }, true);
  window.addEventListener("pageshow", (event) => {
    for (const form of document.querySelectorAll("form[data-sent]")) {
      release(form);
      if (event.persisted && isKept(form)) keep(form, false);
    }
  });

  // A browser that calls itself offline may still reach a server on the same machine: that is asked first
  async function whenReached(form, button) {
    try {
      await fetch("/healthz", { method: "HEAD", cache: "no-store" });
      form.dataset.reached = "yes";
      form.requestSubmit(button);
    } catch {
      if (isKept(form)) keep(form, false);
      sayOffline(form, button);
    }
  }

  function sayOffline(form, button) {
    const place = button || form.lastElementChild;
    const note = form.querySelector(".unsent") || Object.assign(document.createElement("p"), { className: "unsent" });
    note.setAttribute("role", "alert");
    note.textContent = words.away;
    (place.closest(".actions") || place).after(note);
    place.setAttribute("aria-disabled", "true");
    window.addEventListener("online", () => {
      place.removeAttribute("aria-disabled");
      note.textContent = words.back;
    }, { once: true });
  }

  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.target.closest("form");
    if (form) release(form);
  });

  // A whole page where a part was asked for: a refusal is said in its own words, a sign-in page is gone to
  const wholePage = (xhr) => /<html[\s>]/i.test(xhr.responseText);

  function refusal(xhr) {
    const page = new DOMParser().parseFromString(xhr.responseText, "text/html");
    const words = page.querySelector("[data-refusal]");
    return words && words.textContent.trim();
  }

  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, target } = event.detail;
    if (!wholePage(xhr)) return;
    event.detail.shouldSwap = false;
    if (xhr.status === 409) say({ text: refusal(xhr) || words.offline, tone: "late" });
    if (xhr.status < 400) location.assign(target === dialog ? dialog.dataset.page : location.href);
  });
  document.addEventListener("htmx:responseError", (event) => {
    say({ text: refusal(event.detail.xhr) || words.offline, tone: "late" });
  });
  for (const failure of ["htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(failure, () => say({ text: words.offline, tone: "late" }));
  }

  // A link with data-dialog opens its page as a dialog; without a script it is a page
  document.addEventListener("click", (event) => {
    const closer = event.target.closest("[data-close-dialog]");
    const open = closer && closer.closest("dialog");
    if (open) {
      event.preventDefault();
      open.close();
      return;
    }
    const link = event.target.closest("a[data-dialog]");
    if (!link || !dialog || !window.htmx || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    dialog.dataset.page = link.href;
    window.htmx.ajax("GET", link.href, { target: dialog, source: link });
  });
  if (dialog) {
    dialog.addEventListener("htmx:afterSwap", () => {
      if (!dialog.open) dialog.showModal();
      const first = dialog.querySelector("[data-focus], [autofocus], input:not([type=hidden]), textarea, select");
      if (first) first.focus();
    });
    dialog.addEventListener("close", () => dialog.replaceChildren());
  }
  document.addEventListener("click", (event) => {
    if (event.target instanceof HTMLDialogElement && event.target.open) {
      const box = event.target.getBoundingClientRect();
      const inside = event.clientY >= box.top && event.clientY <= box.bottom && event.clientX >= box.left && event.clientX <= box.right;
      if (!inside && event.detail) event.target.close();
    }
  });

  // Signing with a passkey: options from the address, the answer into the form's field "credential"
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-passkey]");
    if (!button) return;
    const form = button.form;
    try {
      const body = new URLSearchParams({ csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken.value });
      const answer = await fetch(button.dataset.passkey, { method: "POST", body, headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(answer.statusText);
      const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(await answer.json());
      const credential = await navigator.credentials.get({ publicKey });
      form.elements.credential.value = JSON.stringify(credential.toJSON());
      form.noValidate = true;
      form.requestSubmit();
    } catch {
      say({ text: words.noPasskey, tone: "late" });
    }
  });

  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    say({ text: words.noPasskey, tone: "late" });
  });
  if (!window.isSecureContext || /^[\d.]+$|:/.test(location.hostname)) {
    for (const part of document.querySelectorAll("[data-secure]")) part.hidden = true;
    for (const reason of document.querySelectorAll("[data-insecure]")) reason.hidden = false;
  }

  // Files dropped on a field
  for (const name of ["dragover", "dragleave", "drop"]) {
    document.addEventListener(name, (event) => {
      const area = event.target.closest && event.target.closest("[data-drop]");
      if (!area) return;
      if (name !== "dragleave") event.preventDefault();
      area.classList.toggle("over", name === "dragover");
      if (name === "drop") {
        const input = area.querySelector("input[type=file]");
        input.files = event.dataTransfer.files;
        input.dispatchEvent(new Event("change", { bubbles: true }));
      }
    });
  }

  // Text that was typed and not saved comes back: in forms that name themselves, and in every plain one, by its address.
  // It is kept for one person, in this window; no password, code or file is.
  const person = words.person || "";
  const typed = "textarea, input:not([type]), input[type=text], input[type=email], input[type=url], input[type=number], input[type=date]";
  const secret = /pass|code|token|secret|credential/i;
  const texts = (form) => [...form.elements].filter((field) => field.name && field.matches(typed) && !secret.test(field.name + field.autocomplete));
  const address = (form) => new URL(form.getAttribute("action") || "", location.href).pathname;
  const isKept = (form) => Boolean(form.dataset.rescue || (person && !("again" in form.dataset) && texts(form).length));

  function storageKey(form) {
    const alike = [...document.forms].filter((each) => address(each) === address(form));
    return `rescue:${person}:${form.dataset.rescue || `${location.pathname} ${address(form)} ${alike.indexOf(form)}`}`;
  }

  function keep(form, sent) {
    const values = Object.fromEntries(texts(form).map((field) => [field.name, field.value]));
    sessionStorage.setItem(storageKey(form), JSON.stringify({ sent, values, page: location.pathname, named: Boolean(form.dataset.rescue) }));
  }

  function bringBack(form) {
    const stored = JSON.parse(sessionStorage.getItem(storageKey(form)) || "null");
    const before = new Map(texts(form).map((field) => [field, field.value]));
    const changed = stored ? texts(form).filter((field) => field.name in stored.values && stored.values[field.name] !== field.value) : [];
    if (!changed.length) {
      sessionStorage.removeItem(storageKey(form));
      return false;
    }
    for (const field of changed) field.value = stored.values[field.name];
    const note = document.createElement("div");
    note.className = "banner";
    note.dataset.tone = "info";
    note.setAttribute("role", "status");
    const discard = Object.assign(document.createElement("button"), { type: "button", className: "button", textContent: words.discard });
    discard.addEventListener("click", () => {
      for (const field of changed) field.value = before.get(field);
      sessionStorage.removeItem(storageKey(form));
      form.dispatchEvent(new Event("autosaved"));
      note.remove();
    });
    note.append(Object.assign(document.createElement("p"), { textContent: words.rescued }), discard);
    form.prepend(note);
    return true;
  }

  // What was sent is done with when the page that answers comes from the page of the form; a page of errors or the
  // sign-in says that it did not arrive. What somebody else typed here is thrown away
  function tidy(here) {
    const from = document.referrer && new URL(document.referrer).pathname;
    for (const key of Object.keys(sessionStorage).filter((each) => each.startsWith("rescue:"))) {
      const stored = JSON.parse(sessionStorage[key]);
      const arrived = stored.named ? !here.has(key) : stored.page === from;
      if (document.body.classList.contains("plain")) sessionStorage[key] = JSON.stringify({ ...stored, sent: false });
      else if (!key.startsWith(`rescue:${person}:`) || (stored.sent && arrived)) sessionStorage.removeItem(key);
    }
  }

  const rescued = [...document.querySelectorAll("form[method=post]")].filter(isKept);
  tidy(new Set(rescued.map(storageKey)));
  for (const form of rescued) {
    let timer = 0;
    let dirty = bringBack(form) || "unsaved" in form.dataset;
    form.addEventListener("input", () => {
      dirty = true;
      clearTimeout(timer);
      // What is on its way is not unsent again by the timer of the last stroke.
      timer = setTimeout(() => { if (!form.dataset.sent) keep(form, false); }, 300);
    });
    form.addEventListener("autosaved", () => { dirty = false; });
    window.addEventListener("beforeunload", (event) => {
      if (dirty && form.dataset.rescue && !form.dataset.sent) event.preventDefault();
    });
  }

  const summary = document.querySelector("[data-focus]");
  if (summary) summary.focus();
})();
