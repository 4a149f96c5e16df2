// What the walk asks a page; put into every page before its own scripts.
window.walk = {
  name(e) {
    return e.tagName.toLowerCase() + (e.id ? "#" + e.id : "") + [...e.classList].map((c) => "." + c).join("");
  },

  // the innermost element that makes the page scroll sideways
  tooWide() {
    const room = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= room) return "";
    const keptIn = (e) =>
      e && (getComputedStyle(e).overflowX !== "visible" || keptIn(e.parentElement));
    const wide = [...document.body.querySelectorAll("*")].filter(
      (e) => e.getBoundingClientRect().right > room + 1 && !keptIn(e.parentElement),
    );
    return wide.length ? walk.name(wide.at(-1)) : "the page";
  },

  // where the keyboard is: whether one sees it there, and whether something lies over it
  stop() {
    const e = document.activeElement;
    if (!e || e === document.body) return null;
    const style = getComputedStyle(e);
    const box = e.getBoundingClientRect();
    const within = (at, most) => Math.min(Math.max(at, 0), most - 1);
    const over = document.elementFromPoint(
      within(box.left + box.width / 2, innerWidth),
      within(box.top + box.height / 2, innerHeight),
    );
    return {
      name: walk.name(e),
      skip: e.classList.contains("skip-link"),
      marked:
        (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none",
      covered: box.height > 0 && over !== null && !e.contains(over) && !over.contains(e),
    };
  },

  // open all that folds; how many there were
  unfold() {
    const folded = [...document.querySelectorAll("details:not([open])")];
    folded.forEach((e) => (e.open = true));
    return folded.length;
  },

  // dialogs that something on the page opens
  dialogs() {
    return [...document.querySelectorAll("dialog[id]")]
      .map((e) => e.id)
      .filter((id) => document.querySelector(`a[href="#${id}"], [commandfor="${id}"]`));
  },

  // forms that come back to the same page: what other forms send would be done
  ownForms() {
    return [...document.querySelectorAll("main form")]
      .map((form, at) => [form, at])
      .filter(
        ([form]) =>
          form.method === "post" &&
          new URL(form.action).pathname === location.pathname &&
          !form.closest("dialog, details") &&
          form.querySelector("input:not([type=hidden]), select, textarea"),
      )
      .map(([, at]) => at);
  },

  // empty what may be empty, put nonsense where a choice, a number or an address belongs, and send it
  spoil(at) {
    const form = document.querySelectorAll("main form")[at];
    form.noValidate = true;
    for (const e of form.elements) {
      if (["checkbox", "radio"].includes(e.type)) e.checked = false;
      else if (e.tagName === "SELECT") {
        e.add(new Option("?", "?"));
        e.value = "?";
      } else if (e.type === "number") e.value = "-7";
      else if (["email", "url"].includes(e.type)) e.value = "?";
      else if (["date", "month", "text", "password", "search", "tel", "textarea"].includes(e.type)) e.value = "";
    }
    form.requestSubmit([...form.querySelectorAll("button:not([type=button])")].at(-1));
  },

  // links of the error summary that do not bring the keyboard to their field
  deadErrorLinks() {
    return [...document.querySelectorAll(".error-summary a")]
      .filter((link) => {
        link.click();
        const field = document.getElementById(link.hash.slice(1));
        return !field?.contains(document.activeElement);
      })
      .map((link) => link.hash);
  },
};
