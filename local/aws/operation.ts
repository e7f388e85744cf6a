/** One operation of a service: what it needs to be allowed to do, and what it does. */
import type { Need } from './authorization/authorize.ts';
import type { Call } from './call.ts';

/** The SDK writes a required member as `string | undefined`; the protocol has already refused a request without one. */
export type Checked<Input> = {
  [Member in keyof Input]: Record<never, never> extends Pick<Input, Member>
    ? Input[Member]
    : Exclude<Input[Member], undefined>;
};

/** Methods, not functions: each takes its own input, which the SDK's schema of that same operation has shaped. */
export interface Operation {
  needs(input: object, call: Call): readonly Need[];
  run(input: object, call: Call): unknown;
}

export type Operations = Readonly<Record<string, Operation>>;

interface OperationDefinition<Input extends object, Output extends object> {
  readonly needs: (input: Checked<Input>, call: Call) => readonly Need[];
  readonly run: (input: Checked<Input>, call: Call) => Output | Promise<Output>;
}

export const operation = <Input extends object, Output extends object>(
  definition: OperationDefinition<Input, Output>,
): Operation => definition;
