// On a phone each row of a table stands as a small list: every cell is told the name of its column,
// and keeps its part in the table for who listens to the page.

const ROLES = { TABLE: "table", THEAD: "rowgroup", TBODY: "rowgroup", TR: "row", TD: "cell" };

function label(table) {
  const heads = [...table.querySelectorAll("thead th")].map((one) => one.textContent.trim());
  if (!heads.length || table.classList.contains("grid")) return;
  for (const part of [table, ...table.querySelectorAll("thead, tbody, tr, td, th")]) {
    part.setAttribute("role", ROLES[part.tagName] ?? (part.closest("thead") ? "columnheader" : "rowheader"));
  }
  for (const row of table.tBodies[0]?.rows ?? []) {
    [...row.cells].forEach((cell, at) => {
      if (cell.tagName === "TD" && cell.colSpan === 1 && heads[at]) cell.dataset.head = heads[at];
    });
  }
  table.classList.add("stacks");
}

function labelAll() {
  document.querySelectorAll("table").forEach(label);
}

document.body.addEventListener("htmx:afterSwap", labelAll);
labelAll();
