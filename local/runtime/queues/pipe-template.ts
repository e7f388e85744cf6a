/** EventBridge Pipes' input templates and JSON paths. Source: EventBridge user guide, "Pipes input transformation". */
const isFields = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** `$.dynamodb.Keys.caseKey.S`; throws for a path that leads nowhere, as the pipe would fail. */
export function valueAt(path: string, record: unknown): unknown {
  const value = path
    .replace(/^\$\.?/, '')
    .split('.')
    .reduce<unknown>((at, name) => (isFields(at) && Object.hasOwn(at, name) ? at[name] : undefined), record);
  if (value === undefined) throw new Error(`The pipe's path ${path} leads nowhere in the record.`);
  return value;
}

/** `{"caseKey": <$.dynamodb.Keys.caseKey.S>}`: each path becomes its value as JSON. */
export const fillTemplate = (template: string, record: unknown): string =>
  template.replace(/<(\$[^>]*)>/g, (_, path: string) => JSON.stringify(valueAt(path, record)));
