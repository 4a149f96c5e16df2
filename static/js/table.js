// Moving through a table of staff by keys. They act only while the focus is inside the table.

const typing = "input:not([type=checkbox]), textarea, select, [contenteditable]";

for (const part of document.querySelectorAll("[data-keys]")) {
  const rows = [...part.querySelectorAll("tbody tr")];
  // a row that only leads to the rest of a long list has no head
  const link = (row) => row.querySelector("th a") ?? row.querySelector("a");

  function move(from, step) {
    const next = from < 0 ? 0 : Math.min(Math.max(from + step, 0), rows.length - 1);
    link(rows[next])?.focus();
  }

  part.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.target.closest(typing)) return;
    const at = rows.indexOf(event.target.closest("tbody tr"));
    const box = at < 0 ? null : rows[at].querySelector("input[type=checkbox]");
    // by the place on the keyboard: the same keys with Cyrillic letters on them
    if (event.code === "KeyJ" || event.key === "ArrowDown") move(at, 1);
    else if (event.code === "KeyK" || event.key === "ArrowUp") move(at, -1);
    else if (event.code === "KeyX" && box) box.click();
    else if (event.key === "/" || (event.code === "Slash" && !event.shiftKey)) document.querySelector(".filter-bar input, .filter-bar select")?.focus();
    else return;
    event.preventDefault();
  });
}

// a row chosen by a key leaves the focus where it is: how many are chosen is said instead
for (const status of document.querySelectorAll("[data-chosen]")) {
  const { form } = status.parentElement.querySelector("button");
  form.addEventListener("change", (event) => {
    if (event.target.name !== "chosen") return;
    status.textContent = status.dataset.chosen.replace("{number}", form.querySelectorAll("[name=chosen]:checked").length);
  });
}

for (const help of document.querySelectorAll("[data-keys-help]")) help.hidden = false;
