/** One call from its headers to its answer. */
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { asError } from '../../lambda/runtime/as-error.ts';
import { authorize, type Need } from './authorization/authorize.ts';
import { AwsError, type LocalError } from './aws-error.ts';
import { type Call, type Fault, type ServiceName, serviceNames } from './call.ts';
import { callerOf } from './identity/access-keys.ts';
import { callerArn } from './identity/caller.ts';
import { credentialScope } from './identity/credential-scope.ts';
import { requestContext } from './identity/request-context.ts';
import type { Operation } from './operation.ts';
import { jsonError } from './protocol/json.ts';
import { queryError } from './protocol/query.ts';
import { operationSchema } from './protocol/sdk-schema.ts';
import type { WireAnswer, WireRequest } from './protocol/wire.ts';
import type { Service, Services } from './services.ts';
import type { LocalState } from './state/state.ts';
import { trailParameters } from './trail/request-parameters.ts';
import { type TrailEvent, trailEvent } from './trail/trail-event.ts';

interface ServeSettings {
  readonly state: LocalState;
  readonly services: Services;
  readonly enforce: boolean;
  readonly pageSize: number;
  readonly clock: () => Date;
  readonly fault: (call: Call) => Fault | null;
  /** Resolves once whoever made the call is no more. */
  readonly killCaller: (call: Call) => Promise<void>;
  readonly onCall: (call: Call) => void;
  readonly onNeed: (call: Call, need: Need) => void;
  readonly onCloudTrail: (event: TrailEvent) => void;
}

export type Served = WireAnswer | 'drop-connection';

function serviceNamed(name: string): ServiceName {
  const found = serviceNames.find((known) => known === name);
  if (found !== undefined) return found;
  throw new AwsError('UnknownService', `The local AWS has no service "${name}". It has: ${serviceNames.join(', ')}.`);
}

function operationNamed(service: Service, serviceName: ServiceName, name: string): Operation {
  const found = Object.hasOwn(service.operations, name) ? service.operations[name] : undefined;
  if (found !== undefined) return found;
  const known = Object.keys(service.operations).join(', ');
  throw new AwsError('InvalidAction', `The local AWS has no operation ${name} of ${serviceName}. It has: ${known}.`);
}

/** A fault of our own is a 500: the SDK retries it, and the message says what it was. */
function localError(error: unknown): LocalError {
  if (error instanceof AwsError) return { code: error.code, message: error.message, status: error.status };
  return { code: 'InternalFailure', message: asError(error).message, status: 500 };
}

/** As from a proxy that gave up halfway: status and headers say that all is well. */
function garbled(answer: WireAnswer): WireAnswer {
  const { body, bytes } = answer;
  const half = { ...answer, body: body.slice(0, body.length / 2) };
  return bytes === undefined ? half : { ...half, bytes: bytes.slice(0, bytes.length / 2) };
}

export function callServer(settings: ServeSettings): (wire: WireRequest) => Promise<Served> {
  const { state, services, enforce } = settings;

  function receive(wire: WireRequest, requestId: string) {
    const scope = credentialScope(wire.headers['authorization']);
    const serviceName = serviceNamed(scope.service);
    const service = services[serviceName];
    const caller = callerOf(state, scope.accessKeyId);
    const at = settings.clock();
    const circumstances = { region: scope.region, at, userAgent: wire.headers['user-agent'] ?? 'unknown' };
    const context = requestContext(state, caller, circumstances);
    const identified = {
      service: serviceName,
      caller,
      callerArn: callerArn(state, caller),
      ...circumstances,
      requestId,
      state,
      pageSize: settings.pageSize,
      wire,
      authorize: (need: Need) => authorize(state, caller, need, context),
    };
    return { service, identified };
  }

  function checkPermission(service: Service, operation: Operation, call: Call): void {
    if (!enforce && !service.alwaysChecked) return;
    for (const need of operation.needs(call.input, call)) {
      settings.onNeed(call, need);
      const authorization = call.authorize(need);
      const { code, status } = service.accessDenied;
      if (!authorization.allowed) throw new AwsError(code, authorization.words, status);
    }
  }

  function record({ trail }: Service, call: Call, output: unknown, error: LocalError | null): void {
    const schema = trail === null ? null : operationSchema(trail, call.operation);
    if (schema === null) return;
    const requestParameters = trailParameters(schema.input, call.input);
    const event =
      error !== null
        ? trailEvent(call, { kind: 'refused', requestParameters, error })
        : trailEvent(call, {
            kind: 'done',
            requestParameters,
            responseElements: trailParameters(schema.output, output),
          });
    settings.onCloudTrail(event);
  }

  async function carryOut(service: Service, call: Call): Promise<WireAnswer> {
    const operation = operationNamed(service, call.service, call.operation);
    try {
      checkPermission(service, operation, call);
      const output = await operation.run(call.input, call);
      record(service, call, output, null);
      return service.protocol.writeOutput(call.operation, output, call.requestId);
    } catch (error) {
      record(service, call, null, localError(error));
      throw error;
    }
  }

  async function answer(service: Service, call: Call): Promise<Served> {
    settings.onCall(call);
    const fault = settings.fault(call);
    if (fault === 'kill-caller-before') await settings.killCaller(call);
    if (fault === 'drop-connection' || fault === 'kill-caller-before') return 'drop-connection';
    if (typeof fault === 'object' && fault !== null) {
      if ('code' in fault) throw new AwsError(fault.code, fault.message, fault.status);
      await wait(fault.delayMs);
    }
    const served = carryOut(service, call);
    if (fault === 'garble-answer') return garbled(await served);
    if (fault !== 'drop-response' && fault !== 'kill-caller-after') return served;
    // Refused or not: nobody hears of it.
    await served.catch(() => undefined);
    if (fault === 'kill-caller-after') await settings.killCaller(call);
    return 'drop-connection';
  }

  return async (wire) => {
    const requestId = randomUUID();
    let service: Service | null = null;
    try {
      const received = receive(wire, requestId);
      service = received.service;
      const operation = service.protocol.operationName(wire);
      operationNamed(service, received.identified.service, operation);
      const input = service.protocol.readInput(operation, wire);
      return await answer(service, { ...received.identified, operation, input });
    } catch (error) {
      return writeError(service, wire, localError(error), requestId);
    }
  };
}

/** Before the service is known, the request's own form says how to answer. */
function writeError(service: Service | null, wire: WireRequest, error: LocalError, requestId: string): WireAnswer {
  if (service !== null) return service.protocol.writeError(error, requestId);
  return wire.headers['x-amz-target'] === undefined
    ? queryError(error, requestId, '')
    : jsonError(error, requestId, { version: '1.1', messageKey: 'message' });
}
