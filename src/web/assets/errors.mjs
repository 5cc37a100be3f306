// Moves the focus to the summary of errors, so that it is read first.  Without it the summary stands on top.
const summary = document.querySelector(".error-summary");
if (summary) summary.focus();
