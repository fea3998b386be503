// Ticks all students of the page at once. Everything works without: each has a box, and "all that match" needs none.
const form = document.getElementById("class");
const all = document.getElementById("pick-all");

if (form && all) {
  const boxes = [...form.querySelectorAll('input[name="key"]')];
  const show = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    all.checked = ticked === boxes.length;
    all.indeterminate = ticked > 0 && ticked < boxes.length;
  };
  form.classList.add("can-pick");
  all.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
  });
  form.addEventListener("change", (event) => {
    if (event.target.name !== "key") return;
    form.querySelector('input[name="which"][value="picked"]').checked = true;
    show();
  });
  show();
}
