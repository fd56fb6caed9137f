// Printing and copying by one press, where a script runs; the page says how without.
const print = document.getElementById("print-now");
print.hidden = false;
print.addEventListener("click", () => window.print());

const copy = document.getElementById("copy");
if (navigator.clipboard) {
  copy.hidden = false;
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById("link").value);
    copy.textContent = copy.dataset.done;
  });
}
