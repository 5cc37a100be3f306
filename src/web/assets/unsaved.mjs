// Warns before typed input is left behind.  Without this module nothing is lost that the server was given.
for (const form of document.querySelectorAll("form[data-guard]")) {
  let touched = false;
  let sending = false;
  form.addEventListener("input", () => { touched = true; });
  form.addEventListener("submit", () => { sending = true; });
  addEventListener("pageshow", () => { sending = false; });
  addEventListener("beforeunload", (event) => {
    if (touched && !sending) event.preventDefault();
  });
}
// A second press of the same button sends nothing twice (the server would notice by its key anyway).
for (const form of document.querySelectorAll("form[method=post]")) {
  let last = 0;
  form.addEventListener("submit", (event) => {
    const now = Date.now();
    if (now - last < 1500) event.preventDefault();
    last = now;
  });
}
