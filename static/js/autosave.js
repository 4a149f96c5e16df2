// Keeps what is typed into `<form data-autosave="ADDRESS">` on the server while somebody types, so that a closed
// tab loses nothing. Without this script the form works as ever.

const PAUSE = 1500;

function keep(form) {
  const state = document.createElement("p");
  state.className = "autosave-state";
  state.setAttribute("role", "status");
  form.append(state);

  let timer = 0;
  let changed = false;
  let sent = false;
  let running = null;

  function typed() {
    const data = new URLSearchParams({ _base: form.dataset.autosaveBase });
    for (const [name, value] of new FormData(form)) {
      const field = form.elements[name];
      if (typeof value === "string" && name !== "csrf_token" && field?.type !== "password") data.append(name, value);
    }
    return data;
  }

  async function save(leaving = false) {
    clearTimeout(timer);
    if (!changed || sent) return;
    changed = false;
    running?.abort();
    running = new AbortController();
    const { signal } = running;
    try {
      const answer = await fetch(form.dataset.autosave, {
        method: "POST",
        body: typed(),
        headers: { "X-CSRFToken": form.elements.csrf_token.value },
        keepalive: leaving,
        redirect: "error",
        signal: leaving ? undefined : signal,
      });
      if (!answer.ok) throw new Error(answer.statusText);
      const time = new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
      state.textContent = form.dataset.autosaveSaved.replace("{time}", time);
    } catch {
      if (signal.aborted) return;
      changed = true;
      state.textContent = form.dataset.autosaveFailed;
    }
  }

  form.addEventListener("input", () => {
    changed = true;
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE);
  });
  form.addEventListener("submit", () => {
    sent = true;
    clearTimeout(timer);
    running?.abort();
  });
  // a page that comes back from the browser's memory after sending is typed into again
  window.addEventListener("pageshow", () => { sent = false; });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") save(true);
  });
  window.addEventListener("pagehide", () => save(true));
}

for (const form of document.querySelectorAll("form[data-autosave]")) keep(form);
