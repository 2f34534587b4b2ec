// Declarations of modules without types.
declare module "*.css";
declare module "swagger-ui-dist/swagger-ui-es-bundle.js" {
  export default function SwaggerUi(options: Record<string, unknown>): void;
}
declare module "*.svg" {
  const url: string;
  export default url;
}
/** The address of a file of GraphiQL, by the build. */
declare module "virtual:graphiql/*" {
  const url: string;
  export default url;
}
