"use strict";

// The editor: preview and saving while somebody writes, pictures, and a few marks for Markdown.
(() => {
  const words = document.body.dataset;

  // Only the text goes out by itself; what stands around it waits for the button
  function post(area, url) {
    const all = new FormData(area.form);
    const body = new FormData();
    for (const name of ["csrfmiddlewaretoken", "version", area.name]) body.append(name, all.get(name));
    return fetch(url, { method: "POST", body, headers: { "HX-Request": "true" } });
  }

  function withPreview(area) {
    const place = document.querySelector(area.dataset.previewTarget);
    let timer = 0;
    const show = async () => {
      const answer = await post(area, area.dataset.previewUrl).catch(() => null);
      if (answer && answer.ok) place.innerHTML = await answer.text();
    };
    area.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(show, 400);
    });
  }

  function withAutosave(area) {
    const place = document.querySelector(area.dataset.autosaveStatus);
    const time = new Intl.DateTimeFormat(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
    const banner = document.querySelector(area.dataset.autosaveRefused);
    let timer = 0;
    let writing = 0;
    let around = false;
    let refused = false;
    let going = null;
    const refuse = (why) => {
      refused = true;
      place.textContent = words.unsaved;
      banner.querySelector("strong").textContent = why;
      banner.hidden = false;
      banner.scrollIntoView({ block: "nearest" });
    };
    const send = async () => {
      const version = writing;
      const answer = await post(area, area.dataset.autosaveUrl).catch(() => null);
      if (answer && answer.ok && !answer.redirected) {
        const kept = answer.headers.get("X-Version");
        if (kept) area.form.elements.version.value = kept;
        place.textContent = `${words.saved} ${time.format(new Date())}`;
        if (version === writing && !around) area.form.dispatchEvent(new Event("autosaved"));
      } else if (answer && answer.status === 409) {
        refuse(await answer.text());
      } else {
        place.textContent = words.unsaved;
        timer = setTimeout(save, 10000);
      }
    };
    const save = () => {
      going = send().finally(() => { going = null; });
    };
    area.form.addEventListener("input", (event) => {
      if (event.target !== area) around = true;
    });
    area.addEventListener("input", () => {
      writing += 1;
      place.textContent = words.unsaved;
      clearTimeout(timer);
      if (!refused) timer = setTimeout(save, 2000);
    });
    // The button waits for a saving that is on its way, or both would meet and one be refused
    window.addEventListener("submit", (event) => {
      if (event.target !== area.form) return;
      clearTimeout(timer);
      if (!going) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      const { submitter } = event;
      const patience = new Promise((go) => { setTimeout(go, 5000); });
      Promise.race([going, patience]).then(() => {
        clearTimeout(timer);
        going = null;
        area.form.requestSubmit(submitter);
      });
    }, true);
  }

  // data-wrap="**" goes around what is marked; data-line="- " goes before each marked line
  function mark(area, { wrap, line }) {
    const { selectionStart: from, selectionEnd: to, value } = area;
    const text = value.slice(from, to);
    const start = line ? value.lastIndexOf("\n", from - 1) + 1 : from;
    const marked = line ? value.slice(start, to).replace(/^/gm, line) : `${wrap}${text}${wrap}`;
    area.setRangeText(marked, start, to, "end");
    if (wrap && !text) area.setSelectionRange(from + wrap.length, from + wrap.length);
    area.focus();
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function insert(area, text) {
    const { selectionStart: from, selectionEnd: to, value } = area;
    const before = from > 0 && value[from - 1] !== "\n" ? "\n\n" : "";
    area.setRangeText(`${before}${text}\n`, from, to, "end");
    area.focus();
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }

  // A picture that is pasted or dropped into the text waits in its form for words about what it shows
  function withPictures(area) {
    const form = () => document.querySelector(`${area.dataset.pictures} form[data-picture]`);
    const take = (event, files) => {
      const pictures = [...(files || [])].filter((file) => file.type.startsWith("image/"));
      if (!pictures.length || !form()) return;
      event.preventDefault();
      const holder = new DataTransfer();
      holder.items.add(pictures[0]);
      form().elements.picture.files = holder.files;
      form().elements.alt.focus();
    };
    area.addEventListener("paste", (event) => take(event, event.clipboardData && event.clipboardData.files));
    area.addEventListener("drop", (event) => take(event, event.dataTransfer && event.dataTransfer.files));
    document.addEventListener("submit", async (event) => {
      if (!event.target.matches("form[data-picture]")) return;
      event.preventDefault();
      const options = { method: "POST", body: new FormData(event.target), headers: { "HX-Request": "true" } };
      const answer = await fetch(event.target.action, options).catch(() => null);
      if (!answer || ![201, 422].includes(answer.status)) {
        window.say({ text: words.offline, tone: "late" });
        return;
      }
      const place = document.querySelector(area.dataset.pictures);
      place.outerHTML = await answer.text();
      const fresh = document.querySelector(`${area.dataset.pictures} [data-fresh]`);
      if (fresh) insert(area, fresh.dataset.mark);
    });
    document.addEventListener("click", (event) => {
      const button = event.target.closest("[data-insert]");
      if (button) insert(area, button.dataset.insert);
    });
  }

  document.querySelectorAll("textarea[data-pictures]").forEach(withPictures);
  document.querySelectorAll("textarea[data-preview-url]").forEach(withPreview);
  document.querySelectorAll("textarea[data-autosave-url]").forEach(withAutosave);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-wrap], [data-line]");
    if (button) mark(document.getElementById(button.dataset.for), button.dataset);
  });
})();
