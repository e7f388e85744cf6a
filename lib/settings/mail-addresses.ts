import { Token } from 'aws-cdk-lib';
import { SettingError } from './setting-error.ts';

/** @throws SettingError naming the prop, and the address that is none or stands there twice. */
export function checkAddresses(prop: string, addresses: readonly string[], next: string): void {
  for (const address of addresses) {
    if (Token.isUnresolved(address) || /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(address)) continue;
    throw new SettingError(`${prop}: '${address}' is not an e-mail address. ${next}.`);
  }
  const twice = addresses.find((address, index) => addresses.indexOf(address) !== index);
  if (twice !== undefined) throw new SettingError(`${prop}: '${twice}' stands there twice. Remove one of them.`);
}
