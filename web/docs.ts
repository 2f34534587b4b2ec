// The page of the REST API.
import "swagger-ui-dist/swagger-ui.css";
import SwaggerUi from "swagger-ui-dist/swagger-ui-es-bundle.js";

SwaggerUi({
  url: "openapi.json",
  dom_id: "#docs",
  deepLinking: true,
  tryItOutEnabled: true,
  validatorUrl: null,
});
