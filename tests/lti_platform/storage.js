// What Canvas's page does for tools whose cookies are blocked: it keeps values for each of them, in its localStorage.
const supported = ["lti.capabilities", "lti.close", "lti.put_data", "lti.get_data"];

function refusal({ key, message_id: id }) {
  const missing = key ? (id ? "" : "message_id") : "key";
  return missing ? { error: { code: "bad_request", message: `Missing required '${missing}' field` } } : null;
}

function reply(message, tool) {
  const { subject, key, value } = message;
  const place = `lti|platform_storage|${tool}|${key}`;
  if (subject === "lti.capabilities")
    return { supported_messages: supported.map((name) => (name.endsWith("_data") ? { subject: name, frame: "post_message_forwarding" } : { subject: name })) };
  if (subject !== "lti.put_data" && subject !== "lti.get_data") return null;
  if (refusal(message)) return refusal(message);
  if (subject === "lti.get_data") return { key, value: localStorage.getItem(place) };
  if (!value) {
    localStorage.removeItem(place);
    return { key };
  }
  localStorage.setItem(place, value);
  sessionStorage.kept = Number(sessionStorage.kept ?? 0) + 1; // for tests
  return { key, value };
}

addEventListener("message", ({ data, source, origin }) => {
  if (!data || typeof data.subject !== "string") return;
  const { sourceToolInfo } = data; // of a tool that spoke with the frame beside it
  const fields = reply(data, sourceToolInfo ? sourceToolInfo.origin : origin);
  if (!fields) return;
  const about = { subject: `${data.subject}.response`, message_id: data.message_id, sourceToolInfo };
  source.postMessage({ ...about, ...fields }, origin);
});
