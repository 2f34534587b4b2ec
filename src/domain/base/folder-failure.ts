/** Codes of the system, each with its meaning for a folder of data. */
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "no folder can be made there",
  ENOTDIR: "a file stands in its place: move it elsewhere",
  EEXIST: "a file stands in its place: move it elsewhere",
  EACCES: "this user has no right to write there: change its owner or its rights",
  EPERM: "this user has no right to write there: change its owner or its rights",
  EROFS: "its file system is read-only: mount it for writing",
  ENOSPC: "the disk is full: free 100 MB",
  EDQUOT: "the quota of this user is used up: free 100 MB",
  EIO: "its disk fails",
};

/** Why a folder cannot be used, and what to do. @param error The error of the file system. */
export function folderFailure(error: unknown): string {
  const { code = "", message = String(error) } = error as { code?: string; message?: string };
  const reason = REASONS[code];
  return reason === undefined ? message : `${reason} (${code})`;
}
