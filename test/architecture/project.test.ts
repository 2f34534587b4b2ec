import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";

const ROOT = new URL("../../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, ROOT), "utf8");

describe("the project", () => {
  test("composes the database that it documents, reachable from this machine alone", () => {
    const { services } = parse(read("docker-compose.yml"));
    expect(services.timescaledb).toMatchObject({
      image: "timescale/timescaledb:2.15.2-pg15",
      environment: {
        POSTGRES_USER: "bess",
        POSTGRES_PASSWORD: "besspassword",
        POSTGRES_DB: "bess",
      },
      ports: ["127.0.0.1:5432:5432"],
    });
    expect(services.timescaledb.healthcheck.test.join(" ")).toContain("pg_isready");
    expect(services.timescaledb.volumes).toHaveLength(1);
  });

  test("pins every dependency", () => {
    const { dependencies, optionalDependencies, devDependencies } = JSON.parse(
      read("package.json"),
    );
    for (const version of Object.values({
      ...dependencies,
      ...optionalDependencies,
      ...devDependencies,
      ...JSON.parse(read(".ci/tools.json")).optionalDependencies,
    }))
      expect(version).toMatch(/^(?:npm:[a-z0-9-/@]+@)?\d+\.\d+\.\d+(?:-beta\.\d+)?$/);
  });

  test("has only what it needs at the top", () => {
    const known = new Set(
      `.ci .git .gitignore CHANGELOG.md CONTRIBUTING.md LICENSE README.md assets.yaml bench biome.json bundle.config.ts docker-compose.yml package-lock.json
       package.json schema.graphql drizzle.config.ts src test tsconfig.json dist node_modules .data docs examples web`.split(
        /\s+/,
      ),
    );
    expect(readdirSync(ROOT).filter((name) => !known.has(name))).toEqual([]);
  });

  test("has a licence", () => {
    expect(existsSync(new URL("LICENSE", ROOT))).toBe(true);
    expect(read("LICENSE")).toContain("MIT License");
  });
});
