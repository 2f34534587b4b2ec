import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { readSettings } from "../../src/config/settings.ts";

const ROOT = new URL("../../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, ROOT), "utf8");

/** What a compose file holds, as far as it is checked. */
interface Composition {
  readonly services: Readonly<
    Record<
      string,
      {
        readonly profiles?: readonly string[];
        readonly environment?: Readonly<Record<string, string>>;
        readonly ports?: readonly string[];
        readonly volumes?: readonly string[];
        readonly depends_on?: object;
      }
    >
  >;
  readonly volumes: object;
}

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

  test("composes the program, Prometheus and Grafana by profiles, with files that exist", () => {
    const { services, volumes } = parse(read("docker-compose.yml")) as Composition;
    const byProfile = (profile: string) =>
      Object.keys(services).filter((name) => services[name]?.profiles?.includes(profile) ?? true);
    expect(byProfile("database")).toEqual(["timescaledb"]);
    expect(byProfile("all")).toEqual(["timescaledb", "mando"]);
    expect(byProfile("grafana")).toEqual(Object.keys(services));
    for (const [name, service] of Object.entries(services)) {
      for (const port of service.ports ?? []) expect(port, name).toMatch(/^127\.0\.0\.1:/);
      for (const volume of service.volumes ?? []) {
        const [from = ""] = volume.split(":");
        if (!from.startsWith(".")) expect(volumes, volume).toHaveProperty(from);
        else expect(existsSync(new URL(from, ROOT)), volume).toBe(true);
      }
      for (const other of Object.keys(service.depends_on ?? {}))
        expect(Object.keys(services), name).toContain(other);
    }
    const settings = readSettings({}, { HOST: "0.0.0.0", ...services.mando?.environment });
    expect(settings).not.toHaveProperty("problems");
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
      `.ci .dockerignore .git .gitignore CHANGELOG.md CONTRIBUTING.md LICENSE README.md assets.yaml bench biome.json build bundle.config.ts Dockerfile docker-compose.yml package-lock.json
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
