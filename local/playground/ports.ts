/** What the page needs from the account and from the running parts. It holds no state of its own: each call asks again. */
import type { Press, Seen, Submission } from '../slack/hands.ts';
import type { SlackPosted } from '../slack/room.ts';
import type { Screens } from '../slack/screens.ts';

/** A list that grows or changes while people look at it, oldest first. */
export interface Live<T> {
  list(): readonly T[];
  /** Calls back after each change; returns what ends that. */
  onChange(listener: () => void): () => void;
}

export interface Person {
  readonly name: string;
  readonly groups: readonly string[];
}

export interface Role {
  readonly arn: string;
  /** With its path, as people know it: `service-role/AWSGlueServiceRole-x`. */
  readonly name: string;
  readonly trustsGlue: boolean;
}

/** What stands in the form when Save is pressed. */
export interface JobForm {
  /** A person's name, one of `people()`. */
  readonly user: string;
  /** A job's name, one of `jobs()`. */
  readonly job: string;
  /** As Glue takes it: an ARN, or a name that may belong to no role. At most 2,048 characters. */
  readonly role: string;
  readonly mfa: boolean;
}

export type Saved =
  | { readonly ok: true }
  /** `words` as the console shows them: `updateJob: AccessDeniedException: User: arn:... is not authorized to perform: ...`. */
  | { readonly ok: false; readonly title: string; readonly words: string };

/** Ready-made contents of the form. The first one is what the page opens with. */
export interface Situation {
  readonly label: string;
  readonly form: JobForm;
}

export interface Mail {
  /** Unique among the mails: SNS's message id will do. */
  readonly id: string;
  readonly at: Date;
  /** The one reader whom the subscription lets it through to; null: every subscriber of the topic. */
  readonly to: string | null;
  readonly subject: string;
  readonly text: string;
}

export type StageName =
  | 'save-refused'
  | 'event'
  | 'queued'
  | 'diagnosing'
  | 'case'
  | 'announced'
  /** Told, and a person has to decide. */
  | 'waiting'
  /** Approved, by all who have to. */
  | 'ruled'
  /** Nothing is written: rejected, expired, or the world had changed. Or it is taken back. */
  | 'ended'
  | 'applied'
  | 'confirmed'
  | 'failed';

/** One thing that happened on a denial's way, from Save to the call that went through. */
export interface Stage {
  readonly at: Date;
  readonly stage: StageName;
  /** One line: `Diagnosed in 0.4 s: missing-allow`. */
  readonly text: string;
  /** The first ten digits of the case's key. */
  readonly caseId?: string;
}

/** What people do in Slack, and what only they see there. What throws is shown with its words. */
export interface Interactivity extends Pick<Screens, 'openViews' | 'ephemerals' | 'closeAll'> {
  slackPeople(): readonly { readonly id: string; readonly name: string }[];
  /** `user` is the id of one of `slackPeople()`. */
  press(press: Press & { readonly user: string }): Promise<Seen>;
  submitView(submission: Submission & { readonly user: string }): Promise<Seen>;
}

export interface PlaygroundPorts {
  readonly accountId: string;
  readonly region: string;
  /** For the eye: `glue-help`. */
  readonly slackChannelName: string;
  people(): readonly Person[];
  jobs(): readonly { readonly name: string; readonly role: string }[];
  roles(): readonly Role[];
  situations(): readonly Situation[];
  /** What throws is shown as a failure of this machine, with its words. */
  save(form: JobForm): Promise<Saved>;
  /** Tells of modals and of lines for one person, too. */
  readonly slack: Live<SlackPosted>;
  /** Null: there is no app to answer, and no buttons are shown. */
  readonly interactivity: Interactivity | null;
  readonly mails: Live<Mail>;
  readonly stages: Live<Stage>;
}
