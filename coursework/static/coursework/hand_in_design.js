// The design on the hand-in page. htmx asks the server for the picture after each change (the attributes of #designer);
// this module adds what attributes can't say. Without it the same buttons send the whole form.

const designer = document.getElementById("designer");
const link = document.getElementById("id_link");
const claim = document.getElementById("id_claimed_epochs");
const typed = new Set(); // the fields that were typed into since values of a picture were asked for

// Every request carries all that was changed since the last picture: the fields as they stand, and for the buttons one
// hidden field per press, kept inside the part that the answer replaces. A newer request ends the older one.
function remember(edit) {
  const field = document.createElement("input");
  field.type = "hidden";
  field.name = "edit";
  field.value = edit;
  document.getElementById("design").append(field);
}

function press(event) {
  const button = event.target.closest("button[name=edit]");
  if (!button) return;
  event.preventDefault();
  if (button.value !== "apply") remember(button.value);
  htmx.trigger(designer, "edit");
}

// An answer that is under way must not replace what is being typed
function interrupt() {
  htmx.trigger(designer, "htmx:abort");
}

// What a refused form said at a field is over once the field was changed
function mended(name) {
  document.getElementById(`id_${name}_error`)?.remove();
  document.getElementById(`id_${name}`).removeAttribute("aria-invalid");
}

function show(design) {
  if (link.value.trim() !== design.dataset.link) link.value = design.dataset.link;
  mended("link");
  if (document.querySelector("#tick-claim.done")) mended("claimed_epochs");
  document.getElementById("design-said").textContent = design.dataset.said;
  document.dispatchEvent(new CustomEvent("hand-in:changed"));
}

// Without a session the answer is the sign-in page: that is no picture
function isPicture(xhr) {
  return new URL(xhr.responseURL).pathname === designer.getAttribute("hx-post");
}

// A picture's values were taken over into the draft: the form follows, edits that the draft holds by now are over
function follow(event) {
  document.querySelectorAll("#design > input[name=edit]").forEach((edit) => edit.remove());
  if (!typed.has(link)) link.value = event.detail.link;
  if (!typed.has(claim)) claim.value = event.detail.claimed_epochs;
  htmx.trigger(designer, "edit");
}

if (designer) {
  document.documentElement.classList.add("can-draw");
  document.getElementById("hand-in").addEventListener("click", press);
  designer.addEventListener("input", interrupt);
  link.addEventListener("input", interrupt);
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.requestConfig.elt !== designer) return;
    if (event.detail.xhr.status === 200 && isPicture(event.detail.xhr)) return;
    event.detail.shouldSwap = false;
    document.dispatchEvent(new CustomEvent("hand-in:changed"));
  });
  document.body.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.requestConfig.elt === designer) show(document.getElementById("design"));
  });
  document.body.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.elt.name === "take") typed.clear();
  });
  document.getElementById("hand-in").addEventListener("input", (event) => typed.add(event.target));
  document.body.addEventListener("hand-in:adopted", follow);
  document.addEventListener("hand-in:restored", () => htmx.trigger(designer, "edit"));
}
