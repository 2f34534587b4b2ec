// Whether two texts are the same name.

/** White space counts as one space, and none at the ends: a person cannot see of what kind it is, and a field takes no tab. */
export const isSameName = (a: string, b: string) => plainOf(a) === plainOf(b);

/** Browsers show no other form of a letter with an accent either. */
const plainOf = (name: string) => name.normalize("NFC").trim().replace(/\s+/gu, " ");
