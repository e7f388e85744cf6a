import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { grantAsTerraform } from '../../../../../lambda/core/grant/snippet/terraform.ts';
import { anyGrant } from '../../../../support/any-grant.ts';
import { literal, readResource } from '../../../../support/hcl.ts';

test('the grant as a Terraform resource gives the same policy, name and target, whatever they are called', () => {
  fc.assert(
    fc.property(anyGrant, (grant) => {
      const { target, policyName, document } = grant;
      const { type, name, attributes } = readResource(grantAsTerraform(grant));
      const { policy, ...rest } = attributes;
      expect(type).toBe(`aws_iam_${target.kind}_policy`);
      expect(name).toMatch(/^[a-z][a-z0-9_]*$/);
      expect(rest).toEqual({ [target.kind]: target.name, name: policyName });
      expect(JSON.parse(String(policy))).toEqual(document);
    }),
    { numRuns: 500 },
  );
});

describe('what our reader of HCL takes a string for is what `terraform console` 1.11.4 says', () => {
  test.each([
    ['\\u0024{x}', '${x}'],
    ['\\u0025{if}', '%{if}'],
    ['%%{x}', '%{x}'],
    ['$${x}', '${x}'],
    ['\\u0027\\u0060\\u0022', '\'`"'],
    ['\\U0001F600', '😀'],
    ['a\\nb\\\\', 'a\nb\\'],
    ['100% $5', '100% $5'],
  ])('"%s"', (inside, value) => {
    expect(literal(inside)).toBe(value);
  });

  test.each(['${x}', '%{ if true }', 'a${x}'])('"%s" is a template', (inside) => {
    expect(() => literal(inside)).toThrow('A template begins');
  });

  test.each([
    ['a string over two lines', 'resource "a" "b" {\n  c = "d\ne"\n}'],
    ['a word where a value is due', 'resource "a" "b" {\n  c = true\n}'],
    ['two members on one line', 'resource "a" "b" {\n  c = "d" e = "f"\n}'],
    ['two resources', 'resource "a" "b" {\n}\nresource "a" "c" {\n}'],
    ['a list without commas', 'resource "a" "b" {\n  c = ["d" "e"]\n}'],
    ['a quoted name of an attribute', 'resource "a" "b" {\n  "c" = "d"\n}'],
  ])('%s is refused', (_, source) => {
    expect(() => readResource(source)).toThrow();
  });
});
