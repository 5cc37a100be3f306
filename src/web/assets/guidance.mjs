// The display in a hall says so itself when what it shows is older than two minutes.
const board = document.querySelector(".guidance");
if (board) {
  const stale = board.querySelector(".stale");
  const shown = Date.now();
  setInterval(() => { stale.hidden = Date.now() - shown < 120000; }, 5000);
}
