// The address of the server: a socket or a port, its options and its connection string.
import { join } from "node:path";
import { type DataDirectory, NAME } from "./data-directory.ts";

/** The port in the name of a socket, where it is only a number. */
export const SOCKET_PORT = 5432;
const LOOPBACK = "127.0.0.1";
/** The longest path of a socket that the operating system accepts, in bytes. */
const LONGEST_SOCKET_PATH = process.platform === "darwin" ? 103 : 107;

/** A socket in the data directory, which only its owner may enter, or a port of loopback. */
export type Address = { readonly kind: "socket" } | { readonly kind: "tcp"; readonly port: number };

/** Whether the data directory can hold a socket: Windows has none, and a path can be too long. */
export function canHoldSocket(dataPath: string): boolean {
  const path = join(dataPath, `.s.PGSQL.${SOCKET_PORT}`);
  return process.platform !== "win32" && Buffer.byteLength(path) <= LONGEST_SOCKET_PATH;
}

/** Options of the server's command line. Its working directory is its data directory. */
export function listenOptions(address: Address): string[] {
  return address.kind === "socket"
    ? ["listen_addresses=", "unix_socket_directories=.", `port=${SOCKET_PORT}`]
    : [`listen_addresses=${LOOPBACK}`, "unix_socket_directories=", `port=${address.port}`];
}

/** The connection string. The host of a socket is its directory, percent-encoded as libpq wants it. */
export function connectionString(data: DataDirectory, address: Address, database = NAME): string {
  const host =
    address.kind === "socket"
      ? `${encodeURIComponent(data.path)}:${SOCKET_PORT}`
      : `${LOOPBACK}:${address.port}`;
  return `postgres://${NAME}:${data.password}@${host}/${database}`;
}
