// Passkeys: a form with data-passkey asks the browser for one, fills its hidden fields and is sent as any other form.
// Without this module, or where the browser has no passkeys, the form stays hidden; password and codes remain.
const text = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)))
  .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const bytes = (s) => Uint8Array.from(atob(s.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));

const create = async (form) => {
  const { challenge, rp, user, login } = form.dataset;
  const made = await navigator.credentials.create({ publicKey: {
    challenge: new TextEncoder().encode(challenge),
    rp: { id: rp, name: document.querySelector(".brand .name")?.textContent ?? rp },
    user: { id: bytes(user), name: login, displayName: login },
    pubKeyCredParams: [{ type: "public-key", alg: -8 }, { type: "public-key", alg: -7 }],
    authenticatorSelection: { residentKey: "required", userVerification: "required" },
    attestation: "none", timeout: 300000,
  } });
  form.elements.client.value = text(made.response.clientDataJSON);
  form.elements.auth.value = text(made.response.getAuthenticatorData());
};

const get = async (form) => {
  const { challenge, rp } = form.dataset;
  const got = await navigator.credentials.get({ publicKey: {
    challenge: new TextEncoder().encode(challenge), rpId: rp, userVerification: "required", timeout: 300000,
  } });
  form.elements.id.value = got.id;
  form.elements.client.value = text(got.response.clientDataJSON);
  form.elements.auth.value = text(got.response.authenticatorData);
  form.elements.sig.value = text(got.response.signature);
};

const arm = (form) => {
  const failed = form.querySelector("[data-passkey-failed]");
  let asking = false;
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (asking) return;
    asking = true;
    failed.hidden = true;
    try {
      await (form.dataset.passkey === "create" ? create(form) : get(form));
      HTMLFormElement.prototype.submit.call(form); // it was sent once already, as far as other modules know
    } catch {
      failed.hidden = false;
    }
    asking = false;
  });
};

if (window.PublicKeyCredential && window.isSecureContext) document.querySelectorAll("form[data-passkey]").forEach(arm);
