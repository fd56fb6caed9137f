// The caller's words by microphone: put into the field, looked at and sent by a person.

const LONGEST = 5 * 60 * 1000;
const button = document.getElementById("dictate");
const form = document.getElementById("words");
const flash = document.getElementById("flash");
const label = button.textContent;
let recorder = null;

async function speak() {
  if (recorder) return recorder.stop();
  flash.textContent = "";
  let sound;
  try {
    sound = await navigator.mediaDevices.getUserMedia({ audio: true });
  } catch {
    flash.textContent = button.dataset.refused;
    return;
  }
  const parts = [];
  recorder = new MediaRecorder(sound);
  recorder.addEventListener("dataavailable", (event) => parts.push(event.data));
  recorder.addEventListener("stop", () => {
    for (const track of sound.getTracks()) track.stop();
    recorder = null;
    button.textContent = label;
    hear(new Blob(parts));
  });
  recorder.start();
  button.textContent = button.dataset.stop;
  setTimeout(() => recorder?.stop(), LONGEST);
}

async function hear(sound) {
  const body = new FormData();
  body.append("csrf", form.elements.csrf.value);
  body.append("file", sound, "call");
  button.disabled = true;
  try {
    const answer = await fetch(button.dataset.to, { method: "POST", body, headers: { "HX-Request": "true" } });
    const words = await answer.text();
    if (answer.ok && words) write(words);
    else flash.textContent = words || button.dataset.nothing;
  } catch {
    flash.textContent = button.dataset.nothing;
  }
  button.disabled = false;
}

function write(words) {
  const say = form.elements.text;
  say.value = say.value ? `${say.value.trimEnd()} ${words}` : words;
  say.focus();
}

if (window.MediaRecorder && navigator.mediaDevices) {
  button.hidden = false;
  button.addEventListener("click", speak);
}
