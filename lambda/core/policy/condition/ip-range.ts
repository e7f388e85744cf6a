/** IP addresses and CIDR ranges. Source: IAM user guide, "IP address condition operators". */

interface Address {
  readonly bits: 32 | 128;
  readonly value: bigint;
}

function readV4(text: string): bigint | null {
  const octets = text.split('.');
  if (octets.length !== 4 || !octets.every((octet) => /^(0|[1-9]\d{0,2})$/.test(octet) && Number(octet) <= 255))
    return null;
  return octets.reduce((value, octet) => (value << 8n) | BigInt(octet), 0n);
}

/** Only the end of an address may be written as IPv4. */
function readGroups(text: string, isEnd: boolean): bigint[] | null {
  if (text === '') return [];
  const groups: bigint[] = [];
  const written = text.split(':');
  for (const [at, group] of written.entries()) {
    const embedded = isEnd && at === written.length - 1 ? readV4(group) : null;
    if (embedded !== null) groups.push(embedded >> 16n, embedded & 0xffffn);
    else if (/^[0-9a-f]{1,4}$/i.test(group)) groups.push(BigInt(`0x${group}`));
    else return null;
  }
  return groups;
}

function readV6(text: string): bigint | null {
  const halves = text.split('::');
  const [left, right] = halves.map((half, at) => readGroups(half, at === halves.length - 1));
  if (halves.length > 2 || left === undefined || left === null || right === null) return null;
  const missing = 8 - left.length - (right?.length ?? 0);
  if (right === undefined ? missing !== 0 : missing < 1) return null;
  const groups = [...left, ...Array.from({ length: missing }, () => 0n), ...(right ?? [])];
  return groups.reduce((value, group) => (value << 16n) | group, 0n);
}

function readAddress(text: string): Address | null {
  const bits = text.includes(':') ? 128 : 32;
  const value = bits === 128 ? readV6(text) : readV4(text);
  return value === null ? null : { bits, value };
}

/**
 * Is the address in the range? `203.0.113.0/24`, `2001:DB8:1234:5678::/64`; without a prefix length, that one address. Bits after the
 * prefix are ignored. An IPv4 range never holds an IPv6 address. False for text that is no range or no address.
 */
export function isInRange(range: string, address: string): boolean {
  const [base = '', length, ...more] = range.split('/');
  const network = readAddress(base);
  const host = readAddress(address);
  if (network === null || host === null || network.bits !== host.bits || more.length > 0) return false;
  if (length !== undefined && !(/^\d{1,3}$/.test(length) && Number(length) <= network.bits)) return false;
  const ignored = BigInt(network.bits - Number(length ?? network.bits));
  return network.value >> ignored === host.value >> ignored;
}
