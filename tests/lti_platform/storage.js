// What Canvas does for tools whose cookies are blocked: it keeps values for them, by postMessage. FRAME is replaced.
const kept = {};
const frame = FRAME;
const supported = ["lti.capabilities", "lti.close", "lti.put_data", "lti.get_data"];

function reply({ subject, key, value }, origin) {
  const place = `${origin} ${key}`;
  if (subject === "lti.capabilities")
    return { supported_messages: supported.map((name) => (name.endsWith("_data") ? { subject: name, frame } : { subject: name })) };
  if (subject === "lti.put_data") {
    kept[place] = value;
    return { key, value };
  }
  return subject === "lti.get_data" ? { key, value: kept[place] } : null;
}

addEventListener("message", ({ data, source, origin }) => {
  if (!data || typeof data.subject !== "string") return;
  const fields = reply(data, origin);
  if (fields) source.postMessage({ subject: `${data.subject}.response`, message_id: data.message_id, ...fields }, origin);
});
