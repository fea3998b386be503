// A page inside an LMS ends by telling the LMS that it may close the frame or window (LTI Dynamic Registration).

const around = window.opener ?? (window.parent !== window ? window.parent : null);

for (const button of document.querySelectorAll("[data-lti-close]")) {
  if (!around) continue; // opened by hand: there is nobody to tell
  button.hidden = false;
  // To any origin: the message holds nothing, and which page of the LMS is around us is not known here
  button.addEventListener("click", () => around.postMessage({ subject: "org.imsglobal.lti.close" }, "*"));
}
