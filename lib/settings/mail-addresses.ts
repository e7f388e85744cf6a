import { Token } from 'aws-cdk-lib';
import { SettingError } from './setting-error.ts';

/** SNS delivers to ASCII addresses; a slash, which RFC 5322 allows, cannot be part of a construct's id. Tokens are taken as they are. */
export const isMailAddress = (address: string): boolean =>
  Token.isUnresolved(address) ||
  /^[A-Za-z0-9.!#$%&'*+=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,}$/.test(address);

/** Of one list: beyond, a mailing list serves people better, and a stack holds 500 resources. */
const MOST = 100;

/** @throws SettingError naming the prop, and the address that is none or stands there twice. */
export function checkAddresses(prop: string, addresses: readonly string[], next: string): void {
  const wrong = addresses.find((address) => !isMailAddress(address));
  if (wrong !== undefined) throw new SettingError(`${prop}: '${wrong}' is not an e-mail address. ${next}.`);
  if (addresses.length > MOST)
    throw new SettingError(
      `${prop}: it names ${addresses.length} addresses, and each is a subscription of its own: ${MOST} at most. Use a mailing list.`,
    );
  const same = addresses.map((address) => address.toLowerCase());
  const twice = addresses.find((_, index) => same.indexOf(same[index] ?? '') !== index);
  if (twice !== undefined) throw new SettingError(`${prop}: '${twice}' stands there twice. Remove one of them.`);
}
