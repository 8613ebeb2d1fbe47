// For those who edit: no form is sent into the void, and hints for a text follow what is typed.
"use strict";

(() => {
  const { src, dataset } = document.currentScript;
  const PATIENCE = 8000; // milliseconds

  const reached = new WeakSet();

  async function isReached() {
    if (!navigator.onLine) {
      return false;
    }
    try {
      await fetch(src, { method: "HEAD", cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
      return true;
    } catch {
      return false;
    }
  }

  function tell(form) {
    let note = form.querySelector("[data-connection]");
    if (!note) {
      note = document.createElement("p");
      note.className = "help-block help-critical";
      note.setAttribute("role", "alert");
      note.dataset.connection = "";
      form.append(note);
    }
    // Said anew, so that it is heard again.
    note.textContent = "";
    setTimeout(() => { note.textContent = dataset.noConnection; });
    note.scrollIntoView({ block: "nearest" });
  }

  // A form is sent only when the portal can be reached: the browser would put its own error page in place of what was
  // typed. After all others that listen: some of them send the form in their own way, and prevent this one.
  window.addEventListener("submit", async (event) => {
    const form = event.target;
    const button = event.submitter;
    if (event.defaultPrevented || form.method !== "post" || form.target === "_blank") {
      return;
    }
    if (reached.delete(form)) {
      return;
    }
    event.preventDefault();
    const goesOn = await isReached();
    if (button) {
      // Wagtail shows that it is busy, once this is over; a button that is disabled would not say which one it is.
      await new Promise((resolve) => { setTimeout(resolve); });
      button.setAttribute("data-w-progress-loading-value", "false");
      await new Promise((resolve) => { setTimeout(resolve); });
      button.disabled = false;
    }
    if (!goesOn) {
      tell(form);
      return;
    }
    reached.add(form);
    form.requestSubmit(button);
  });

  // What is said about a text is asked for anew whenever its draft has saved itself.
  document.addEventListener("w-autosave:success", async () => {
    const panel = document.querySelector("[data-writing]");
    if (!panel) {
      return;
    }
    try {
      const answer = await fetch(panel.dataset.writing, { headers: { "X-Requested-With": "XMLHttpRequest" } });
      if (answer.ok && !answer.redirected) {
        panel.outerHTML = await answer.text();
      }
    } catch {
      // The older hints stay.
    }
  });
})();
