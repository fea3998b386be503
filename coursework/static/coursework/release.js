// A box in the table's head that ticks all of the page. Without this script each row's own box is there.
for (const form of document.querySelectorAll("form[data-ticks]")) {
  const place = form.querySelector("[data-tick-all]");
  const boxes = [...form.querySelectorAll('input[name="student"]')];
  const all = document.createElement("input");
  all.type = "checkbox";
  all.setAttribute("aria-label", "Tick all on this page");
  place.replaceChildren(all);
  const follow = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    all.checked = ticked === boxes.length;
    all.indeterminate = ticked > 0 && ticked < boxes.length;
  };
  all.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
  });
  form.addEventListener("change", (event) => {
    if (event.target !== all) follow();
  });
  follow();
}
