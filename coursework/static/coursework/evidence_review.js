// Pictures as evidence: zoom of each, and a look at the place of one value. Without this script the frames, the link to
// the full picture and the links to each frame work as well.

const LEVELS = ["fit", "1", "2"];
const page = document.documentElement;
const looks = [...document.querySelectorAll(".look")];
let last = null; // the picture that was used last

page.classList.add("can-zoom");

function zoomOf(look) {
  return look.dataset.level ?? "fit";
}

// Zooms one picture; what was in the middle of its window stays there.
function zoom(look, level) {
  const view = look.querySelector(".view");
  const stage = look.querySelector(".stage");
  const middle = [
    (view.scrollLeft + view.clientWidth / 2) / stage.offsetWidth,
    (view.scrollTop + view.clientHeight / 2) / stage.offsetHeight,
  ];
  look.dataset.level = level;
  look.classList.toggle("zoomed", level !== "fit");
  const width = Number(look.querySelector("img").getAttribute("width"));
  stage.style.width = level === "fit" ? "" : `${width * Number(level)}px`;
  for (const button of look.querySelectorAll("[data-zoom]")) {
    button.setAttribute("aria-pressed", String(button.dataset.zoom === level));
  }
  view.scrollTo(
    middle[0] * stage.offsetWidth - view.clientWidth / 2,
    middle[1] * stage.offsetHeight - view.clientHeight / 2,
  );
}

// Brings one frame into the middle of its picture's window, large enough to read.
function focusOn(look, frame) {
  for (const other of document.querySelectorAll(".frames .now")) other.classList.remove("now");
  frame.classList.add("now");
  const view = look.querySelector(".view");
  const stage = look.querySelector(".stage");
  const natural = Number(look.querySelector("img").getAttribute("width"));
  if (zoomOf(look) === "fit" && stage.offsetWidth < natural * 0.9) zoom(look, "1");
  view.scrollIntoView({ block: "nearest" });
  const [at, window] = [frame.getBoundingClientRect(), view.getBoundingClientRect()];
  view.scrollBy(
    at.left + at.width / 2 - window.left - window.width / 2,
    at.top + at.height / 2 - window.top - window.height / 2,
  );
}

// The picture that keys act on: the one used last while it is in sight, else the one with most of itself in sight.
function current() {
  const inSight = (look) => {
    const box = look.getBoundingClientRect();
    return Math.min(box.bottom, innerHeight) - Math.max(box.top, 0);
  };
  if (last && inSight(last) > 0) return last;
  return looks.toSorted((one, other) => inSight(other) - inSight(one))[0];
}

for (const look of looks) {
  look.addEventListener("pointerdown", () => { last = look; });
  look.addEventListener("focusin", () => { last = look; });
  look.addEventListener("click", (event) => {
    const button = event.target.closest("[data-zoom]");
    if (button) zoom(look, button.dataset.zoom);
  });
}

// A number in a list or beside a check leads to its frame
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-frame]");
  const frame = link && document.getElementById(link.hash.slice(1));
  if (!frame) return;
  event.preventDefault();
  last = frame.closest(".look");
  last.querySelector(".marks-on").checked = true;
  focusOn(last, frame);
});

function toggleFrames() {
  const marks = current()?.querySelector(".marks-on");
  if (marks) marks.checked = !marks.checked;
}

function zoomOn() {
  const look = current();
  if (look) zoom(look, LEVELS[(LEVELS.indexOf(zoomOf(look)) + 1) % LEVELS.length]);
}

// Keys that nothing on the page stands for come from keys.js.
const ACTS = { z: zoomOn, h: toggleFrames };
document.addEventListener("single-key", (event) => {
  const act = ACTS[event.detail];
  if (!act) return;
  event.preventDefault();
  act();
});
