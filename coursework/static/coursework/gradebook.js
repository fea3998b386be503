// The gradebook by keyboard: one stop for Tab, arrow keys from cell to cell. Without this file, Tab goes through all links.

const MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

const rowsOf = (grid) => [...grid.tBodies[0].rows].map((row) => [...row.querySelectorAll("a")]);

function target(rows, row, column, event) {
  if (event.key in MOVES) {
    const [down, right] = MOVES[event.key];
    return rows[row + down]?.[column + right];
  }
  if (event.key === "Home") return (event.ctrlKey ? rows[0] : rows[row])[0];
  if (event.key === "End") return (event.ctrlKey ? rows.at(-1) : rows[row]).at(-1);
  return undefined;
}

function move(event) {
  const grid = event.target.closest?.("table[data-grid]");
  const link = event.target.closest?.("tbody a");
  if (!grid || !link || event.altKey || event.metaKey || (event.ctrlKey && event.key in MOVES)) return;
  const rows = rowsOf(grid);
  const row = rows.findIndex((links) => links.includes(link));
  const next = target(rows, row, rows[row].indexOf(link), event);
  if (!next) return;
  event.preventDefault();
  next.focus({ preventScroll: true }); // which would put it into the middle, and the heads out of sight
  next.scrollIntoView({ block: "nearest", inline: "nearest" });
}

// The cell that was last in focus is where Tab comes back to.
function remember(event) {
  const grid = event.target.closest?.("table[data-grid]");
  const link = event.target.closest?.("tbody a");
  if (!grid || !link) return;
  grid.querySelectorAll('tbody a[tabindex="0"]').forEach((other) => { other.tabIndex = -1; });
  link.tabIndex = 0;
}

function prepare() {
  for (const grid of document.querySelectorAll("table[data-grid]:not([data-ready])")) {
    const links = grid.querySelectorAll("tbody a");
    links.forEach((link, index) => { link.tabIndex = index ? -1 : 0; });
    grid.dataset.ready = "";
  }
}

document.addEventListener("keydown", move);
document.addEventListener("focusin", remember);
document.addEventListener("htmx:afterSettle", prepare);
prepare();
