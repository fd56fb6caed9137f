// What the page does beyond a plain form: sends without leaving, keeps what was written
// until it has gone out, and shows what is said as it is said.
// Written for browsers from 2018 on: a phone that is handed down does not get a newer one.

const lines = document.getElementById("lines");
const form = document.getElementById("say");
const text = document.getElementById("text");
const notice = document.getElementById("notice");
const words = lines.dataset;

const DRAFT = "draft";
const OUTBOX = "outbox";
const FIRST_WAIT = 2000;
const LONGEST_WAIT = 15000;
const SIGN_EVERY = 4000;
// What is longer is not cut off silently: it stays in the field, with what to do.
const LONGEST = 4000;
const SHARED_QUIET = 10 * 60 * 1000;

let outbox = JSON.parse(sessionStorage.getItem(OUTBOX) || "[]");
let sending = false;
let signed = 0;
let wait = FIRST_WAIT;
let timer = 0;
let source = null;
// These browsers do not say which button sent a form.
let pressed = null;

// --- what is shown ---------------------------------------------------------

function place(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  for (const piece of [...template.content.children]) {
    if (piece.matches("li[data-seq]")) placeLine(piece);
    else {
      const before = document.getElementById(piece.id);
      if (before) before.replaceWith(piece);
    }
  }
}

function placeLine(line) {
  if (document.getElementById(line.id)) return;
  const seq = Number(line.dataset.seq);
  // Before the first real line there is only the greeting of an empty page.
  if (seq === 1) drop(document.getElementById("line-0"));
  if (line.classList.contains("resident")) dropTwin(line);
  const later = [...lines.querySelectorAll("li[data-seq]")].find((one) => Number(one.dataset.seq) > seq);
  lines.insertBefore(line, later || lines.querySelector(".pending"));
  words.begun = "1";
}

function drop(node) {
  if (node) node.remove();
}

function textOf(node) {
  return node ? node.textContent.replace(/\s+/g, "") : "";
}

function dropTwin(line) {
  const said = (node) => textOf(node.querySelector(".said"));
  drop([...lines.querySelectorAll(".pending")].find((one) => said(one) === said(line)));
}

function showPending(entry) {
  const line = document.createElement("li");
  line.className = "line resident pending";
  line.dataset.key = entry.id;
  const who = Object.assign(document.createElement("span"), { className: "who", textContent: words.you });
  const said = Object.assign(document.createElement("div"), { className: "said" });
  said.append(Object.assign(document.createElement("p"), { textContent: entry.said }));
  const fate = Object.assign(document.createElement("p"), { className: "fate", textContent: words.now });
  line.append(who, said, fate);
  lines.append(line);
  line.scrollIntoView({ block: "end" });
}

function pendingOf(entry) {
  return lines.querySelector(`.pending[data-key="${entry.id}"]`);
}

function tellFate(sentence) {
  for (const fate of lines.querySelectorAll(".fate")) fate.textContent = sentence;
}

function lastSeq() {
  return Math.max(0, ...[...lines.querySelectorAll("li[data-seq]")].map((one) => Number(one.dataset.seq)));
}

function nearEnd() {
  const root = document.documentElement;
  return root.scrollHeight - root.scrollTop - root.clientHeight < 300;
}

// The resident's own line comes to the top, so that the answer is read from its beginning.
function toAnswer() {
  const own = [...lines.querySelectorAll(".resident[data-seq]")].pop();
  const card = own && [...lines.querySelectorAll(".urgent")].pop();
  const first = card && own.compareDocumentPosition(card) & Node.DOCUMENT_POSITION_FOLLOWING ? card : own;
  if (first) first.scrollIntoView({ block: "start" });
}

function toEnd() {
  if (lines.lastElementChild) lines.lastElementChild.scrollIntoView({ block: "end" });
  window.scrollTo({ top: document.documentElement.scrollHeight });
}

// --- what is sent ----------------------------------------------------------

function keepOutbox() {
  sessionStorage.setItem(OUTBOX, JSON.stringify(outbox));
}

function submit(event) {
  const button = pressed && pressed.form === event.target ? pressed : null;
  if (button && button.hasAttribute("formaction")) return;
  event.preventDefault();
  const data = new FormData(event.target);
  const choices = data.getAll("choice");
  if (button && button.name === "choice") choices.push(button.value);
  const said = choices.join("、") || String(data.get("text") || "").trim();
  if (!said) return;
  if (Array.from(said).length > LONGEST) {
    notice.textContent = words.long;
    return;
  }
  if (!choices.length) clearDraft();
  notice.textContent = "";
  const entry = { id: newId(), said };
  outbox.push(entry);
  keepOutbox();
  showPending(entry);
  pump();
}

function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function pump() {
  if (sending || !outbox.length) return;
  sending = true;
  clearTimeout(timer);
  const entry = outbox[0];
  try {
    settle(entry, await post(entry));
  } catch {
    tellFate(words.offline);
    again();
  } finally {
    sending = false;
  }
  if (!timer) pump();
}

function post(entry) {
  const csrf = form.elements.csrf.value;
  const body = new URLSearchParams({ csrf, client_id: entry.id, text: entry.said });
  return fetch("/chat", { method: "POST", body, headers: { "X-Fragment": "1" } }).then(
    async (response) => ({ status: response.status, ok: response.ok, body: await response.text() }),
  );
}

function settle(entry, answer) {
  if (answer.ok) {
    finished(entry);
    place(answer.body);
    toAnswer();
    follow();
    return;
  }
  if (answer.status === 429 || answer.status >= 500) {
    tellFate(words.later);
    again();
    return;
  }
  refused(entry, answer);
}

function finished(entry) {
  drop(pendingOf(entry));
  outbox = outbox.filter((one) => one.id !== entry.id);
  keepOutbox();
  wait = FIRST_WAIT;
  timer = 0;
}

function refused(entry, answer) {
  let told = {};
  try {
    told = JSON.parse(answer.body);
  } catch {
    // A page instead of our short answer: the general sentence will do.
  }
  if (answer.status === 403 && told.csrf && !entry.retried) {
    entry.retried = true;
    for (const field of document.querySelectorAll("input[name=csrf]")) field.value = told.csrf;
    timer = 0;
    return;
  }
  finished(entry);
  notice.textContent = told.notice || words.refused;
  if (!text.value) text.value = entry.said;
  keepDraft();
}

function again() {
  clearTimeout(timer);
  timer = setTimeout(() => {
    timer = 0;
    pump();
  }, wait);
  wait = Math.min(wait * 2, LONGEST_WAIT);
}

// --- what is being written -------------------------------------------------

function keepDraft() {
  sessionStorage.setItem(DRAFT, text.value);
}

function clearDraft() {
  text.value = "";
  keepDraft();
}

// While a person is there they see that somebody writes, never what.
function signWriting() {
  const there = document.getElementById("state").dataset.mode === "operator";
  if (!there || Date.now() - signed < SIGN_EVERY) return;
  signed = Date.now();
  fetch("/chat/writing", { method: "POST", body: new URLSearchParams({ csrf: form.elements.csrf.value }) }).catch(function () {});
}

function typed(event) {
  const sends = event.key === "Enter" && !event.shiftKey && !event.isComposing;
  if (!sends || !matchMedia("(pointer: fine)").matches) return;
  event.preventDefault();
  form.querySelector("button.send").click();
}

// --- what is said meanwhile ------------------------------------------------

function follow() {
  if (!words.begun || (source && source.readyState !== EventSource.CLOSED)) return;
  // Changes count too: whoever has just loaded the page has seen them all.
  source = new EventSource(`/chat/events?after=${Math.max(lastSeq(), Number(words.upto))}`);
  source.addEventListener("line", (event) => {
    const stay = !nearEnd();
    place(event.data);
    if (!stay) toEnd();
  });
  source.addEventListener("state", (event) => place(event.data));
  // Away longer than changes are kept; what is being written is kept by this window.
  source.addEventListener("anew", () => location.reload());
  source.addEventListener("goodbye", () => later());
  source.addEventListener("open", () => {
    if (notice.textContent === words.reconnecting) notice.textContent = "";
  });
  source.addEventListener("error", () => {
    notice.textContent = words.reconnecting;
    if (source.readyState === EventSource.CLOSED) later();
  });
}

function later() {
  source.close();
  setTimeout(follow, FIRST_WAIT);
}

// --- the way out -----------------------------------------------------------

function leave(event) {
  event.preventDefault();
  const body = new URLSearchParams(new FormData(event.target));
  sessionStorage.clear();
  outbox = [];
  if (source) source.close();
  document.body.textContent = "";
  document.title = "";
  const gone = () => location.replace("/blank");
  fetch("/leave", { method: "POST", body, keepalive: true, redirect: "manual" }).then(gone, gone);
}

// A phone that others use too is not left open.
function watchQuiet() {
  let quiet = 0;
  const again = () => {
    clearTimeout(quiet);
    quiet = setTimeout(() => document.querySelector("#leave button").click(), SHARED_QUIET);
  };
  for (const sign of ["click", "keydown", "scroll", "touchstart"]) document.addEventListener(sign, again);
  again();
}

document.addEventListener("click", (event) => {
  pressed = event.target.closest("button");
}, true);
document.addEventListener("submit", (event) => {
  if (event.target.id === "leave") leave(event);
  else if (event.target.getAttribute("action") === "/chat") submit(event);
});
text.addEventListener("input", keepDraft);
text.addEventListener("input", signWriting);
text.addEventListener("keydown", typed);
window.addEventListener("online", () => {
  wait = FIRST_WAIT;
  timer = 0;
  pump();
  follow();
});
// Back from the cache of the browser: what was cleared must not come back.
window.addEventListener("pageshow", (event) => event.persisted && location.reload());

if (!text.value) text.value = sessionStorage.getItem(DRAFT) || "";
outbox.forEach(showPending);
if (document.getElementById("end").dataset.shared) watchQuiet();
if (words.begun) toEnd();
follow();
pump();
