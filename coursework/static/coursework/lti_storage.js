// Where a browser keeps no cookies inside the LMS's page, the LMS keeps a value for us (LTI Client Side postMessages).
// The value is only ever sent to, and taken from, the origin that the server named: the platform's own.

const page = document.getElementById("lti-storage");
const { act, origin, frame, key, value, next, otherwise } = page.dataset;
const WAIT = 3000; // milliseconds for an answer

function keeper() {
  if (frame === "_parent") return parent;
  try {
    return parent.frames[frame] ?? parent;
  } catch {
    return parent;
  }
}

function ask(message) {
  return new Promise((resolve, reject) => {
    const target = keeper();
    const id = `${key}_${act}`;
    const over = setTimeout(() => reject(new Error("no answer")), WAIT);
    addEventListener("message", ({ data, source, origin: from }) => {
      if (from !== origin || source !== target || !data || typeof data !== "object") return;
      if (data.message_id !== id || data.subject !== `${message.subject}.response`) return;
      clearTimeout(over);
      if (data.error) reject(new Error("refused"));
      else resolve(data.value);
    });
    target.postMessage({ ...message, message_id: id, key }, origin);
  });
}

if (act === "put") {
  try {
    await ask({ subject: "lti.put_data", value });
    location.replace(next);
  } catch {
    location.replace(otherwise); // where no storage is named, and the platform's hints are unspent
  }
} else {
  const found = await ask({ subject: "lti.get_data" }).catch(() => null);
  if (typeof found === "string" && found) {
    // It was for once: null removes it, and nobody waits for that
    keeper().postMessage({ subject: "lti.put_data", message_id: `${key}_end`, key, value: null }, origin);
    page.elements.browser.value = found;
    page.target = "_blank"; // which browsers open for whoever presses a button, and for no script
    document.getElementById("lti-waits").hidden = true;
    document.getElementById("lti-found").hidden = false;
  } else {
    page.submit(); // the server says what can be done
  }
}
