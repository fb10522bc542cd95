/* Lets the device answer a challenge by finger, face or screen lock (WebAuthn). The form is hidden
   until a browser that can shows it; other ways stand beside it. */
(function () {
  "use strict";
  if (!window.PublicKeyCredential || !navigator.credentials) return;
  function bytes(text) {
    var raw = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(raw, function (sign) { return sign.charCodeAt(0); });
  }
  function text(buffer) {
    var raw = String.fromCharCode.apply(null, new Uint8Array(buffer));
    return btoa(raw).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }
  function known(form) {
    return form.dataset.known.split(" ").filter(Boolean).map(function (id) {
      return { type: "public-key", id: bytes(id) };
    });
  }
  function create(form) {
    return navigator.credentials.create({ publicKey: {
      challenge: bytes(form.challenge.value),
      rp: { name: form.dataset.site },
      user: { id: bytes(form.dataset.user), name: form.dataset.holder,
              displayName: form.dataset.holder },
      pubKeyCredParams: [-8, -7, -257].map(function (alg) {
        return { type: "public-key", alg: alg };
      }),
      authenticatorSelection: { residentKey: "preferred", userVerification: "required" },
      excludeCredentials: known(form),
    } });
  }
  function ask(form) {
    return navigator.credentials.get({ publicKey: {
      challenge: bytes(form.challenge.value),
      allowCredentials: known(form),
      userVerification: "required",
    } });
  }
  function said(made) {
    var answer = made.response, response = { clientDataJSON: text(answer.clientDataJSON) };
    ["attestationObject", "authenticatorData", "signature", "userHandle"].forEach(function (name) {
      if (answer[name]) response[name] = text(answer[name]);
    });
    return JSON.stringify({
      id: made.id, rawId: text(made.rawId), type: made.type, response: response,
      clientExtensionResults: {},
    });
  }
  Array.prototype.forEach.call(document.querySelectorAll("form[data-passkey]"), function (form) {
    if (form.dataset.host !== location.hostname) return;
    form.hidden = false;
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      (form.dataset.passkey === "create" ? create : ask)(form).then(function (made) {
        form.answer.value = said(made);
        form.submit();
      }).catch(function () {
        form.querySelector("[data-failed]").hidden = false;
      });
    });
  });
})();
