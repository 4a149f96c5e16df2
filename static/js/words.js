// Counts the words of long texts while they are written, beside the advice on their length.

const form = document.querySelector("form[data-words]");

for (const area of form?.querySelectorAll("textarea[data-words-least]") ?? []) {
  const note = document.createElement("p");
  note.className = "word-count";
  note.id = `${area.id}-words`;
  area.after(note);
  area.setAttribute("aria-describedby", `${area.getAttribute("aria-describedby") ?? ""} ${note.id}`.trim());

  function count() {
    const words = area.value.trim().split(/\s+/u).filter(Boolean).length;
    const { wordsLeast: least, wordsMost: most } = area.dataset;
    note.textContent = form.dataset.words
      .replace("{count}", words).replace("{least}", least).replace("{most}", most);
    note.classList.toggle("word-count-fits", words >= Number(least) && words <= Number(most));
  }

  area.addEventListener("input", count);
  count();
}
