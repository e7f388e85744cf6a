/**
 * Reconciles the sources on layers that no grant to the principal can answer. An organization's policy only as the message states it and nothing
 * contradicts; a session or an endpoint policy as stated, since the simulator sees neither; the permissions boundary by the message, the
 * simulator and its own text.
 */

import type { Simulation } from '../account/evidence.ts';
import type { Denial } from '../denial/denial.ts';
import type { Question } from '../explanation/question.ts';
import { denyingStatements, keysOf, type Reading, readBoundary } from '../explanation/reading.ts';
import { quoted } from '../text/quoted.ts';
import { type LayerInMessage, layerInMessage, reasonInMessage } from './layer-in-message.ts';
import type { Reconciled } from './reconciled.ts';

const said = (...sentences: readonly (string | null)[]): readonly string[] =>
  sentences.filter((sentence): sentence is string => sentence !== null);

const unclear = (...reasons: readonly (string | null)[]): Reconciled => ({
  kind: 'unclear',
  reasons: said(...reasons),
});

const organizationRefuses =
  "AWS's simulator says that the organization's policies do not allow it. It can be wrong about policies with conditions; ask the owners of the management account.";

function boundaryWords({ principal }: Question): string {
  const { boundaryArn, kind, name } = principal;
  return boundaryArn === null
    ? `the permissions boundary of the ${kind} ${name}`
    : `the permissions boundary ${boundaryArn}`;
}

function simulatorOnBoundary(question: Question, { allowedByBoundary }: Simulation): string | null {
  if (allowedByBoundary === null) return null;
  return `AWS's simulator says that ${boundaryWords(question)} ${allowedByBoundary ? 'allows' : 'does not allow'} it.`;
}

function readingOnBoundary(question: Question, reading: Reading | null): string | null {
  const { boundary } = question.principal;
  if (boundary !== null && boundary.kind !== 'found') return boundary.why;
  if (reading === null) return null;
  const sids = denyingStatements(reading).map(({ match }) =>
    match.statement.sid === null ? `statement ${match.index + 1}` : quoted(match.statement.sid),
  );
  const by = sids.length === 0 ? '' : ` (${sids.join(', ')})`;
  return `Our own reading of that boundary says ${reading.decision}${by}.`;
}

/** The boundary's answer could be the other way round for some value of an unknown key. */
function couldRefuse(reading: Reading): boolean {
  const { decision, allows, doubtfulAllows, possibleDenies } = reading;
  return decision !== 'allowed' || possibleDenies.length > 0 || doubtfulAllows.length === allows.length;
}

function couldAllow(reading: Reading): boolean {
  if (reading.certainDenies.length > 0) return false;
  return reading.allows.length > 0 || reading.possibleAllows.length > 0;
}

const inBoundary = (effect: 'implicit' | 'explicit', sentences: readonly string[]): Reconciled => ({
  kind: 'other-layer',
  layer: { kind: 'permissions-boundary', effect },
  said: sentences,
});

function reconcileBoundaryInMessage(question: Question, denial: Denial, asked: Simulation): Reconciled {
  const { principal } = question;
  const reading = readBoundary(question);
  const message = reasonInMessage(denial);
  const simulator = simulatorOnBoundary(question, asked);
  const read = readingOnBoundary(question, reading);
  if (principal.boundaryArn === null && asked.allowedByBoundary === null) {
    return unclear(
      message,
      `The ${principal.kind} ${principal.name} has no permissions boundary today: it may have been taken away since.`,
    );
  }
  const refuses =
    asked.allowedByBoundary === false || (reading === null ? asked.allowedByBoundary === null : couldRefuse(reading));
  if (!refuses) return unclear(message, simulator, read, 'The boundary may have been changed since; try again.');
  const beside = asked.allowedByOrganizations === false ? organizationRefuses : null;
  return inBoundary(denial.effect ?? 'implicit', said(message, simulator, read, beside));
}

function reconcileLayerInMessage(layer: LayerInMessage, denial: Denial, asked: Simulation): Reconciled {
  const message = reasonInMessage(denial);
  if (layer.kind === 'organization-policy' && layer.layer === 'scp' && asked.allowedByOrganizations === true) {
    return unclear(
      message,
      "AWS's simulator says that the organization's policies allow it: they may have been changed since, or depend on something that the simulator was not told.",
    );
  }
  return { kind: 'other-layer', layer, said: said(message, ...simulatorOnLayer(layer, asked)) };
}

function simulatorOnLayer(layer: LayerInMessage, { allowedByOrganizations }: Simulation): readonly string[] {
  const refuses = allowedByOrganizations === false ? [organizationRefuses] : [];
  const isScp = layer.kind === 'organization-policy' && layer.layer === 'scp';
  if (!isScp) return ["AWS's simulator cannot see such a policy.", ...refuses];
  return allowedByOrganizations === null ? ["AWS's simulator says nothing of the organization."] : refuses;
}

/** The simulator finds that the boundary refuses it, and the message says nothing of it: AWS names one layer even if several refuse. */
function reconcileFoundBoundary(
  question: Question,
  denial: Denial,
  asked: Simulation,
  identity: Reading,
  lifted: Simulation | null,
): Reconciled | null {
  const reading = readBoundary(question);
  const sources = said(
    reasonInMessage(denial),
    simulatorOnBoundary(question, asked),
    readingOnBoundary(question, reading),
  );
  const denies = reading === null ? [] : [...denyingStatements(reading), ...reading.possibleDenies];
  const isDeniedByIdentity =
    identity.certainDenies.length > 0 || (denial.effect === 'explicit' && denial.policyType === 'identity');
  if (isDeniedByIdentity) return null;
  if (denial.effect === 'explicit') return denies.length > 0 ? inBoundary('explicit', sources) : null;
  if (reading?.decision === 'allowed') return unclear(...sources);
  if (reading !== null && couldAllow(reading) && reading.unknownKeys.length > 0) {
    const keys = keysOf(reading);
    return unclear(...sources, `It is not known what the request carried for ${keys}, on which the boundary depends.`);
  }
  if (denial.effect === 'implicit') return reconcileBoundaryBesideMessage(sources, reading, identity, lifted);
  return inBoundary(reading?.decision === 'explicitDeny' ? 'explicit' : 'implicit', sources);
}

/** The message names the identity-based policies, so they must refuse it as well, and without a Deny. */
function reconcileBoundaryBesideMessage(
  sources: readonly string[],
  boundary: Reading | null,
  identity: Reading,
  lifted: Simulation | null,
): Reconciled {
  const passes = lifted?.allowedByBoundary === true ? lifted.decision === 'allowed' : identity.allows.length > 0;
  if (passes)
    return unclear(...sources, 'The identity-based policies allow it today: they may have been changed since.');
  return boundary?.decision === 'explicitDeny'
    ? unclear(...sources, 'The boundary may have been changed since the denial: AWS names a Deny before anything else.')
    : inBoundary('implicit', sources);
}

/** Null: nothing but the identity-based policies, or the role's trust, is in question. */
export function reconcileOtherLayers(
  question: Question,
  denial: Denial,
  asked: Simulation,
  identity: Reading,
  lifted: Simulation | null,
): Reconciled | null {
  const { policyType } = denial;
  const layer = layerInMessage(denial);
  if (layer !== null) return reconcileLayerInMessage(layer, denial, asked);
  if (policyType === 'resource' || policyType === 'role-trust') {
    return unclear(`${reasonInMessage(denial)} No grant to the principal can answer that.`);
  }
  if (policyType === 'permissions-boundary') return reconcileBoundaryInMessage(question, denial, asked);
  if (asked.allowedByOrganizations === false) {
    return unclear(
      reasonInMessage(denial),
      organizationRefuses,
      asked.allowedByBoundary === false ? simulatorOnBoundary(question, asked) : null,
    );
  }
  return asked.allowedByBoundary === false ? reconcileFoundBoundary(question, denial, asked, identity, lifted) : null;
}
