// The fields of a message of protobuf by their numbers, read by the wire format alone.

export type Fields = ReadonlyMap<number, readonly (bigint | Buffer)[]>;

const [VARINT, FIXED64, BYTES, FIXED32] = [0, 1, 2, 5];

export function fieldsOf(message: Buffer): Fields {
  const fields = new Map<number, (bigint | Buffer)[]>();
  let at = 0;

  function varint(): bigint {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = message.readUInt8(at++);
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  }

  /** The next bytes. */
  function take(length: number): Buffer {
    at += length;
    return message.subarray(at - length, at);
  }

  function value(type: number): bigint | Buffer {
    if (type === VARINT) return varint();
    if (type === FIXED64) return take(8).readBigUInt64LE();
    if (type === FIXED32) return BigInt(take(4).readUInt32LE());
    if (type !== BYTES) throw new Error(`wire type ${type}`);
    return take(Number(varint()));
  }

  while (at < message.length) {
    const tag = Number(varint());
    const read = value(tag & 7);
    fields.set(tag >> 3, [...(fields.get(tag >> 3) ?? []), read]);
  }
  return fields;
}

export function messagesIn(fields: Fields, number: number): Fields[] {
  return (fields.get(number) ?? []).map((it) => fieldsOf(it as Buffer));
}

export function textIn(fields: Fields, number: number): string {
  return String(fields.get(number)?.[0] ?? "");
}

export function hexIn(fields: Fields, number: number): string {
  return (fields.get(number)?.[0] as Buffer | undefined)?.toString("hex") ?? "";
}

export function wholeIn(fields: Fields, number: number): bigint {
  return BigInt.asIntN(64, (fields.get(number)?.[0] as bigint | undefined) ?? 0n);
}
