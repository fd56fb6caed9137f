// The list of tickets by keyboard: J and K go up and down, Enter opens, X chooses, / searches.

const FIELDS = new Set(["INPUT", "TEXTAREA", "SELECT"]);

function links() {
  return [...document.querySelectorAll("#rows a.row")];
}

function go(step) {
  const all = links();
  const here = all.indexOf(document.activeElement);
  const next = here < 0 ? (step > 0 ? 0 : all.length - 1) : here + step;
  all[Math.min(Math.max(next, 0), all.length - 1)]?.focus();
}

function choose() {
  const box = document.activeElement?.closest("tr")?.querySelector("input[type=checkbox]");
  if (box) box.checked = !box.checked;
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (FIELDS.has(event.target.tagName) && event.target.type !== "checkbox") return;
  const act = { j: () => go(1), k: () => go(-1), x: choose, "/": () => document.getElementById("find").focus() }[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

// What is chosen must not vanish because somebody else moved a ticket.
document.body.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target.id === "rows" && event.target.querySelector("input:checked")) event.preventDefault();
});
