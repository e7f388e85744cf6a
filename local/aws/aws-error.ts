/** An answer that is a refusal. `code` is the code on the wire, which is not always the SDK's name: `NoSuchEntity`, not `NoSuchEntityException`. */
export interface LocalError {
  readonly code: string;
  readonly message: string;
  /** HTTP status. The SDK retries 5xx, and some codes such as `Throttling`. */
  readonly status: number;
}

export class AwsError extends Error implements LocalError {
  override readonly name = 'AwsError';
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/** IAM's codes and statuses. Source: API reference of IAM, "Common Errors" and the errors of each operation. */
export const noSuchEntity = (message: string): AwsError => new AwsError('NoSuchEntity', message, 404);
export const invalidInput = (message: string): AwsError => new AwsError('InvalidInput', message);
export const malformedPolicy = (message: string): AwsError => new AwsError('MalformedPolicyDocument', message);
export const validationError = (message: string): AwsError =>
  new AwsError('ValidationError', `1 validation error detected: ${message}`);
