// Shows the API's description; everything it needs comes from this server.
const place = document.getElementById("docs");

window.SwaggerUIBundle({
  domNode: place,
  url: place.dataset.schema,
  // Its links would stand inside buttons, where no keyboard and no screen reader expects them.
  deepLinking: false,
  presets: [window.SwaggerUIBundle.presets.apis],
  layout: "BaseLayout",
  validatorUrl: null,
});
