// Single keys. A key acts on what carries its name: data-key="j" on a link, a button, a field or a list that opens. For
// keys that nothing carries, a "single-key" event goes out. They act only while no field has focus, and can be switched
// off in this browser (WCAG 2.1.4); Ctrl+Enter acts from anywhere.

const KEYS_OFF = "evidence-keys-off";
const page = document.documentElement;
const keysOn = document.getElementById("keys-on");

page.classList.add("can-key");

// Storage may be refused; then the keys are on again with the next page.
function stored(read) {
  try {
    return read();
  } catch {
    return null;
  }
}

function useKeys(on) {
  keysOn.checked = on;
  page.classList.toggle("keys-off", !on);
}

useKeys(stored(() => localStorage.getItem(KEYS_OFF)) !== "1");
keysOn.addEventListener("change", () => {
  useKeys(keysOn.checked);
  stored(() => (keysOn.checked ? localStorage.removeItem(KEYS_OFF) : localStorage.setItem(KEYS_OFF, "1")));
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
  if (!keysOn.checked || !/^[a-z1-9?]$/.test(key)) return;
  if (event.target.closest("input:not([type=checkbox], [type=radio]), textarea, select")) return;
  if (act(key)) event.preventDefault();
});
