// Keeps <time data-countdown datetime="…" data-now="…"> true while the page is open. The server has written the words
// already (coursework/countdown.py, the same rule); data-now is its clock then, since the visitor's may be wrong.

const UNITS = [[86400, "day"], [3600, "h"], [60, "min"]];

const amount = (count, unit) => `${count} ${unit}${unit === "day" && count !== 1 ? "s" : ""}`;

export function distanceWords(seconds) {
  const whole = Math.floor(Math.abs(seconds));
  let words = `${whole} s`;
  const at = UNITS.findIndex(([size]) => whole >= size);
  if (at >= 0) {
    const [size, unit] = UNITS[at];
    words = amount(Math.floor(whole / size), unit);
    const next = UNITS[at + 1];
    const rest = next ? Math.floor((whole % size) / next[0]) : 0;
    if (rest) words += ` ${amount(rest, next[1])}`;
  }
  return seconds >= 0 ? `in ${words}` : `${words} ago`;
}

// How far the visitor's clock is behind the server's. Going back, the browser may show a page that it kept from
// earlier, written who knows when: then only the visitor's own clock is left.
const [navigation] = performance.getEntriesByType("navigation");
const isKept = navigation && navigation.type === "back_forward";
const behind = new WeakMap();

function update(element) {
  if (!behind.has(element)) behind.set(element, isKept ? 0 : Date.parse(element.dataset.now) - Date.now());
  const now = Date.now() + behind.get(element);
  const words = distanceWords((Date.parse(element.dateTime) - now) / 1000);
  if (element.textContent !== words) element.textContent = words;
}

function updateAll() {
  document.querySelectorAll("time[data-countdown]").forEach(update);
}

updateAll();
setInterval(updateAll, 1000);
