/** `--as FORMAT`: one text for IAM in code and nothing else, so that it may go into a file. */
import { Option } from 'commander';
import {
  formatNames,
  type SnippetFormat,
  type Snippets,
  snippetFormats,
} from '../lambda/core/grant/snippet/snippet.ts';
import { printableLines } from '../lambda/core/text/printable.ts';
import { Failure } from './failure.ts';

export const asOption = (): Option =>
  new Option('--as <format>', 'print only the grant, as text to paste into your own code').choices(snippetFormats);

/** `why`: what the case says instead, in one sentence or two. */
export function textAs(format: SnippetFormat, snippets: Snippets, why: string): string {
  const text = snippets[format];
  if (text !== undefined) return printableLines(text);
  const others = snippetFormats.filter((other) => snippets[other] !== undefined);
  throw new Failure(
    others.length === 0
      ? `There is nothing to write, so there is nothing to print as ${formatNames[format]}. ${why}`
      : `This cannot be written as ${formatNames[format]}; there is ${others.map((other) => `--as ${other}`).join(', ')}. ${why}`,
    1,
  );
}

export function refuseBoth(json: boolean | undefined, format: SnippetFormat | undefined): void {
  if (json && format !== undefined)
    throw new Failure('Give either --json or --as, not both: the JSON holds every format under snippets.', 2);
}
