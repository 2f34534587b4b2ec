# The program as an image: the bundle, the driver of the database and the solver, for a store in PostgreSQL or TimescaleDB.
FROM node:22-alpine AS build
WORKDIR /app
COPY package.json package-lock.json ./
COPY bundle.config.ts tsconfig.json schema.graphql ./
COPY src src
COPY web web
RUN npm ci

FROM node:22-alpine
WORKDIR /app
COPY --from=build /app/dist dist
COPY --from=build /app/node_modules/postgres node_modules/postgres
COPY --from=build /app/node_modules/highs node_modules/highs
COPY src/store/database/migrations src/store/database/migrations
COPY package.json assets.yaml LICENSE ./
RUN mkdir /data && chown node:node /data
USER node
# Each variable of docs/settings.md may be set. This address needs API_TOKEN, or ALLOW_ANONYMOUS=1.
ENV NODE_ENV=production HOST=0.0.0.0
# For DATA=/data beside DATABASE_URL: what waits for the database.
VOLUME /data
EXPOSE 3001
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s \
  CMD ["wget", "-q", "-O", "-", "http://127.0.0.1:3001/health/ready"]
CMD ["node", "--max-semi-space-size=64", "dist/main.js"]
