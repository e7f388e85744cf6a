import type { APIGatewayProxyEventV2 } from 'aws-lambda';

/** What a function URL sends; the part that is read. */
export type UrlEvent = Pick<APIGatewayProxyEventV2, 'rawPath' | 'headers' | 'isBase64Encoded'> & {
  readonly body?: string | undefined;
  readonly queryStringParameters?: Readonly<Record<string, string | undefined>> | undefined;
  readonly requestContext: { readonly http: { readonly method: string } };
};
