import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { grantAsCloudFormation } from '../../../../../lambda/core/grant/snippet/cloudformation.ts';
import { anyGrant, legalGrant, resourcesOf } from '../../../../support/any-grant.ts';
import { fillByTemplate, resourcesIn, synthesised } from '../../../../support/stack-of.ts';

describe('the grant as a template', () => {
  test('gives the same policy, name and target, whatever they are called', () => {
    fc.assert(
      fc.property(anyGrant, (grant) => {
        expect(resourcesIn(fillByTemplate(grantAsCloudFormation(grant)))).toEqual(resourcesOf(grant));
      }),
      { numRuns: 200 },
    );
  }, 60_000);

  test("synthesises to what the resources' own schemas allow", () => {
    const grants = fc.sample(legalGrant, 20);
    expect(synthesised(grants.map((grant) => fillByTemplate(grantAsCloudFormation(grant))))).toEqual(
      grants.map(resourcesOf),
    );
  }, 60_000);

  test('is looked at by those schemas: a name that IAM does not have is refused', () => {
    const [grant] = fc.sample(legalGrant, 1);
    if (grant === undefined) throw new Error('no grant');
    const misnamed = grantAsCloudFormation({ ...grant, target: { kind: 'group', name: 'two words' } });
    expect(() => synthesised([fillByTemplate(misnamed)])).toThrow('GroupName');
  });
});
