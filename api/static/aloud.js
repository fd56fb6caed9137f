// Reads a list or the newest answer out with a voice that is installed on this machine; never with
// one from elsewhere.
const button = document.getElementById("aloud");
const silent = document.getElementById("no-voice");
const label = button.textContent;
let voice = null;

// In a conversation: what was answered to the last words of the resident.
const parts = () => {
  const all = [...document.querySelectorAll("[data-aloud]")];
  const asked = [...document.querySelectorAll(".line.resident")].pop();
  const follows = (one) => !asked || asked.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING;
  return all.filter(follows);
};

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
  parts().forEach(say);
});
find();
if (window.speechSynthesis) speechSynthesis.addEventListener("voiceschanged", find);
