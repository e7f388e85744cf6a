import { describe, expect, test } from '@jest/globals';
import { formTree } from '../../../../local/aws/protocol/form-tree.ts';

/** Without prototypes, so that toEqual compares what is in it. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('a form that a query service gets', () => {
  test('becomes objects and lists', () => {
    const body = 'Action=X&Names.member.1=a&Names.member.2=b&Entry.Key=k%20v';
    expect(plain(formTree(body))).toEqual({ Action: 'X', Names: { member: ['a', 'b'] }, Entry: { Key: 'k v' } });
  });

  test('may number its list in any order, with gaps', () => {
    expect(plain(formTree('L.member.30=c&L.member.2=a&L.member.10=b'))).toEqual({ L: { member: ['a', 'b', 'c'] } });
  });

  test('cannot reach the prototype of objects', () => {
    const tree = formTree('__proto__.polluted=yes&constructor.prototype.polluted=yes');
    expect(Object.getPrototypeOf(tree)).toBeNull();
    expect(Object.getOwnPropertyNames(tree)).toEqual(['__proto__', 'constructor']);
    expect(Object.getOwnPropertyNames({})).toEqual([]);
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });

  test.each([
    ['a name that is a text and an object', 'a=1&a.b=2', 'a.b is both a value and a structure'],
    ['a name nested too deeply', `${'a.'.repeat(20)}b=1`, `${'a.'.repeat(20)}b is nested too deeply`],
  ])('%s is refused', (_, body, message) => {
    expect(() => formTree(body)).toThrow(message);
  });
});
