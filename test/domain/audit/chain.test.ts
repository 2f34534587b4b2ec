// The chain of the audit log: what a verification finds.
import { expect, test } from "vitest";
import { checkpointAt, headText, NO_LINK, readHead } from "../../../src/domain/audit/chain.ts";
import { auditText, recordOfText, recordOrDamaged } from "../../../src/domain/audit/text.ts";
import { createVerification, type StoredLink } from "../../../src/domain/audit/verification.ts";
import { createDigests } from "../../../src/store/audit/digest.ts";
import { AUDIT_KEY, AUDITED_MS, auditOf, linksOf } from "../../support/audit.ts";
import fc from "../../support/fast-check.ts";

const KEYED = createDigests(AUDIT_KEY);
const PLAIN = createDigests();

type Given = Partial<Parameters<typeof createVerification>[0]>;

function verify(links: readonly StoredLink[], given: Given = {}) {
  const verification = createVerification({ digests: PLAIN, checkpoint: null, ...given });
  for (const link of links) verification.add(link);
  return verification.end();
}
const kindsIn = (links: readonly StoredLink[], given: Given = {}) =>
  verify(links, given).faults.map(({ kind, number }) => [kind, number]);

/** Texts of a chain, and what is done to it at a place. */
const json = fc.jsonValue() as fc.Arbitrary<never>;
const records = fc.array(
  fc.record({ actor: fc.string(), after: json, reason: fc.option(fc.string()) }).map(auditOf),
  { minLength: 1, maxLength: 12 },
);
const chains = fc
  .tuple(records, fc.boolean())
  .map(([given, isKeyed]) => ({ links: linksOf(given, isKeyed ? KEYED : PLAIN), isKeyed }));
const places = fc.tuple(chains, fc.nat(), fc.nat()).map(([{ links, isKeyed }, first, second]) => {
  const digests = isKeyed ? KEYED : PLAIN;
  return { links, digests, one: first % links.length, two: second % links.length };
});

test("a record has one text, which is read back as it was", () => {
  fc.assert(
    fc.property(records, ([record]) => {
      const text = auditText(record as never);
      const read = recordOfText(text);
      expect(auditText(read as never)).toBe(text);
      expect(Object.keys(JSON.parse(text))[0]).toBe("id");
    }),
  );
  const record = auditOf();
  expect(recordOfText(auditText(record))).toEqual(record);
  for (const text of ["", "null", "[]", '{"id":"x"}', "{"])
    expect(recordOfText(text)).toBeUndefined();
  expect(recordOrDamaged("{", "some").action).toBe("record.damaged");
});

test("a whole chain has no fault, and its head is that of its last link", () => {
  fc.assert(
    fc.property(chains, ({ links, isKeyed }) => {
      const { faults, count, head } = verify(links, { digests: isKeyed ? KEYED : PLAIN });
      expect([faults, count, head.hash]).toEqual([[], links.length, links.at(-1)?.hash]);
    }),
  );
});

test("any character of a text that is altered is found at its number", () => {
  fc.assert(
    fc.property(
      places,
      fc.nat(),
      fc.string({ minLength: 1 }),
      ({ links, digests, one }, at, put) => {
        const { text = "", ...link } = links[one] as StoredLink;
        const place = at % text.length;
        const altered = text.slice(0, place) + put + text.slice(place + put.length);
        fc.pre(altered !== text);
        expect(
          kindsIn(links.with(one, { ...link, text: altered, agrees: false }), { digests }),
        ).toEqual([["altered", link.number]]);
      },
    ),
  );
});

test("columns that differ from the text, and a hash that is altered, are found", () => {
  const links = linksOf([auditOf(), auditOf(), auditOf()]);
  const [one, two, three] = links as [StoredLink, StoredLink, StoredLink];
  expect(kindsIn([one, { ...two, agrees: false }, three])).toEqual([["altered", 2]]);
  expect(kindsIn([one, { ...two, hash: one.hash }, three])).toEqual([
    ["altered", 2],
    ["altered", 3],
  ]);
});

test("a record that is removed is found, with its link or without, and what follows is verified", () => {
  fc.assert(
    fc.property(places, ({ links, digests, one }) => {
      const head = links.at(-1);
      const { number } = links[one] as StoredLink;
      const isLast = number === links.length;
      expect(kindsIn(links.toSpliced(one, 1), { digests, head })).toEqual([
        [isLast ? "cut" : "removed", number],
      ]);
      const bare = { ...(links[one] as StoredLink), text: undefined, agrees: false };
      expect(kindsIn(links.with(one, bare), { digests })).toEqual([["removed", number]]);
    }),
  );
});

test("a record that is put in is found, with the number of its place or another one", () => {
  fc.assert(
    fc.property(places, fc.boolean(), ({ links, digests, one }, isRenumbered) => {
      const put = { ...(links[one] as StoredLink), text: auditText(auditOf()), agrees: false };
      const after = links.slice(one).map((link) => {
        return isRenumbered ? { ...link, number: link.number + 1 } : link;
      });
      const found = kindsIn([...links.slice(0, one), put, ...after], { digests });
      expect(found[0]).toEqual(["altered", put.number]);
      expect(found.length).toBeGreaterThan(1);
    }),
  );
  const verification = createVerification({ digests: PLAIN, checkpoint: null });
  const { text = "", signature } = linksOf([auditOf()])[0] as StoredLink;
  const unlinked = { recordId: "some", text, signature, agrees: true };
  verification.addUnlinked({ ...unlinked, isLate: false });
  verification.addUnlinked({ ...unlinked, isLate: true });
  expect(verification.end().faults).toEqual([
    { kind: "put_in", number: null, message: "the record some is put in: it has no link" },
  ]);
});

test("two records that are swapped are found", () => {
  fc.assert(
    fc.property(places, ({ links, digests, one, two }) => {
      fc.pre(one !== two);
      const [a, b] = [links[one] as StoredLink, links[two] as StoredLink];
      const texts = links
        .with(one, { ...a, text: b.text, agrees: false })
        .with(two, { ...b, text: a.text, agrees: false });
      expect(kindsIn(texts, { digests })).toHaveLength(2);
      const whole = links.with(one, b).with(two, a);
      expect(kindsIn(whole, { digests }).length).toBeGreaterThan(0);
    }),
  );
});

test("a tail that is cut off is found by a head of before, and without a head it is not", () => {
  fc.assert(
    fc.property(places, ({ links, digests, one }) => {
      const head = links.at(-1);
      const cut = links.slice(0, one);
      expect(kindsIn(cut, { digests })).toEqual([]);
      expect(kindsIn(cut, { digests, head })).toEqual([["cut", one + 1]]);
      expect(kindsIn(links, { digests, head: links[one] })).toEqual([]);
    }),
  );
});

test("a chain that is written anew is found by a head of before; with a key, no other can", () => {
  const given = [auditOf(), auditOf(), auditOf()];
  const head = linksOf(given)[1];
  const anew = linksOf([auditOf(), ...given.slice(1)]);
  expect(kindsIn(anew)).toEqual([]);
  expect(kindsIn(anew, { head })).toEqual([["other_head", 2]]);
  const [first] = linksOf(given, KEYED) as [StoredLink];
  const forged = linksOf(given.slice(1), PLAIN, first);
  expect(kindsIn([first, ...forged], { digests: KEYED })).toEqual([
    ["altered", 2],
    ["altered", 3],
  ]);
  expect(verify(linksOf(given), { digests: KEYED }).unkeyedCount).toBe(3);
});

test("links with a key need it", () => {
  const links = linksOf([auditOf(), auditOf()], KEYED);
  expect(verify(links)).toMatchObject({ needsKeyFrom: 1, faultCount: 0 });
  const other = createDigests("another key of the log");
  expect(kindsIn(links, { digests: other })).toEqual([["other_key", null]]);
});

test("a chain continues from a checkpoint, whose signature is verified", () => {
  const links = linksOf([auditOf(), auditOf(), auditOf()], KEYED);
  const kept = links.slice(2);
  const checkpoint = checkpointAt(links[1] as StoredLink, AUDITED_MS, KEYED);
  const given = { digests: KEYED, checkpoint };
  expect(kindsIn(kept, given)).toEqual([]);
  expect(kindsIn(kept, { ...given, head: links[1] })).toEqual([]);
  expect(kindsIn(kept, { ...given, head: links[0] })).toEqual([["other_head", 1]]);
  expect(kindsIn(kept, { digests: KEYED })).toEqual([["removed", 1]]);
  const moved = { ...checkpoint, atMs: AUDITED_MS + 1 };
  expect(kindsIn(kept, { ...given, checkpoint: moved })).toEqual([["checkpoint", 2]]);
  const unsigned = { ...checkpoint, signature: null };
  expect(kindsIn(kept, { ...given, checkpoint: unsigned })).toEqual([["checkpoint", 2]]);
});

test("a head is text and is read back; another text is not", () => {
  const head = linksOf([auditOf()])[0] as StoredLink;
  expect(readHead(headText(head))).toEqual({ number: 1, hash: head.hash });
  expect(readHead(headText(NO_LINK))).toEqual(NO_LINK);
  for (const text of ["", "1", "1:abc", `x:${head.hash}`, `1:${head.hash}0`])
    expect(readHead(text)).toBeUndefined();
});
