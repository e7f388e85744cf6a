/**
 * Our own reading with what AWS's simulator knows and we do not. It fills in the organization of the principal by itself, which no event and
 * no read of ours tells; that it did shows in the key not being reported as missing. Source: IAM API reference, "SimulatePrincipalPolicy".
 */
import type { Simulation } from '../account/evidence.ts';
import type { StatementInPolicy } from '../policy/evaluate.ts';
import type { Reading } from './reading.ts';

const filledIn = /^aws:principalorg(id|paths)$/i;

type Known = (key: string) => boolean;

function knownTo({ missingContext }: Simulation): Known {
  const missing = new Set(missingContext.map((key) => key.toLowerCase()));
  return (key) => filledIn.test(key) && !missing.has(key.toLowerCase());
}

/**
 * The Allows of which one let the simulator allow it. One that does not hang on what it knows explains the answer, and then nothing is known
 * of the others. Else it was one of those that do; if some of these hang on something else as well, it may have been any.
 */
function explaining({ allows, doubtfulAllows, possibleAllows }: Reading, isKnown: Known) {
  const turns = ({ match }: StatementInPolicy): boolean => match.dependsOn.some(isKnown);
  const isOpen = ({ match }: StatementInPolicy): boolean => !match.dependsOn.every(isKnown);
  if (allows.some((found) => !turns(found))) return { allows, doubtfulAllows };
  const any = [...allows, ...possibleAllows.filter(turns)];
  return { allows: any, doubtfulAllows: any.some(isOpen) ? any : [] };
}

/** No Deny that could be the simulator's may be certain on our side, and an Allow must be left exactly if it found one. */
function withoutDeny(reading: Reading, decision: 'allowed' | 'implicitDeny', isKnown: Known): Reading {
  const turns = ({ match }: StatementInPolicy): boolean => match.dependsOn.some(isKnown);
  const isOpen = ({ match }: StatementInPolicy): boolean => !match.dependsOn.every(isKnown);
  if (reading.certainDenies.length > 0 || !reading.doubtfulDenies.every(turns)) return reading;
  const possibleDenies = [...reading.possibleDenies, ...reading.doubtfulDenies].filter(isOpen);
  const rest = { ...reading, decision, doubtfulDenies: [], possibleDenies };
  if (decision === 'allowed') {
    const { allows, doubtfulAllows } = explaining(reading, isKnown);
    if (allows.length === 0) return reading;
    const possibleAllows = reading.possibleAllows.filter((found) => !allows.includes(found));
    return settled({ ...rest, allows, doubtfulAllows, possibleAllows });
  }
  if (!reading.allows.every(turns)) return reading;
  const possibleAllows = [...reading.possibleAllows, ...reading.allows].filter(isOpen);
  return settled({ ...rest, allows: [], doubtfulAllows: [], possibleAllows });
}

/** It was one that matches with what is unknown absent, or one that what the simulator knows brings to match: certain if there is but one. */
function withDeny(reading: Reading, isKnown: Known): Reading {
  const turns = ({ match }: StatementInPolicy): boolean => match.dependsOn.some(isKnown);
  const isSettled = ({ match }: StatementInPolicy): boolean => match.dependsOn.every(isKnown);
  const [only, ...others] = [...reading.doubtfulDenies, ...reading.possibleDenies.filter(turns)];
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
