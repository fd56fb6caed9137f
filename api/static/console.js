// What the console does by itself: looks again when something changed, rings while a danger
// is open, sends with Ctrl+Enter, and says what could not be done.

const top_ = document.getElementById("top");
const flash = document.getElementById("flash");
const title = document.title;
const RING_EVERY = 3000;
const TRY_AGAIN = 5000;
const LOST = "连接断了，正在重连；您写的都还在。";

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
    if (topics.some((topic) => wanted.includes(topic))) htmx.trigger(element, "live");
  }
}

// --- the lines of a chat ---------------------------------------------------

function lastSeq() {
  const shown = [...document.querySelectorAll("#lines [data-seq]")].map((one) => Number(one.dataset.seq));
  return Math.max(0, ...[...document.querySelectorAll(".story [data-seq]")].map((one) => Number(one.dataset.seq)), ...shown);
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
    event.target.reset();
    flash.textContent = "";
    htmx.trigger("#lines", "live");
  }
  document.getElementById("say")?.focus();
});
document.body.addEventListener("htmx:responseError", (event) => {
  if (event.detail.xhr.status === 401) location.assign("/console/sign-in");
  flash.textContent = event.detail.xhr.responseText;
});
document.body.addEventListener("htmx:sendError", () => {
  flash.textContent = LOST;
});

// --- ringing ---------------------------------------------------------------

function ringing() {
  return Number(document.querySelector("[data-ringing]")?.dataset.ringing ?? 0);
}

function ring() {
  const open = ringing();
  document.title = open ? `⚠ 紧急 (${open})` : title;
  const silent = open && audio?.state !== "running";
  document.getElementById("sound").hidden = !silent;
  if (open && audio?.state === "running") beep();
}

function beep() {
  for (const [at, pitch] of [[0, 880], [0.25, 660], [0.5, 880]]) {
    const tone = audio.createOscillator();
    const loudness = audio.createGain();
    tone.frequency.value = pitch;
    loudness.gain.value = 0.2;
    tone.connect(loudness).connect(audio.destination);
    tone.start(audio.currentTime + at);
    tone.stop(audio.currentTime + at + 0.2);
  }
}

// A browser lets a page sound only after somebody touched it.
function wakeSound() {
  audio ??= new AudioContext();
  if (audio.state === "suspended") audio.resume().then(ring);
}

document.addEventListener("pointerdown", wakeSound);
document.addEventListener("keydown", wakeSound);
setInterval(ring, RING_EVERY);

// --- by keyboard, and once asked -------------------------------------------

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.ctrlKey && event.target.form) event.target.form.requestSubmit();
});
document.addEventListener("submit", (event) => {
  const question = event.submitter?.dataset.ask;
  if (question && !confirm(question)) event.preventDefault();
});

toEnd();
ring();
follow(top_.dataset.after);
