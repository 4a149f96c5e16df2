// Beside `<form data-preview="ADDRESS">`: what fits what is written so far, asked for when somebody stops typing.
// Without this script, the form's button "look" brings the page back with the same.

const PAUSE = 800;

function watch(form, panel) {
  const rest = Number(form.dataset.previewRest) * 1000;
  let timer = 0;
  let asked = -Infinity;
  let changed = false;
  let running = null;

  function written() {
    const data = new URLSearchParams();
    for (const field of form.querySelectorAll("textarea, input[type=text], select")) {
      if (/^(title|abstract|language|text_language)$/.test(field.name) || field.type === "textarea") data.append(field.name, field.value);
    }
    return data;
  }

  async function look() {
    clearTimeout(timer);
    if (document.visibilityState === "hidden") return;
    changed = false;
    asked = performance.now();
    running?.abort();
    running = new AbortController();
    const { signal } = running;
    panel.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(form.dataset.preview, {
        method: "POST",
        body: written(),
        headers: { "X-CSRFToken": form.elements.csrf_token.value },
        redirect: "error",
        signal,
      });
      if (!answer.ok) throw new Error(answer.statusText);
      const made = (await answer.json()).panel;
      // a live region that gets the same text again would be read again
      if (made !== panel.dataset.shown) {
        panel.innerHTML = made;
        panel.dataset.shown = made;
      }
    } catch {
      if (signal.aborted) return;
      panel.textContent = form.dataset.previewFailed;
      delete panel.dataset.shown;
    }
    panel.removeAttribute("aria-busy");
  }

  function soon() {
    clearTimeout(timer);
    timer = setTimeout(look, Math.max(PAUSE, asked + rest - performance.now()));
  }

  form.addEventListener("input", () => {
    changed = true;
    soon();
  });
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    running?.abort();
  });
  // at the click, not at sending: nothing is sent, and other scripts shall not think so
  form.querySelector("button[name=look]").addEventListener("click", (event) => {
    event.preventDefault();
    look();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") clearTimeout(timer);
    else if (changed) soon();
  });
}

const panel = document.getElementById("preview-panel");
for (const form of document.querySelectorAll("form[data-preview]")) if (panel) watch(form, panel);
