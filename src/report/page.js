(function () {
  // Only a default: the two buttons work without any script.
  var asked = location.hash.slice(1);
  var language = asked === "en" || asked === "zh" ? asked : /^zh/i.test(navigator.language) ? "zh" : "en";
  document.getElementById("show-" + language).checked = true;
  function tell() { document.documentElement.lang = document.getElementById("show-zh").checked ? "zh" : "en"; }
  document.addEventListener("change", tell);
  tell();
})();
