// Everything works without this; it adds what govuk-frontend does in a browser that has it:
// focus on what is wrong, a menu that folds on a phone, a place to drop a file.
import { initAll } from "../built/govuk-frontend.min.js";

document.body.classList.add("js-enabled");
if ("noModule" in HTMLScriptElement.prototype) {
  document.body.classList.add("govuk-frontend-supported");
}
initAll();
