// Photos are made small before they leave, a voice can be recorded where the browser can,
// and what could not be sent stays chosen.

const form = document.getElementById("share");
const input = document.getElementById("file");
const record = document.getElementById("record");
const notice = document.getElementById("notice");
const LONGEST_SIDE = 1600;
const QUALITY = 0.8;
const SMALL_ENOUGH = 300 * 1024;
const LONGEST_VOICE = 3 * 60 * 1000;

let recorder = null;

function say(sentence) {
  notice.textContent = sentence;
}

// Drawn by the browser, which also leaves the place and the time out of it.
async function smaller(file) {
  if (!file.type.startsWith("image/") || file.size <= SMALL_ENOUGH) return file;
  try {
    const picture = await createImageBitmap(file);
    const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    const drawn = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
    return drawn || file;
  } catch (error) {
    // A picture that this browser cannot draw goes as it is; we draw it ourselves.
    return file;
  }
}

async function send(file) {
  const body = new FormData();
  body.append("csrf", form.elements.csrf.value);
  body.append("client_id", form.elements.client_id.value);
  body.append("file", file, "file");
  say(form.dataset.sending);
  let answer;
  try {
    answer = await fetch("/files", { method: "POST", body, redirect: "manual" });
  } catch (error) {
    say(form.dataset.offline);
    return;
  }
  // Taken: the thread is led on to. Refused: the page that comes says why.
  if (answer.type === "opaqueredirect") {
    location.replace("/");
    return;
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const told = page.getElementById("notice") || page.querySelector("main p");
  say(told ? told.textContent : form.dataset.offline);
}

async function submit(event) {
  event.preventDefault();
  if (input.files.length) send(await smaller(input.files[0]));
}

async function speak() {
  if (recorder) {
    recorder.stop();
    return;
  }
  let heard;
  try {
    heard = await navigator.mediaDevices.getUserMedia({ audio: true });
  } catch (error) {
    say(record.dataset.refused);
    return;
  }
  const label = record.textContent;
  const parts = [];
  recorder = new MediaRecorder(heard);
  recorder.ondataavailable = (event) => parts.push(event.data);
  recorder.onstop = () => {
    heard.getTracks().forEach((track) => track.stop());
    record.textContent = label;
    const voice = new Blob(parts, { type: recorder.mimeType });
    recorder = null;
    send(voice);
  };
  recorder.start();
  record.textContent = record.dataset.stop;
  setTimeout(() => recorder && recorder.stop(), LONGEST_VOICE);
}

form.addEventListener("submit", submit);
if (window.MediaRecorder && navigator.mediaDevices) {
  record.hidden = false;
  record.addEventListener("click", speak);
}
