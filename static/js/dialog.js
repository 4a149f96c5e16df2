// Opens a dialog as a modal. Without this file the link's target unfolds in the page, and everything in it works.
for (const link of document.querySelectorAll("a[data-dialog]")) {
  const dialog = document.getElementById(decodeURIComponent(link.hash.slice(1)));
  link.addEventListener("click", (event) => {
    event.preventDefault();
    dialog.showModal();
  });
  dialog.querySelector("a[data-close]").addEventListener("click", (event) => {
    event.preventDefault();
    dialog.close();
  });
}
