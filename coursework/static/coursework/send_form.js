// Sends the page's one form by itself: <form data-send>. Without scripts its button does that.

document.querySelector("form[data-send]")?.submit();
