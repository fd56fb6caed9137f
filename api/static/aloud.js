// Reads the list out with a voice that is installed on this machine; never one from elsewhere.
const button = document.getElementById("aloud");
const silent = document.getElementById("no-voice");
const label = button.textContent;
let voice = null;

const find = () => {
  const own = window.speechSynthesis ? speechSynthesis.getVoices() : [];
  voice = own.find((one) => one.localService === true && one.lang.toLowerCase().startsWith("zh")) || null;
  button.hidden = voice === null;
  silent.hidden = voice !== null;
};

const stop = () => {
  speechSynthesis.cancel();
  document.querySelectorAll(".spoken").forEach((one) => one.classList.remove("spoken"));
  button.textContent = label;
};

const say = (part) => {
  const words = new SpeechSynthesisUtterance(part.textContent);
  words.voice = voice;
  words.lang = voice.lang;
  words.rate = 0.8;
  words.onstart = () => part.classList.add("spoken");
  words.onend = () => part.classList.remove("spoken");
  speechSynthesis.speak(words);
};

button.addEventListener("click", () => {
  if (button.textContent !== label) return stop();
  button.textContent = button.dataset.stop;
  document.querySelectorAll("[data-aloud]").forEach(say);
});
find();
if (window.speechSynthesis) speechSynthesis.addEventListener("voiceschanged", find);
