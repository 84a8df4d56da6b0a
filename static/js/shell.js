"use strict";

// The shell: menus, appearance, the palette, shortcuts.
(() => {
  const palette = document.getElementById("palette");
  const sheet = document.getElementById("keys");
  const menus = "details.menu, .bar details";
  const typing = (element) => element.closest("input, textarea, select, [contenteditable]");
  const singleKeys = document.body.dataset.shortcuts === "on";

  // Menus close when the person goes elsewhere
  function closeMenus(except) {
    for (const menu of document.querySelectorAll(menus)) {
      if (menu.open && !menu.contains(except)) menu.open = false;
    }
  }
  document.addEventListener("click", (event) => closeMenus(event.target));
  document.addEventListener("focusin", (event) => closeMenus(event.target));
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && event.target.closest(menus);
    if (menu && menu.open) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  // Appearance changes at once and is kept by the server
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-theme-switch] button");
    if (!button) return;
    event.preventDefault();
    document.documentElement.dataset.theme = button.value;
    for (const other of button.form.querySelectorAll("button")) other.setAttribute("aria-pressed", String(other === button));
    const body = new FormData(button.form, button);
    fetch(button.form.action, { method: "POST", body, headers: { "HX-Request": "true" } });
  });

  // Palette: a combobox over a list that the server makes
  const input = palette.querySelector("input");
  const list = palette.querySelector("[role=listbox]");
  const count = palette.querySelector("[data-count]");
  const options = () => [...list.querySelectorAll("[role=option]")];
  let asked = null;
  let timer = 0;

  function choose(option) {
    for (const other of options()) other.setAttribute("aria-selected", String(other === option));
    if (option) {
      input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else {
      input.removeAttribute("aria-activedescendant");
    }
  }

  async function ask() {
    if (asked) asked.abort();
    asked = new AbortController();
    try {
      const url = `${palette.dataset.url}?${new URLSearchParams({ q: input.value })}`;
      const answer = await fetch(url, { signal: asked.signal, headers: { "HX-Request": "true" } });
      if (!answer.ok) throw new Error(answer.statusText);
      list.innerHTML = await answer.text();
      choose(options()[0]);
      count.textContent = `${count.dataset.count} ${options().length}`;
    } catch (error) {
      if (error.name !== "AbortError") list.replaceChildren();
    }
  }

  function openPalette(text = "") {
    if (palette.open) return;
    input.value = text;
    palette.showModal();
    input.focus();
    ask();
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 80);
  });
  input.addEventListener("keydown", (event) => {
    const all = options();
    const at = all.findIndex((option) => option.getAttribute("aria-selected") === "true");
    const next = { ArrowDown: (at + 1) % all.length, ArrowUp: (at - 1 + all.length) % all.length }[event.key];
    if (next !== undefined && all.length) {
      event.preventDefault();
      choose(all[next]);
    }
    if (event.key === "Enter" && all[at] && !event.isComposing) {
      event.preventDefault();
      location.assign(all[at].dataset.href);
    }
  });
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) location.assign(option.dataset.href);
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-palette-open]") && event.detail) openPalette(event.target.value);
    if (event.target.closest("[data-shortcut-sheet]")) openSheet();
  });

  // Shortcuts: whatever carries data-shortcut; the sheet lists exactly these
  function shortcuts() {
    const found = new Map();
    for (const element of document.querySelectorAll("[data-shortcut]")) {
      if (element.checkVisibility() && !found.has(element.dataset.shortcut)) found.set(element.dataset.shortcut, element);
    }
    return found;
  }

  function openSheet() {
    const place = sheet.querySelector("dl");
    place.querySelectorAll("[data-found]").forEach((line) => line.remove());
    for (const [keys, element] of singleKeys ? shortcuts() : []) {
      const term = document.createElement("dt");
      for (const key of keys.split(" ")) term.append(Object.assign(document.createElement("kbd"), { textContent: key }), " ");
      const label = element.querySelector("span:not(.count, .vh)") || element;
      const what = Object.assign(document.createElement("dd"), { textContent: element.getAttribute("aria-label") || label.textContent.trim() });
      term.dataset.found = what.dataset.found = "";
      place.append(term, what);
    }
    closeMenus(null);
    sheet.showModal();
  }

  let before = "";
  let since = 0;
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      openPalette();
      return;
    }
    if (!singleKeys || event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || document.querySelector("dialog[open]")) return;
    const sequence = event.timeStamp - since < 1000 ? `${before} ${event.key}` : event.key;
    before = event.key;
    since = event.timeStamp;
    const element = shortcuts().get(sequence) || shortcuts().get(event.key);
    if (event.key !== "/" && event.key !== "?" && !element) return;
    event.preventDefault();
    if (event.key === "/") openPalette();
    else if (event.key === "?") openSheet();
    else element.click();
  });
})();
