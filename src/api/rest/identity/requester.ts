// Who sends a request, by its token.
import type { IncomingMessage } from "node:http";
import type { Context } from "hono";
import type { Principal } from "../../../domain/identity/principal.ts";
import { type Problem, problem } from "../../transport/problem.ts";
import type { Services } from "../../transport/services.ts";

/** The principal of a request; or why its token is not accepted. */
export async function requesterOf(
  { env }: Context,
  { authenticator }: Pick<Services, "authenticator">,
): Promise<Principal | Problem> {
  const { headers, socket } = (env as { incoming: IncomingMessage }).incoming;
  const address = socket.remoteAddress ?? "";
  const token = /^\s*bearer +(\S.*?)\s*$/i.exec(headers.authorization ?? "")?.[1];
  const identity = await authenticator.identify(token, address);
  if ("code" in identity) return problem(identity.code, identity.message);
  return { ...identity, channel: "rest", address };
}
