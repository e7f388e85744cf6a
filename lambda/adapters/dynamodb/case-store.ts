/**
 * The case store on DynamoDB. Every step is one conditional write that may be repeated in any order, so a crash between two of them or a
 * second delivery changes nothing. Source: docs/decisions/0002-counting-denials-exactly-once.md.
 */
import { type DynamoDBDocumentClient, GetCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import pLimit from 'p-limit';
import { afterDiagnosis, second } from '../../core/case/after-diagnosis.ts';
import { type Case, isClosed, stateAfter } from '../../core/case/case.ts';
import type { Denial } from '../../core/denial/denial.ts';
import { canonicalJson } from '../../core/text/canonical-json.ts';
import type { CaseStore, Recorded } from '../../ports/case-store.ts';
import type { Transition } from '../../ports/case-transitions.ts';
import type { Trail } from '../../ports/trail.ts';
import { sha256 } from '../sha256.ts';
import { CASE, caseFrom, type Item, optionalText, stateIn, transitionCountOf } from './case-item.ts';
import { keepNewestEntry, transitionUpdate } from './case-transitions.ts';
import { conditional } from './conditional-write.ts';
import { countDenials, LEASE_MS, MOST_ATTEMPTS, MOST_TOGETHER, type Placed } from './denial-counting.ts';

/** Writes under way when a batch of a hundred is counted: a call is given up after ten seconds, and a slow table would see it repeated for nothing. */
const COUNTS_AT_ONCE = 10;

/** A repeat after this long is diagnosed anew, as the world may have changed: soon where someone was told to change it. Milliseconds. */
const KEEPS_MS = { proposed: 3_600_000, advised: 300_000 } as const;

/** What a diagnosis rests on besides the account: a repeat that differs in it is another question (signed in with MFA by now). */
const circumstances = ({ effect, policyType, policyArn, operation, region, request }: Denial): string =>
  sha256(
    canonicalJson({
      effect,
      policyType,
      policyArn,
      operation,
      region,
      mfa: request.mfa,
      ip: request.sourceIp,
      vpce: request.vpcEndpointId,
    }),
  );

type SaveInput = Parameters<CaseStore['saveDiagnosis']>[0];

interface CaseStoreSettings {
  readonly table: string;
  /** Which remediator it is. */
  readonly installation: string;
  readonly trail: Trail;
  /** How long a proposal waits for a person. */
  readonly proposalHours: number;
}

export function dynamoCaseStore(
  client: DynamoDBDocumentClient,
  { table: TableName, installation, trail, proposalHours }: CaseStoreSettings,
): CaseStore {
  const getItem = async (caseKey: string, item: string): Promise<Item | null> => {
    const { Item } = await client.send(new GetCommand({ TableName, Key: { caseKey, item }, ConsistentRead: true }));
    return Item ?? null;
  };

  /** One of several may take an abandoned, outdated or differing diagnosis over. */
  async function takeOver({ item, heard: { eventId } }: Placed, now: Date): Promise<boolean> {
    const taken = await conditional(
      client.send(
        new UpdateCommand({
          TableName,
          Key: { caseKey: item['caseKey'], item: CASE },
          UpdateExpression: 'SET lease = :lease, leaseUntil = :until',
          ConditionExpression: 'lease = :from AND leaseUntil = :fromUntil',
          ExpressionAttributeValues: {
            ':lease': eventId,
            ':until': now.getTime() + LEASE_MS,
            ':from': item['lease'],
            ':fromUntil': item['leaseUntil'],
          },
        }),
      ),
    );
    return taken !== null;
  }

  /** A denial after the grant was written, or after apply gave up, and nobody has looked since. */
  function reopens(item: Item, at: string): boolean {
    const after = optionalText(item, 'reopensAfter');
    const diagnosedAt = optionalText(item, 'diagnosedAt');
    return after !== null && second(at) > second(after) && (diagnosedAt === null || diagnosedAt <= after);
  }

  /**
   * Whether it is this denial's turn to diagnose: `own`, as it was before, or `free`, for one who takes it over. `leaseUntil` of a diagnosed case is
   * the time from which a repeat is worth a new look.
   */
  function turnOf({ item, heard: { eventId, denial, at }, as }: Placed, now: Date): 'own' | 'free' | null {
    const state = stateIn(item);
    // What a person decided is under way or done, and what settled the case came after this denial: there is nothing new to find out.
    if (state === 'approved' || state === 'reverting' || isClosed(state)) return null;
    const settled = optionalText(item, 'reopensAfter');
    if (settled !== null && second(at) <= second(settled)) return null;
    if (item['lease'] === eventId) return item['diagnosedBy'] === eventId ? null : 'own';
    const isNews = as === 'newest';
    const isDiagnosed = item['diagnosedBy'] === item['lease'];
    const differs = isNews && isDiagnosed && item['circumstances'] !== circumstances(denial);
    const isOver = Number(item['leaseUntil']) < now.getTime();
    return differs || isOver || (isNews && reopens(item, at)) ? 'free' : null;
  }

  /** The one of these that diagnoses, the newest if it may; null: none. */
  async function whoDiagnoses(placed: readonly Placed[], now: Date): Promise<Placed | null> {
    const newestFirst = placed.toSorted((a, b) => Number(b.as === 'newest') - Number(a.as === 'newest'));
    for (const one of newestFirst) {
      const turn = turnOf(one, now);
      if (turn === 'own') return one;
      // Whoever took it from us took it from all of us.
      if (turn === 'free') return (await takeOver(one, now)) ? one : null;
    }
    return null;
  }

  /** `where`: a condition on top of those on the lease and on the number of transitions. */
  async function save(
    of: Case,
    { eventId, denial, diagnosis, now }: SaveInput,
    where: Readonly<Record<string, unknown>> = {},
  ): Promise<Item | null> {
    const looked = {
      diagnosedAt: now.toISOString(),
      diagnosedBy: eventId,
      leaseUntil: now.getTime() + KEEPS_MS[stateAfter(diagnosis)],
      circumstances: circumstances(denial),
    };
    const expiresAt = new Date(now.getTime() + proposalHours * 3_600_000).toISOString();
    const deniedAt = denial.time ?? now.toISOString();
    const reaction = afterDiagnosis(of, diagnosis, { deniedAt, expiresAt, now });
    const Key = { caseKey: of.key, item: CASE };
    if (reaction === null) {
      const update = {
        UpdateExpression: `SET ${Object.keys(looked)
          .map((name) => `${name} = :${name}`)
          .join(', ')}`,
        ConditionExpression: 'lease = :eventId',
        ExpressionAttributeValues: {
          ...Object.fromEntries(Object.entries(looked).map(([name, value]) => [`:${name}`, value])),
          ':eventId': eventId,
        },
      };
      const written = await conditional(
        client.send(new UpdateCommand({ TableName, Key, ...update, ReturnValues: 'ALL_NEW' })),
      );
      return written?.Attributes ?? null;
    }
    const { asked, proved } = diagnosis.simulations;
    const transition: Transition = {
      to: reaction.to,
      entry: {
        actor: { via: 'system', name: 'diagnose' },
        what: reaction.what,
        digest: diagnosis.proposal?.digest ?? null,
        decision: { before: asked?.decision ?? null, after: proved?.decision ?? null },
      },
    };
    const update = transitionUpdate(of, transition, now, { set: looked, where: { lease: eventId, ...where } });
    const written = await conditional(
      client.send(new UpdateCommand({ TableName, Key, ...update, ReturnValues: 'ALL_NEW' })),
    );
    return written?.Attributes ?? null;
  }

  const counting = { client, table: TableName, installation, trail, oneOfFew: pLimit(COUNTS_AT_ONCE) };
  const recordAll: CaseStore['recordAll'] = async ({ key, subject, denials, now }) => {
    const once = new Map(denials.map(({ denial, eventId }) => [eventId, denial]));
    const heard = [...once].map(([eventId, denial]) => ({ denial, eventId, at: denial.time ?? now.toISOString() }));
    const recorded = new Map<string, Recorded>();
    for (let from = 0; from < heard.length; from += MOST_TOGETHER) {
      const together = heard.slice(from, from + MOST_TOGETHER);
      const placed = await countDenials(counting, { key, subject, now }, together);
      const diagnoses = await whoDiagnoses(placed, now);
      for (const { heard: one, item, as } of placed) {
        if (one === diagnoses?.heard)
          recorded.set(one.eventId, {
            kind: 'to-diagnose',
            transitionCount: transitionCountOf(item),
            of: caseFrom(item),
          });
        else recorded.set(one.eventId, { kind: as === 'known' ? 'duplicate' : 'counted' });
      }
    }
    return recorded;
  };

  return {
    async record({ denial, eventId, ...of }) {
      const recorded = (await recordAll({ ...of, denials: [{ denial, eventId }] })).get(eventId);
      if (recorded === undefined) throw new Error(`Event ${eventId} was not counted.`);
      return recorded;
    },

    recordAll,

    async saveDiagnosis(input) {
      const { key, eventId, transitionCount, of } = input;
      // Nobody counted or changed the case since: one write does, and reading the case first would be a round more.
      if (of?.transitionCount === 0) {
        const saved = await save(of, input, { version: of.version });
        if (saved !== null) {
          await keepNewestEntry(saved, trail);
          return true;
        }
      }
      for (let attempts = 0; attempts < MOST_ATTEMPTS; attempts += 1) {
        const item = await getItem(key, CASE);
        if (item === null || item['lease'] !== eventId) return false;
        await keepNewestEntry(item, trail);
        // Ours already, where the answer to an earlier try was lost.
        if (item['diagnosedBy'] === eventId) return true;
        if (transitionCountOf(item) !== transitionCount) return false;
        const saved = await save(caseFrom(item), input);
        if (saved === null) continue;
        await keepNewestEntry(saved, trail);
        return true;
      }
      throw new Error(`The case ${key} was changed by others all the time while its diagnosis was to be saved.`);
    },

    async find(key) {
      const item = await getItem(key, CASE);
      return item === null || item['latest'] === undefined ? null : caseFrom(item);
    },

    async awaiting(callKey) {
      const { Items = [] } = await client.send(
        new QueryCommand({
          TableName,
          IndexName: 'awaits',
          KeyConditionExpression: 'awaits = :call',
          ExpressionAttributeValues: { ':call': callKey },
        }),
      );
      return Items.map(({ caseKey }) => String(caseKey));
    },
  };
}
