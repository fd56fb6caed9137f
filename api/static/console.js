// What the console does by itself: looks again when something changed, rings while a danger
// is open, sends with Ctrl+Enter, and says what could not be done.

const top_ = document.getElementById("top");
const flash = document.getElementById("flash");
const title = document.title;
const RING_EVERY = 3000;
const TRY_AGAIN = 5000;
const LOST = "连接断了，正在重连；您写的都还在。";
const STALE = "有一块没能更新，会自己再试；您写的都还在。";

let source = null;
let audio = null;

// --- what changed ----------------------------------------------------------

function follow(after) {
  source = new EventSource(`/console/events?after=${after}`);
  let seen = after;
  source.addEventListener("changed", (event) => {
    seen = event.lastEventId || seen;
    lookAgain(JSON.parse(event.data));
  });
  source.addEventListener("open", () => {
    if (flash.textContent === LOST) flash.textContent = "";
  });
  source.addEventListener("goodbye", () => reconnect(seen));
  source.addEventListener("error", () => {
    flash.textContent = LOST;
    if (source.readyState === EventSource.CLOSED) reconnect(seen);
  });
}

function reconnect(after) {
  source.close();
  setTimeout(() => follow(after), TRY_AGAIN);
}

function lookAgain(topics) {
  for (const element of document.querySelectorAll("[data-live]")) {
    const wanted = element.dataset.live.split(" ");
    if (topics.includes("everything") || topics.some((topic) => wanted.includes(topic))) htmx.trigger(element, "live");
  }
}

// What has not changed keeps its place on the page, and so its focus and a press that has begun;
// what somebody has opened or begun to fill in stays as it is until it is sent.
document.addEventListener("input", (event) => event.target.form?.setAttribute("data-begun", ""));
Object.assign(Idiomorph.defaults.callbacks, {
  beforeNodeMorphed: (old, fresh) =>
    !(old instanceof Element && old.matches("form[data-begun]") && old.getAttribute("action") === fresh.getAttribute("action")),
  beforeAttributeUpdated: (name, node) => !(name === "open" && node instanceof HTMLDetailsElement),
});

// --- the lines of a chat ---------------------------------------------------

function lastSeq() {
  const shown = [...document.querySelectorAll("#lines [data-seq]")].map((one) => Number(one.dataset.seq));
  return Math.max(0, ...[...document.querySelectorAll(".story [data-seq]")].map((one) => Number(one.dataset.seq)), ...shown);
}

// A piece that looks again by itself; nobody pressed anything, nothing was to be kept.
function looked(event) {
  return event.target.closest("[data-live]") !== null;
}

function toEnd() {
  const story = document.getElementById("story");
  if (story) story.scrollTop = story.scrollHeight;
}

document.body.addEventListener("htmx:configRequest", (event) => {
  if (event.target.id === "lines") event.detail.parameters.after = lastSeq();
});
document.body.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.id === "lines") toEnd();
  ring();
});
document.body.addEventListener("htmx:afterRequest", (event) => {
  if (event.target.id !== "reply") return;
  if (event.detail.successful) {
    event.target.elements.text.value = "";
    begun = false;
    flash.textContent = "";
    htmx.trigger("#lines", "live");
  }
  document.getElementById("say")?.focus();
});
document.body.addEventListener("htmx:responseError", (event) => {
  // A draft older than the resident's words: shown once, the second press sends it.
  const reply = document.getElementById("reply");
  if (event.detail.xhr.status === 409 && event.target === reply) reply.elements.seen.value = lastSeq();
  if (event.detail.xhr.status === 401) location.assign("/console/sign-in");
  flash.textContent = looked(event) ? STALE : event.detail.xhr.responseText;
});
document.body.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.successful && looked(event) && flash.textContent === STALE) flash.textContent = "";
});
document.body.addEventListener("htmx:sendError", () => {
  flash.textContent = LOST;
});

// --- ringing ---------------------------------------------------------------

function ringing() {
  return Number(document.querySelector("[data-ringing]")?.dataset.ringing ?? 0);
}

function waiting() {
  return Number(document.querySelector("[data-waiting]")?.dataset.waiting ?? 0);
}

function unread() {
  return Number(document.querySelector("[data-unread]")?.dataset.unread ?? 0);
}

let waited = waiting() + unread();

function ring() {
  const open = ringing();
  const line = waiting() + unread();
  document.title = open ? `⚠ 紧急 (${open})` : line ? `(${line}) ${title}` : title;
  if (line > waited && !open && audio?.state === "running") tone(520, 0);
  waited = line;
  const silent = open && audio?.state !== "running";
  document.getElementById("sound").hidden = !silent;
  if (open && audio?.state === "running") beep();
}

function beep() {
  for (const [at, pitch] of [[0, 880], [0.25, 660], [0.5, 880]]) tone(pitch, at);
}

function tone(pitch, at) {
  const sound = audio.createOscillator();
  const loudness = audio.createGain();
  sound.frequency.value = pitch;
  loudness.gain.value = 0.2;
  sound.connect(loudness).connect(audio.destination);
  sound.start(audio.currentTime + at);
  sound.stop(audio.currentTime + at + 0.2);
}

// A browser lets a page sound only after somebody touched it.
function wakeSound() {
  audio ??= new AudioContext();
  if (audio.state === "suspended") audio.resume().then(ring);
}

document.addEventListener("pointerdown", wakeSound);
document.addEventListener("keydown", wakeSound);
setInterval(ring, RING_EVERY);

// --- what is being written --------------------------------------------------

const WRITING_EVERY = 4000;
let begun = false;
let signed = 0;

function insert(text) {
  const say = document.getElementById("say");
  if (!say) return;
  const at = say.value.startsWith("/") ? "" : say.value;
  say.value = at ? `${at.trimEnd()}\n${text}` : text;
  say.dispatchEvent(new Event("input", { bubbles: true }));
  say.focus();
}

function offerReady(say) {
  const list = document.getElementById("ready");
  if (!list) return;
  const wanted = say.value.startsWith("/") ? say.value.slice(1).trim() : null;
  let shown = 0;
  for (const button of list.querySelectorAll("button")) {
    const fits = wanted !== null && (button.dataset.short.startsWith(wanted) || button.dataset.insert.includes(wanted));
    button.parentElement.hidden = !fits;
    shown += fits ? 1 : 0;
  }
  list.hidden = !shown;
}

document.addEventListener("input", (event) => {
  const reply = event.target.closest("#reply");
  if (!reply) return;
  if (!begun && event.target.value) {
    begun = true;
    reply.elements.seen.value = lastSeq();
  }
  if (!event.target.value) begun = false;
  offerReady(event.target);
  // Only that somebody writes is told, never what.
  if (Date.now() - signed < WRITING_EVERY) return;
  signed = Date.now();
  fetch(reply.dataset.writing, { method: "POST", body: new URLSearchParams({ csrf: reply.elements.csrf.value }) }).catch(() => {});
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-insert]");
  if (button) insert(button.dataset.insert);
});

// --- what is too long --------------------------------------------------------

// A browser cuts what is pasted at the length of a field and says nothing. Here all of it stays,
// and nothing is sent before it is short enough.
function keepWhole() {
  for (const field of document.querySelectorAll("textarea[maxlength]")) {
    field.dataset.longest = field.maxLength;
    field.removeAttribute("maxlength");
  }
}

document.body.addEventListener("htmx:load", keepWhole);
document.addEventListener("submit", (event) => {
  const field = [...event.target.querySelectorAll("textarea")].find((one) => Array.from(one.value).length > one.dataset.longest);
  if (!field) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  flash.textContent = `没有发：写了 ${Array.from(field.value).length} 字，最多 ${field.dataset.longest} 字。请分成几次；您写的都还在。`;
  field.focus();
}, true);
keepWhole();

// --- by keyboard, and once asked -------------------------------------------

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.ctrlKey && event.target.form) event.target.form.requestSubmit();
  if (event.key === "k" && event.ctrlKey) openSearch(event);
  if (event.key === "ArrowDown" || event.key === "ArrowUp") throughReady(event);
  if (event.key === "Escape" && event.target.closest("#search, #ready")) document.getElementById("say")?.focus();
  if (event.altKey && /^[1-9]$/.test(event.key)) toMine(event, Number(event.key));
  if (event.altKey && event.key === "n") document.querySelector("form[action='/console/next'] button")?.click();
});

// Down from the words into the ready replies, up and down among them; Enter takes one.
function throughReady(event) {
  const open = document.querySelector("#ready:not([hidden])");
  if (!open || !event.target.closest("#reply")) return;
  const fitting = [...open.querySelectorAll("li:not([hidden]) button")];
  const at = fitting.indexOf(event.target) + (event.key === "ArrowDown" ? 1 : -1);
  event.preventDefault();
  (fitting[at] ?? document.getElementById("say")).focus();
}

function openSearch(event) {
  const search = document.getElementById("search");
  if (!search) return;
  event.preventDefault();
  search.open = true;
  document.getElementById("q").select();
}

function toMine(event, place) {
  const chat = document.querySelectorAll("[data-mine]")[place - 1];
  if (!chat) return;
  event.preventDefault();
  chat.click();
}

// An open group of the menu closes as soon as somebody goes on elsewhere.
function closeMenu(event) {
  for (const group of document.querySelectorAll(".menu details[open]")) {
    if (!group.contains(event.target)) group.open = false;
  }
}

document.addEventListener("click", closeMenu);
document.addEventListener("focusin", closeMenu);
document.addEventListener("keydown", (event) => {
  const group = event.key === "Escape" && event.target.closest(".menu details[open]");
  if (!group) return;
  group.open = false;
  group.querySelector("summary").focus();
});

document.addEventListener("submit", (event) => {
  const question = event.submitter?.dataset.ask;
  if (question && !confirm(question)) event.preventDefault();
});

toEnd();
ring();
follow(top_.dataset.after);
