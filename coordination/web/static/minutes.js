/* A copy of what is being written stays on this device until the service has it: the network may go,
   the session may run out, the page may be closed. With it stays the revision it was begun from, so
   that taking it back joins it to what others wrote meanwhile and overwrites nothing. */
(function () {
  "use strict";
  var form = document.querySelector("form[data-kept]"), box = form && form.querySelector("textarea");
  if (!box || !window.localStorage) return;
  var key = "kept:" + form.getAttribute("data-kept"), offer = document.getElementById("kept");
  var sent = box.value;
  function base() { return form.querySelector("input[name=based_on]"); }
  function kept(name) { try { return localStorage.getItem(name); } catch (refused) { return null; } }
  function keep(words) {
    try {
      if (words === null) localStorage.removeItem(key); else localStorage.setItem(key, words);
      localStorage.setItem(key + ":on", base().value);
    } catch (full) { /* no room: the service has what was saved */ }
  }
  var left = kept(key), begun = kept(key + ":on"), here = box.value.split("\n");
  var missing = left !== null && left.split("\n").some(function (line) {
    return here.indexOf(line) < 0;
  });
  if (missing && offer) {
    offer.hidden = false;
    offer.querySelector("button").addEventListener("click", function () {
      box.value = left;
      if (begun) base().value = begun;
      offer.hidden = true;
      box.focus();
    });
  } else if (left !== null) keep(null);
  box.addEventListener("input", function () { keep(box.value); });
  document.addEventListener("htmx:beforeRequest", function () { sent = box.value; });
  document.addEventListener("htmx:afterSwap", function (event) {
    if (event.detail.target.id === "saved" && box.value === sent) keep(null);
  });
  form.addEventListener("submit", function () { keep(box.value); });
})();
