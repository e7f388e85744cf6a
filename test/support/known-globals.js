// biome-ignore-all lint/suspicious/noShadowRestrictedNames: to shadow them is what it is for.
/**
 * What every program may name without an import. In Jest each look at a global goes through an interceptor, a hundred times as slow as a look at a
 * variable, and what is looked at most is `Array` and `Object`: so each module gets them as variables. Not the clock, which tests replace.
 */
export const {
  Array,
  BigInt,
  Boolean,
  Buffer,
  Error,
  Intl,
  JSON,
  Map,
  Math,
  Number,
  Object,
  Promise,
  RegExp,
  Set,
  String,
  Symbol,
  TypeError,
  URL,
  Uint8Array,
  WeakMap,
  encodeURIComponent,
  parseInt,
} = globalThis;
