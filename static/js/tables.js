"use strict";

// Tables: choosing rows, all of them, or a stretch with Shift.
(() => {
  const boxes = (form) => [...form.querySelectorAll('input[name="chosen"]')];
  let last = null;

  function count(form) {
    const all = boxes(form);
    const chosen = all.filter((box) => box.checked).length;
    for (const output of form.querySelectorAll("[data-chosen]")) output.value = chosen;
    const every = form.querySelector("[data-choose-all]");
    if (!every) return;
    every.checked = chosen > 0 && chosen === all.length;
    every.indeterminate = chosen > 0 && chosen < all.length;
  }

  document.addEventListener("click", (event) => {
    const box = event.target;
    if (!(box instanceof HTMLInputElement) || box.name !== "chosen") return;
    const all = boxes(box.form);
    if (event.shiftKey && last && all.includes(last)) {
      const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
      for (const between of all.slice(from, to + 1)) between.checked = box.checked;
    }
    last = box;
  });
  document.addEventListener("change", (event) => {
    const form = event.target.form;
    if (!form || !form.querySelector("[data-bulk]")) return;
    if (event.target.matches("[data-choose-all]")) {
      for (const box of boxes(form)) box.checked = event.target.checked;
    }
    count(form);
  });
  window.addEventListener("pageshow", () => {
    for (const bar of document.querySelectorAll("form [data-bulk]")) count(bar.closest("form"));
  });
})();
