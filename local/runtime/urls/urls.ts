/** Every function URL of the template, open on loopback, and put into the settings of the functions that name it. */
import type { DeployedFunction, DeployedUrl, Deployment } from '../deployment.ts';
import { functionIdOf } from '../functions/invocation-shapes.ts';
import { functionUrlOf } from '../intrinsics.ts';
import { type Admit, type OpenUrl, openFunctionUrl } from './function-url.ts';

export interface OpenUrls {
  /** By the function's logical id; null when it has none. */
  of(functionId: string): string | null;
  /** With every URL on AWS replaced by the one on this machine. */
  inSettings(fn: DeployedFunction): DeployedFunction;
  close(): Promise<void>;
}

interface UrlsSettings {
  readonly deployment: Deployment;
  readonly admit: Admit;
  readonly invoke: (fn: DeployedFunction, event: object) => Promise<unknown>;
  readonly onFailure: (functionName: string, error: unknown) => void;
}

export async function openUrls({ deployment, admit, invoke, onFailure }: UrlsSettings): Promise<OpenUrls> {
  const opened: { readonly url: DeployedUrl; readonly functionId: string; readonly open: OpenUrl }[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(opened.map(({ open }) => open.close()));
  };
  try {
    for (const url of deployment.urls) {
      const functionId = functionIdOf(url.TargetFunctionArn);
      const fn = deployment.functions.find(({ id }) => id === functionId);
      if (fn === undefined)
        throw new Error(`The URL ${url.id} belongs to ${url.TargetFunctionArn}, which is not in the template.`);
      const open = await openFunctionUrl({
        url,
        functionName: fn.name,
        admit,
        invoke: (event) => invoke(fn, event),
        onFailure: (error) => onFailure(fn.name, error),
      });
      opened.push({ url, functionId, open });
    }
  } catch (error) {
    await close();
    throw error;
  }
  const local = (text: string): string =>
    opened.reduce(
      (said, { url, open }) => said.replaceAll(functionUrlOf(url.id, deployment.place), open.address),
      text,
    );
  return {
    of: (functionId) => opened.find((one) => one.functionId === functionId)?.open.address ?? null,
    inSettings(fn) {
      const given = Object.entries(fn.Environment.Variables);
      return {
        ...fn,
        Environment: { Variables: Object.fromEntries(given.map(([name, text]) => [name, local(text)])) },
      };
    },
    close,
  };
}
