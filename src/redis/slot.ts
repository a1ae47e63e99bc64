/** Slots of a cluster, over all of its nodes (Redis Cluster specification, "Key distribution model"). */
const SLOTS = 16_384;

/** CRC16 as the specification has it: XMODEM, polynomial 0x1021. */
function crc16(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1) & 0xffff;
  }
  return crc;
}

/** The slot of a key: of what stands between its first braces, if anything does. */
export function slotOf(key: string): number {
  const open = key.indexOf('{');
  const close = open < 0 ? -1 : key.indexOf('}', open);
  return crc16(Buffer.from(close > open + 1 ? key.slice(open + 1, close) : key)) % SLOTS;
}
