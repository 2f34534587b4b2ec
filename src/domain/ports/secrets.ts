// The port of secrets: random tokens, and digests of them.

export interface Secrets {
  /** A new random text of 43 characters of base64url: 256 bits. */
  newSecret(): string;
  /** SHA-256 of a text in UTF-8, in hex. */
  digestOf(text: string): string;
  /** Whether two digests are equal, in a time that says nothing of them. */
  isEqual(a: string, b: string): boolean;
}
