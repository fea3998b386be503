// What is typed is kept: by the server shortly after each change, and in this tab while the server can't be reached or
// the session is gone. What was kept in the tab comes back with the page.

const form = document.getElementById("hand-in");
const PAUSE = 1000; // milliseconds without a change before the draft is saved
const place = `hand-in ${location.pathname}`;
let timer = 0;
let unsaved = false;

const key = () => form.elements.idempotency_key.value;

function fields() {
  const left = ["csrfmiddlewaretoken", "edit", "confirm_late"];
  return [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !left.includes(name));
}

// A browser may refuse its storage, as in the frame of another site: the server's draft has to do then.
function inTab(use) {
  try {
    return use(sessionStorage);
  } catch {
    return null;
  }
}

const keepHere = () => inTab((tab) => tab.setItem(place, JSON.stringify({ key: key(), fields: fields() })));
const forget = () => inTab((tab) => tab.removeItem(place));

function say(words, address) {
  const status = document.getElementById("draft-status");
  status.textContent = words;
  if (!address) return;
  const way = document.createElement("a");
  way.href = address;
  way.textContent = "Sign in";
  status.append(" ", way, " and go on where you were.");
}

async function save() {
  let response;
  try {
    response = await fetch(form.dataset.draft, {
      method: "POST",
      body: new URLSearchParams(fields()),
      headers: { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value },
      redirect: "manual",
    });
  } catch {
    keepHere();
    say("Not saved: we can't be reached. What you typed is kept in this tab.");
    return;
  }
  if (response.type === "opaqueredirect" || response.status === 403) {
    keepHere();
    say("Not saved: you are signed out.", form.dataset.signIn);
  } else if (response.ok) {
    unsaved = false;
    forget();
    say(await response.text());
    document.dispatchEvent(new CustomEvent("hand-in:saved")); // what was read from the pictures is compared anew
  } else if (response.status === 409) {
    say(await response.text());
  } else {
    keepHere();
    say("Not saved: something failed on our side. What you typed is kept in this tab.");
  }
}

function changed() {
  unsaved = true;
  clearTimeout(timer);
  timer = setTimeout(save, PAUSE);
}

function kept() {
  const found = inTab((tab) => JSON.parse(tab.getItem(place)));
  return found?.key === key() ? found.fields : null; // another key: handed in since, or another person
}

function fill(values) {
  for (const element of form.elements) {
    if (!element.name || ["csrfmiddlewaretoken", "idempotency_key", "edit"].includes(element.name)) continue;
    const own = values.filter(([name]) => name === element.name).map(([, value]) => value);
    if (element.type === "checkbox") element.checked = own.includes(element.value);
    else if (element.type !== "file" && element.type !== "submit" && own.length) element.value = own[0];
  }
}

function restore() {
  const values = form.hasAttribute("data-restore") ? kept() : null;
  forget();
  if (new URLSearchParams(location.search).has("link")) changed(); // a link brought along is in no draft yet
  if (!values || JSON.stringify(values) === JSON.stringify(fields())) return;
  fill(values);
  say("What you typed before is back.");
  document.dispatchEvent(new CustomEvent("hand-in:restored"));
  changed();
}

function submitted(event) {
  clearTimeout(timer);
  if (event.submitter?.id === "practice") return; // nothing is handed in, and the draft stays
  if (event.submitter?.name === "throw_away") {
    forget();
    unsaved = false;
    return;
  }
  keepHere(); // should the session be gone, this comes back after signing in
  unsaved = false;
  // Only now: a disabled button would not be sent along
  setTimeout(() => { document.getElementById("send").disabled = true; });
}

if (form) {
  document.addEventListener("DOMContentLoaded", restore); // by then htmx listens, which asks for the picture
  form.addEventListener("input", changed);
  document.addEventListener("hand-in:changed", changed);
  form.addEventListener("submit", submitted);
  addEventListener("pagehide", () => { if (unsaved) keepHere(); });
  // Back from the next page: the browser shows this one as it was left
  addEventListener("pageshow", () => { document.getElementById("send").disabled = false; });
}
