import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { grantAsCdk } from '../../../../../lambda/core/grant/snippet/cdk.ts';
import { anyGrant, legalGrant, resourcesOf } from '../../../../support/any-grant.ts';
import { fillByCode, resourcesIn, synthesised } from '../../../../support/stack-of.ts';

describe('the grant as CDK code', () => {
  test('gives the same policy, name and target, whatever they are called', () => {
    fc.assert(
      fc.property(anyGrant, (grant) => {
        expect(resourcesIn(fillByCode(grantAsCdk(grant)))).toEqual(resourcesOf(grant));
      }),
      { numRuns: 200 },
    );
  }, 60_000);

  test("synthesises to what the resources' own schemas allow", () => {
    const grants = fc.sample(legalGrant, 20);
    expect(synthesised(grants.map((grant) => fillByCode(grantAsCdk(grant))))).toEqual(grants.map(resourcesOf));
  }, 60_000);
});
