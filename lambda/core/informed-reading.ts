/**
 * Our own reading with what AWS's simulator knows and we do not. It fills in the organization of the principal by itself, which no event and
 * no read of ours tells; that it did shows in the key not being reported as missing. Source: IAM API reference, "SimulatePrincipalPolicy".
 */
import type { Simulation } from './evidence.ts';
import type { Reading } from './guardrail.ts';
import type { StatementInPolicy } from './policy.ts';

const filledIn = /^aws:principalorg(id|paths)$/i;

type Known = (key: string) => boolean;

function knownTo({ missingContext }: Simulation): Known {
  const missing = new Set(missingContext.map((key) => key.toLowerCase()));
  return (key) => filledIn.test(key) && !missing.has(key.toLowerCase());
}

/** No Deny that could be the simulator's may be certain on our side, and an Allow must be left exactly if it found one. */
function withoutDeny(reading: Reading, decision: 'allowed' | 'implicitDeny', isKnown: Known): Reading {
  const turns = ({ match }: StatementInPolicy): boolean => match.dependsOn.some(isKnown);
  const isOpen = ({ match }: StatementInPolicy): boolean => !match.dependsOn.every(isKnown);
  if (reading.certainDenies.length > 0 || !reading.doubtfulDenies.every(turns)) return reading;
  const woken = decision === 'allowed' ? reading.possibleAllows.filter(turns) : [];
  const allows =
    decision === 'allowed' ? [...reading.allows, ...woken] : reading.allows.filter((found) => !turns(found));
  if (allows.length > 0 !== (decision === 'allowed')) return reading;
  const dormant = [...reading.possibleAllows, ...reading.allows].filter((found) => !allows.includes(found));
  return settled({
    ...reading,
    decision,
    allows,
    doubtfulAllows: allows.filter(isOpen),
    doubtfulDenies: [],
    possibleDenies: [...reading.possibleDenies, ...reading.doubtfulDenies].filter(isOpen),
    possibleAllows: dormant.filter(isOpen),
  });
}

function withDeny(reading: Reading, isKnown: Known): Reading {
  const isSettled = ({ match }: StatementInPolicy): boolean => match.dependsOn.every(isKnown);
  const candidates = reading.decision === 'explicitDeny' ? reading.doubtfulDenies : reading.possibleDenies;
  const [only, ...others] = candidates;
  if (reading.certainDenies.length > 0 || only === undefined || others.length > 0 || !isSettled(only)) return reading;
  const possibleDenies = reading.possibleDenies.filter((found) => found !== only);
  return settled({ ...reading, decision: 'explicitDeny', certainDenies: [only], doubtfulDenies: [], possibleDenies });
}

function settled(reading: Reading): Reading {
  const { doubtfulAllows, doubtfulDenies, possibleAllows, possibleDenies } = reading;
  const open = [...doubtfulAllows, ...doubtfulDenies, ...possibleAllows, ...possibleDenies];
  const keys = new Set(open.flatMap(({ match }) => match.dependsOn));
  return { ...reading, unknownKeys: reading.unknownKeys.filter((key) => keys.has(key)) };
}

/** As it was where the simulator knew nothing more, or where its answer cannot be explained by what it knew. */
export function informedBy(asked: Simulation, reading: Reading): Reading {
  const isKnown = knownTo(asked);
  if (!reading.unknownKeys.some(isKnown)) return reading;
  return asked.decision === 'explicitDeny' ? withDeny(reading, isKnown) : withoutDeny(reading, asked.decision, isKnown);
}
