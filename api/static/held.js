// The page of a chat follows who holds it: the field to answer in comes and goes with the chat,
// and what was being written when it went stays to be copied.

const say = document.getElementById("say");
const lost = document.getElementById("lost");

function isHeld() {
  return document.getElementById("held").dataset.held === "yes";
}

function isWriting() {
  return Boolean(say?.value) || document.querySelector("#beside form[data-begun]") !== null;
}

function follow() {
  const held = isHeld();
  if (held !== (say !== null) && !isWriting()) return location.reload();
  if (!say) return;
  lost.hidden = held;
  say.readOnly = !held;
  say.form.querySelector("button.main").disabled = !held;
}

// The head grows with what is new; the newest line stays in sight.
function keepEnd() {
  const story = document.getElementById("story");
  let atEnd = true;
  story.addEventListener("scroll", () => {
    atEnd = story.scrollHeight - story.scrollTop - story.clientHeight < 60;
  });
  new ResizeObserver(() => {
    if (atEnd) story.scrollTop = story.scrollHeight;
  }).observe(story);
}

document.body.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.id === "standing") follow();
});
keepEnd();
