/** What of a Slack message Slack would read as markup, and whether it is ours. */
import type { SlackBlock } from '../../lambda/core/slack/block-kit.ts';

/** Each text of a block. */
export function textsOf(block: SlackBlock): string[] {
  switch (block.type) {
    case 'header':
      return [block.text.text];
    case 'section':
      return [...(block.text === undefined ? [] : [block.text.text]), ...(block.fields ?? []).map(({ text }) => text)];
    case 'context':
      return block.elements.map(({ text }) => text);
    case 'divider':
      return ['---'];
    case 'actions':
      return block.elements.map(({ text }) => text.text);
    default:
      return block satisfies never;
  }
}

const ours = [
  /\*(Next|Who|What|Role|When|Last|How often|The grant|Who gains|Why the access there is was not enough|Simulated by AWS|Risk of passing this role|Checklist|Why it was refused|For somebody else to write|(?:The last grant did not help\. )?(?:Waits for an approver|Waits for two approvers|Waits for a second approver|Nobody can approve this here)|Denied again|Denied again, and no other grant is offered|Approved|Applied|Confirmed|Rejected|Expired|Out of date, nothing was written|Could not be applied|Being taken back|Reverted|\d\. [\w :()]+)\*/g,
  /<!date\^\d+\^\{date_short_pretty\} \{time_secs\}\|[^<>|]*>/g,
  /<https:\/\/[a-z0-9.-]+\/iam\/home\?region=[a-z0-9-]+#\/authorization-details\/[\w-]+\|AWS's own page about this denial>/g,
  /^:(?:key|construction|white_check_mark|grey_question|x|heavy_minus_sign):/gm,
  /_and \d+ more_/g,
];
/** What is left of a text for Slack to read as markup, once our own is taken out. */
export const foreign = (text: string): string =>
  ours.reduce((rest, mark) => rest.replace(mark, ''), text.replace(/```[^`]+```|`[^`\n]+`/g, ''));
