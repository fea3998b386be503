// The frame beside the tool's, at the origin of the sign-in: tools speak with it, since they know no other origin of
// Canvas's; it passes on to the page around, and the answers back. PARENT is replaced.
const around = PARENT;
const tools = [];

addEventListener("message", ({ data, source, origin }) => {
  if (!data || typeof data.subject !== "string") return;
  const { sourceToolInfo, ...message } = data;
  if (origin === around) {
    if (sourceToolInfo) tools[sourceToolInfo.windowId].postMessage(message, sourceToolInfo.origin);
    return;
  }
  if (!tools.includes(source)) tools.push(source);
  top.postMessage({ ...message, sourceToolInfo: { origin, windowId: tools.indexOf(source) } }, around);
});
