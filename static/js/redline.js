"use strict";

// Redlines: both sides scroll together; buttons step from change to change.
(() => {
  for (const sides of document.querySelectorAll("[data-sync-scroll]")) {
    const panes = [...sides.children].filter((pane) => !pane.matches(".name"));
    let leader = null;
    for (const pane of panes) {
      pane.addEventListener("pointerenter", () => { leader = pane; });
      pane.addEventListener("focusin", () => { leader = pane; });
      pane.addEventListener("scroll", () => {
        if (leader && leader !== pane) return;
        const share = pane.scrollTop / Math.max(1, pane.scrollHeight - pane.clientHeight);
        for (const other of panes) {
          if (other !== pane) other.scrollTop = share * (other.scrollHeight - other.clientHeight);
        }
      }, { passive: true });
    }
  }

  let at = -1;
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-change-step]");
    if (!button) return;
    const changes = [...document.querySelectorAll(".redline :is(ins, del, .changed)")].filter((change) => change.checkVisibility());
    if (!changes.length) return;
    at = (at + Number(button.dataset.changeStep) + changes.length) % changes.length;
    changes[at].tabIndex = -1;
    changes[at].scrollIntoView({ block: "center" });
    changes[at].focus({ preventScroll: true });
  });
})();
