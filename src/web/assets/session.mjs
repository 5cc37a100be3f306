// Tells a person that the session ends soon, and lets them stay.  Without this module typed input is kept
// by the sign-in page all the same.
const box = document.querySelector("[data-session-minutes]");
if (box) {
  const minutes = Number(box.dataset.sessionMinutes);
  const button = box.querySelector("button");
  let timer = 0;
  const arm = () => {
    clearTimeout(timer);
    box.hidden = true;
    timer = setTimeout(() => { box.hidden = false; }, Math.max(1, minutes - 2) * 60000);
  };
  button.addEventListener("click", async () => {
    try {
      const answer = await fetch("/session.json", { credentials: "same-origin", cache: "no-store" });
      if (answer.ok) arm();
    } catch {
      box.hidden = false;
    }
  });
  arm();
}
