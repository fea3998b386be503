// Single keys. A key acts on what carries its name: data-key="j" on a link, a button, a field or a list that opens. For
// keys that nothing carries, a "single-key" event goes out. They act only while no field has focus, and can be switched
// off in this browser (WCAG 2.1.4); Ctrl+Enter acts from anywhere. Who sees the next student may press a key at once, and
// none is lost: so this is no module but a plain script in the head, which every browser runs before it draws anything.
// (A module with blocking="render" would do, but Firefox 153 does not know that.) It begins before there is a body.

(() => {
"use strict";

const KEYS_OFF = "evidence-keys-off";
const page = document.documentElement;

// Storage may be refused; then the keys are on again with the next page.
function stored(read) {
  try {
    return read();
  } catch {
    return null;
  }
}

let keysOn = stored(() => localStorage.getItem(KEYS_OFF)) !== "1";

function show() {
  page.classList.toggle("keys-off", !keysOn);
}

page.classList.add("can-key");
show();

document.addEventListener("DOMContentLoaded", () => {
  const box = document.getElementById("keys-on");
  box.checked = keysOn;
  box.addEventListener("change", () => {
    keysOn = box.checked;
    show();
    stored(() => (keysOn ? localStorage.removeItem(KEYS_OFF) : localStorage.setItem(KEYS_OFF, "1")));
  });
});

// Does what the key stands for; false if it stands for nothing here. A choice that is made already is undone where
// data-off names what undoes it.
function act(key) {
  const target = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!target) return !document.dispatchEvent(new CustomEvent("single-key", { detail: key, cancelable: true }));
  if (target.matches("summary")) target.parentElement.open = true;
  if (target.matches("summary, textarea")) {
    target.focus();
    target.scrollIntoView({ block: "nearest" });
  } else {
    const off = target.checked && target.dataset.off;
    (off ? document.getElementById(off) : target).click();
  }
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.altKey || event.repeat) return;
  const key = event.key.toLowerCase();
  if (event.ctrlKey || event.metaKey) {
    if (key === "enter" && act("ctrl+enter")) event.preventDefault();
    return;
  }
  if (!keysOn || !/^[a-z1-9?]$/.test(key)) return;
  if (event.target.closest("input:not([type=checkbox], [type=radio]), textarea, select")) return;
  if (act(key)) event.preventDefault();
});
})();
