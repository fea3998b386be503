// Screenshots go to the server as soon as they are chosen, dropped or pasted; it answers with step 4 as it then is.
// Without this module the file field and the buttons send them with the form.

const form = document.getElementById("hand-in");
const step = () => document.getElementById("pictures");
let queue = Promise.resolve();

const token = () => form.querySelector("[name=csrfmiddlewaretoken]").value;

function say(words) {
  const drop = document.getElementById("drop");
  if (!drop) return;
  let status = drop.querySelector("[role=status]");
  if (!status) {
    status = document.createElement("span");
    status.setAttribute("role", "status");
    drop.append(status);
  }
  status.textContent = words;
}

async function post(url, body) {
  const response = await fetch(url, { method: "POST", body, headers: { "X-CSRFToken": token() }, redirect: "manual" });
  if (response.type === "opaqueredirect" || response.status === 403) throw new Error("signed out");
  if (![200, 422, 503].includes(response.status)) throw new Error(`status ${response.status}`);
  return response.text();
}

// What was read from the pictures that stay is kept as it stands; htmx asks for the new ones
function keepReadings(parsed) {
  for (const fresh of parsed.querySelectorAll("[data-reading]")) {
    const known = document.getElementById(fresh.id);
    if (known) fresh.replaceWith(known);
  }
}

function replace(html) {
  const parsed = new DOMParser().parseFromString(html, "text/html").getElementById("pictures");
  if (!parsed) throw new Error("no pictures in the answer");
  const hadFocus = step().contains(document.activeElement);
  keepReadings(document.adoptNode(parsed));
  step().replaceWith(parsed);
  htmx.process(parsed);
  if (hadFocus || document.activeElement === document.body) document.getElementById("id_screenshots").focus({ preventScroll: true });
}

async function change(url, body, words) {
  say(words);
  try {
    replace(await post(url, body));
  } catch (error) {
    if (error.message === "signed out") document.dispatchEvent(new CustomEvent("hand-in:changed"));
    say(error.message === "signed out" ? "Not added: you are signed out." : "Not changed: we could not be reached. Try again.");
  }
}

function add(files) {
  if (!files.length) return;
  const body = new FormData();
  for (const file of files) body.append("screenshots", file);
  const names = files.map((file) => file.name).join(", ");
  queue = queue.then(() => change(form.dataset.pictures, body, `Adding ${names}`));
}

function dropped(event) {
  if (!event.dataTransfer?.types.includes("Files")) return false;
  event.preventDefault(); // else the browser would leave the page and show the file
  return true;
}

// The button that took something over is gone with the answer: go on where it stood, and nowhere else
function keepPlace(event) {
  const asked = event.detail.requestConfig.elt;
  if (asked.name !== "take" || document.activeElement !== document.body) return;
  document.getElementById(event.detail.requestConfig.target.id)?.focus({ preventScroll: true });
}

// While something is taken over, the form may be saved and ask what agrees with it: htmx would drop the answer under
// way for the newer question, and with it what the form shall hold. That answer says what agrees, too.
function letTake(event) {
  if (event.target.classList.contains("read") && event.target.querySelector(".htmx-request")) event.preventDefault();
}

if (form) {
  document.body.addEventListener("htmx:confirm", letTake);
  document.body.addEventListener("htmx:afterSettle", keepPlace);
  form.addEventListener("change", (event) => {
    if (event.target.id !== "id_screenshots") return;
    add([...event.target.files]);
    event.target.value = "";
  });
  form.addEventListener("click", (event) => {
    const button = event.target.closest("button[name=remove_picture]");
    if (!button) return;
    event.preventDefault();
    queue = queue.then(() => change(button.dataset.url, new FormData(), "Removing"));
  });
  document.addEventListener("dragover", (event) => {
    document.getElementById("drop")?.classList.toggle("over", dropped(event));
  });
  document.addEventListener("dragleave", () => document.getElementById("drop")?.classList.remove("over"));
  document.addEventListener("drop", (event) => {
    document.getElementById("drop")?.classList.remove("over");
    if (dropped(event)) add([...event.dataTransfer.files]);
  });
  document.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!files.length) return;
    event.preventDefault();
    add(files);
  });
}
