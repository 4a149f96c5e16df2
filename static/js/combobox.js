// Type-ahead: `<select data-combobox>` becomes a combobox (ARIA 1.2), a fieldset of many boxes marked
// `data-filter-list` gets a field that narrows it. Without this script both work as the browser made them.
// The select stays in the form, hidden, and is what is sent.

const words = document.querySelector("script[data-results]").dataset;
const MOST = 60;

// without accents and in one case, so that "sarbatoare" finds "Sărbătoare" and "ё" is "е"
const plain = (text) => text.normalize("NFD").replace(/\p{Mn}/gu, "").toLowerCase().trim();

// 0: the name begins so; 1: a word in it does; 2: it stands within a word; -1: not at all
function place(name, wanted) {
  const at = name.indexOf(wanted);
  if (at <= 0) return at;
  return name.split(/[\s(,\-–/]+/).some((word) => word.startsWith(wanted)) ? 1 : 2;
}

const count = (number) => (number ? words.results.replace("{number}", number) : words.none);

function combobox(select) {
  const options = [...select.options]
    .filter((option) => option.value)
    .map((option) => ({
      option,
      name: option.text,
      group: option.parentElement.label ?? "",
      search: plain(`${option.text} ${option.parentElement.label ?? ""}`),
      plain: plain(option.text),
    }));
  const list = document.createElement("ul");
  const input = document.createElement("input");
  const opener = document.createElement("button");
  const status = document.createElement("span");
  const box = document.createElement("div");
  const label = document.querySelector(`label[for="${select.id}"]`);
  label.id ||= `${select.id}-label`;
  let found = [];
  let active = -1;

  box.className = "combobox";
  list.id = `${select.id}-list`;
  list.className = "combobox-list";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-labelledby", label.id);
  status.className = "visually-hidden";
  status.setAttribute("role", "status");
  opener.type = "button";
  opener.className = "combobox-opener";
  opener.tabIndex = -1;
  opener.setAttribute("aria-label", words.open);
  opener.setAttribute("aria-controls", list.id);
  opener.setAttribute("aria-expanded", "false");
  input.type = "text";
  input.className = "form-control";
  input.autocomplete = "off";
  for (const [name, value] of Object.entries({
    role: "combobox",
    "aria-autocomplete": "list",
    "aria-expanded": "false",
    "aria-controls": list.id,
  })) input.setAttribute(name, value);
  for (const name of ["aria-describedby", "aria-invalid", "autofocus"]) {
    if (select.hasAttribute(name)) input.setAttribute(name, select.getAttribute(name));
  }

  // the field keeps its id, so that the label and the error summary lead to it; the select keeps its name
  input.id = select.id;
  select.removeAttribute("id");
  select.hidden = true;
  input.required = select.required;
  select.required = false;
  select.before(box);
  box.append(input, opener, list, status, select);

  const chosen = () => (select.value ? select.selectedOptions[0].text : "");
  input.value = chosen();

  function close() {
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    opener.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function show(wanted) {
    const ranked = options
      .map((one) => ({ one, rank: wanted ? place(one.plain, wanted) : 0 }))
      .map(({ one, rank }) => ({ one, rank: rank < 0 && one.search.includes(wanted) ? 3 : rank }))
      .filter(({ rank }) => rank >= 0);
    if (wanted) ranked.sort((a, b) => a.rank - b.rank);
    found = ranked.map(({ one }) => one);
    list.replaceChildren(
      ...found.slice(0, wanted ? MOST : undefined).map((one, number) => {
        const item = document.createElement("li");
        item.id = `${list.id}-${number}`;
        item.setAttribute("role", "option");
        item.setAttribute("aria-selected", String(one.option.selected));
        item.textContent = one.name;
        if (one.group) {
          const group = document.createElement("span");
          group.className = "combobox-group";
          group.textContent = one.group;
          item.append(" ", group);
        }
        item.addEventListener("mousedown", (event) => event.preventDefault());
        item.addEventListener("click", () => choose(one));
        return item;
      }),
    );
    list.hidden = found.length === 0;
    input.setAttribute("aria-expanded", String(!list.hidden));
    opener.setAttribute("aria-expanded", String(!list.hidden));
    status.textContent = count(found.length);
    mark(wanted && found.length ? 0 : found.findIndex((one) => one.option.selected));
  }

  function mark(number) {
    list.children[active]?.classList.remove("active");
    active = number;
    const item = list.children[active];
    if (!item) {
      input.removeAttribute("aria-activedescendant");
      return;
    }
    item.classList.add("active");
    input.setAttribute("aria-activedescendant", item.id);
    item.scrollIntoView({ block: "nearest" });
  }

  function set(value) {
    if (select.value !== value) {
      select.value = value;
      select.dispatchEvent(new Event("input", { bubbles: true }));
      select.dispatchEvent(new Event("change", { bubbles: true }));
    }
    input.value = chosen();
  }

  function choose(one) {
    set(one.option.value);
    close();
    input.focus();
  }

  // text that is a choice's name counts as the choice; an emptied field as none; other text is taken back
  function settle() {
    const wanted = plain(input.value);
    const exact = options.find((one) => one.plain === wanted);
    set(wanted === "" ? "" : exact ? exact.option.value : select.value);
    close();
  }

  input.addEventListener("input", (event) => {
    event.stopPropagation();
    show(plain(input.value));
  });
  input.addEventListener("click", () => { if (list.hidden) show(""); });
  input.addEventListener("focus", () => input.select());
  input.addEventListener("blur", settle);
  input.addEventListener("keydown", (event) => {
    const last = list.children.length - 1;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) show("");
      else if (event.key === "ArrowDown") mark(active < last ? active + 1 : 0);
      else mark(active > 0 ? active - 1 : last);
    } else if (event.key === "Enter" && (!list.hidden || input.value !== chosen())) {
      // the form is sent by Enter only where what the field shows is what would be sent
      event.preventDefault();
      if (!list.hidden && found[active]) choose(found[active]);
      else settle();
    } else if (event.key === "Escape" && (!list.hidden || input.value !== chosen())) {
      event.preventDefault();
      input.value = chosen();
      close();
    }
  });
  opener.addEventListener("mousedown", (event) => event.preventDefault());
  opener.addEventListener("click", () => {
    input.focus();
    if (list.hidden) show("");
    else close();
  });
  select.form?.addEventListener("submit", settle);
  // chosen by another script, or put back by the browser when somebody returns to the page
  const follow = () => { input.value = chosen(); };
  select.addEventListener("change", follow);
  window.addEventListener("pageshow", follow);
}

function filterList(group) {
  const boxes = [...group.querySelectorAll(".form-check")];
  const field = document.createElement("div");
  const label = document.createElement("label");
  const input = document.createElement("input");
  const status = document.createElement("span");
  field.className = "list-filter";
  input.type = "search";
  input.className = "form-control";
  input.id = `${group.id}-filter`;
  label.htmlFor = input.id;
  label.className = "form-text";
  label.textContent = words.filter;
  status.className = "form-text";
  status.setAttribute("role", "status");
  field.append(label, input, status);
  boxes[0].before(field);
  input.addEventListener("input", (event) => {
    event.stopPropagation();
    const wanted = plain(input.value);
    let number = 0;
    for (const box of boxes) {
      const fits = plain(box.textContent).includes(wanted);
      number += fits;
      // what is ticked stays in sight
      box.hidden = !fits && !box.querySelector("input").checked;
    }
    status.textContent = wanted ? count(number) : "";
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
}

for (const select of document.querySelectorAll("select[data-combobox]")) combobox(select);
for (const group of document.querySelectorAll("fieldset[data-filter-list]")) filterList(group);
