// A provider of OpenID Connect that has keys alone: a test signs tokens as it likes, also forged ones.
import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type JWTHeaderParameters, type JWTPayload, SignJWT } from "jose";

export interface SigningKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

export function createKey(kid: string): SigningKey {
  return { kid, ...generateKeyPairSync("rsa", { modulusLength: 2048 }) };
}

/** Signs a token. @param header Over that of RS256 and the id of the key. */
export function sign(
  { kid, privateKey }: SigningKey,
  claims: JWTPayload,
  header: Partial<JWTHeaderParameters> = {},
): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({ alg: "RS256", typ: "at+jwt", kid, ...header })
    .sign(privateKey);
}

/** A token of parts as they are, with any signature. */
export function forge(header: object, claims: object, signature = "AAAA"): string {
  const part = (it: object) => Buffer.from(JSON.stringify(it)).toString("base64url");
  return `${part(header)}.${part(claims)}.${signature}`;
}

export interface KeyServer {
  readonly issuer: string;
  /** The paths of the requests that came, in order. */
  readonly requests: string[];
  /** What it publishes from now on. */
  publish(...keys: SigningKey[]): void;
  /** Answers by path, in place of the documents: a status, and a text or headers. */
  readonly answers: Map<
    string,
    { status: number; text?: string; headers?: Record<string, string> }
  >;
  /** Whether each connection is cut, as where the server does not run. */
  isCut: boolean;
  stop(): Promise<void>;
}

/** @param issuerOf The issuer that the discovery document names; by default the address of the server. */
export async function startKeyServer(
  issuerOf: (address: string) => string = (address) => address,
): Promise<KeyServer & { readonly address: string }> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const issuer = issuerOf(address);
  let published: readonly SigningKey[] = [];
  const it: KeyServer & { readonly address: string } = {
    ...{ address, issuer, requests: [], answers: new Map(), isCut: false },
    publish(...keys) {
      published = keys;
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  const jwkOf = ({ kid, publicKey }: SigningKey) => ({
    ...publicKey.export({ format: "jwk" }),
    ...{ kid, use: "sig", alg: "RS256" },
  });
  server.on("request", ({ url = "", socket }, response) => {
    it.requests.push(url);
    if (it.isCut) return void socket.destroy();
    const { status, text, headers } = it.answers.get(url) ?? { status: 200 };
    const document = url.includes("openid-configuration")
      ? { issuer, jwks_uri: `${address}/keys` }
      : { keys: published.map(jwkOf) };
    response
      .writeHead(status, { "content-type": "application/json", ...headers })
      .end(text ?? JSON.stringify(document));
  });
  return it;
}
