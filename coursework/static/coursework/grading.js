// The grading page: saved comments are inserted where the cursor stands, Escape leaves a field so that single keys act
// again, and leaving the page with something typed asks first. Without this script the page's buttons do the same.

const form = document.getElementById("grade-form");
const comment = form.elements.comment;
let changed = false;

form.addEventListener("input", () => { changed = true; });
form.addEventListener("submit", () => { changed = false; });
addEventListener("beforeunload", (event) => {
  if (changed) event.preventDefault();
});

form.addEventListener("keydown", (event) => {
  if (event.key === "Escape") document.activeElement.blur();
});

form.querySelector("[data-insert]")?.addEventListener("click", (event) => {
  event.preventDefault();
  const { text } = form.elements.saved.selectedOptions[0].dataset;
  const before = comment.value.slice(0, comment.selectionStart);
  const space = before && !before.endsWith("\n") ? "\n\n" : "";
  comment.setRangeText(space + text, comment.selectionStart, comment.selectionEnd, "end");
  comment.dispatchEvent(new Event("input", { bubbles: true }));
  comment.focus();
});
