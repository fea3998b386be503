// Copy buttons: <button data-copy="id of the element whose text is copied">. CSS hides them until this script is there.

document.documentElement.classList.add("can-copy");

// Screen readers announce a status only if its element was there before the words
function place(button) {
  const there = button.parentElement.querySelector(".copied");
  if (there) return there;
  const made = document.createElement("span");
  made.className = "copied";
  made.setAttribute("role", "status");
  button.before(made);
  return made;
}

function say(button, words) {
  const status = place(button);
  setTimeout(() => { status.textContent = words; }, 50);
  setTimeout(() => { status.textContent = ""; }, 4000);
}

function mark(element) {
  const range = document.createRange();
  range.selectNodeContents(element);
  const selection = getSelection();
  selection.removeAllRanges();
  selection.addRange(range);
}

async function copy(button) {
  const source = document.getElementById(button.dataset.copy);
  try {
    await navigator.clipboard.writeText(source.textContent.trim());
    say(button, "Copied");
  } catch {
    // No clipboard over plain http or without permission: mark the text, so that the keyboard can copy it
    mark(source);
    say(button, "Marked, now press Ctrl C");
  }
}

// One listener for the whole page, so that fragments swapped in by htmx need no start of their own
document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-copy]");
  if (button) copy(button);
});
