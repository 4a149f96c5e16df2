// Makes or shows a passkey before its form is sent. The page works without this file by codes.

const form = document.querySelector("form[data-passkey]");
const { passkey: act, options: address, failed } = form.dataset;
const field = form.elements.credential;

function bytes(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (character) => character.charCodeAt(0));
}

function text(buffer) {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function readable(options) {
  options.challenge = bytes(options.challenge);
  if (options.user) options.user.id = bytes(options.user.id);
  for (const key of options.excludeCredentials ?? options.allowCredentials ?? []) key.id = bytes(key.id);
  return { publicKey: options };
}

function written(made) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (made.response[name]) response[name] = text(made.response[name]);
  }
  return JSON.stringify({ id: made.id, rawId: text(made.rawId), type: made.type, response });
}

async function ask() {
  const token = form.elements.csrf_token?.value ?? "";
  const answer = await fetch(address, { method: "POST", headers: { "X-CSRFToken": token } });
  if (!answer.ok || answer.redirected) throw new Error(answer.status);
  const options = readable(await answer.json());
  return act === "create" ? navigator.credentials.create(options) : navigator.credentials.get(options);
}

form.addEventListener("submit", async (event) => {
  // an empty name is the server's to refuse
  if (!form.checkValidity()) return;
  event.preventDefault();
  const note = form.querySelector("[role=alert]") ?? document.createElement("p");
  note.className = "field-error";
  note.setAttribute("role", "alert");
  try {
    field.value = written(await ask());
    form.submit();
  } catch {
    note.textContent = failed;
    form.append(note);
  }
});
