// The result of a visit is kept in the tab until it has gone out, so that no signal loses nothing.

const form = document.getElementById("result");
const WAIT = 3000;
const LONGEST = 30000;
let wait = WAIT;
let timer = 0;

function key() {
  return `visit:${form.getAttribute("action")}`;
}

function tell(sentence) {
  document.getElementById("fate").textContent = sentence;
}

function written() {
  return new URLSearchParams(new FormData(form)).toString();
}

async function send() {
  clearTimeout(timer);
  const body = new URLSearchParams(sessionStorage.getItem(key()));
  // The page may be newer than what was kept: its token is the one that holds.
  body.set("csrf", form.elements.csrf.value);
  let answer;
  try {
    answer = await fetch(form.getAttribute("action"), { method: "POST", body });
  } catch {
    tell(form.dataset.kept);
    again();
    return;
  }
  if (answer.ok && !answer.url.includes("/sign-in")) {
    sessionStorage.removeItem(key());
    tell(form.dataset.sent);
    location.replace(form.getAttribute("action"));
  } else if (answer.status >= 500 || answer.status === 429) {
    tell(form.dataset.kept);
    again();
  } else if (answer.status === 422) {
    tell(form.dataset.wrongDay);
  } else {
    tell(form.dataset.refused);
  }
}

function again() {
  timer = setTimeout(send, wait);
  wait = Math.min(wait * 2, LONGEST);
}

function refill(kept) {
  for (const [name, value] of new URLSearchParams(kept)) {
    if (name === "csrf") continue;
    for (const field of form.querySelectorAll(`[name="${name}"]`)) {
      if (field.type === "radio" || field.type === "checkbox") field.checked ||= field.value === value;
      else field.value = value;
    }
  }
}

if (form) {
  const kept = sessionStorage.getItem(key());
  if (kept) {
    refill(kept);
    send();
  }
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    sessionStorage.setItem(key(), written());
    wait = WAIT;
    send();
  });
  window.addEventListener("online", () => sessionStorage.getItem(key()) && send());
}
