# The last button of an act wakes up only where scripts run.
sed -i 's/<button class="main large" type="submit"/& disabled data-wake/' src/kernel/pages/check.html
echo 'for (const button of document.querySelectorAll("[data-wake]")) button.disabled = false;' >>src/web/assets/print.mjs
