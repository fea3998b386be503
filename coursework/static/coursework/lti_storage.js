// Where a browser keeps no cookies inside the LMS's page, the LMS keeps a value for us (LTI Client Side postMessages).
// The value is only ever sent to, and taken from, the origin that the server named: the platform's own.

const page = document.getElementById("lti-storage");
const { act, origin, frame, key, value, next } = page.dataset;
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
  // Kept or not, the launch goes on: the browser may have kept our cookie after all
  try {
    await ask({ subject: "lti.put_data", value });
  } catch {
    // said at the launch, if it matters
  }
  location.replace(next);
} else {
  try {
    const found = await ask({ subject: "lti.get_data" });
    page.elements.browser.value = typeof found === "string" ? found : "";
  } catch {
    page.elements.browser.value = ""; // the server says what can be done
  }
  page.submit();
}
