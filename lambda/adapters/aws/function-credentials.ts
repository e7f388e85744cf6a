/**
 * Stands for `@aws-sdk/credential-provider-node` in the functions' bundles (lib/functions/handler-function.ts): Lambda hands a function its role's credentials
 * in the environment, so the SDK's other sources (profiles, SSO, container, instance) are 95 KB of code that never runs.
 */
import { fromEnv } from '@aws-sdk/credential-provider-env';

export const defaultProvider = (): ReturnType<typeof fromEnv> => fromEnv();
