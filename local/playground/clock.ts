/** Times for the eye. `timeZone` undefined: this machine's. */
export interface Clock {
  readonly now: Date;
  readonly timeZone?: string;
}

type Parts = Intl.DateTimeFormatOptions;

const shown = (at: Date, { timeZone }: Clock, parts: Parts): string =>
  new Intl.DateTimeFormat('en-GB', timeZone === undefined ? parts : { ...parts, timeZone }).format(at);

const hm: Parts = { hour: '2-digit', minute: '2-digit' };
const hms: Parts = { ...hm, second: '2-digit' };
const day: Parts = { day: 'numeric', month: 'short', year: 'numeric' };

export const timeOfDay = (at: Date, clock: Clock): string => shown(at, clock, hm);
export const timeWithSeconds = (at: Date, clock: Clock): string => shown(at, clock, hms);
export const dayAndTime = (at: Date, clock: Clock): string => `${shown(at, clock, day)}, ${timeOfDay(at, clock)}`;

function pretty(at: Date, clock: Clock): string {
  const of = (date: Date): string => shown(date, clock, day);
  if (of(at) === of(clock.now)) return 'Today';
  return of(at) === of(new Date(clock.now.getTime() - 86_400_000)) ? 'Yesterday' : of(at);
}

/** Slack's `<!date^...>` tokens, in this machine's zone. An unknown token stays as it is. Source: Slack, "Date formatting". */
export function slackDate(format: string, at: Date, clock: Clock): string {
  return format.replace(/\{(\w+)\}/g, (token, name: string) => {
    if (name === 'date_num')
      return shown(at, clock, { year: 'numeric', month: '2-digit', day: '2-digit' }).split('/').reverse().join('-');
    if (name === 'time') return timeOfDay(at, clock);
    if (name === 'time_secs') return timeWithSeconds(at, clock);
    if (/^date(_short|_long)?_pretty$/.test(name)) return pretty(at, clock);
    return /^date(_short|_long)?$/.test(name) ? shown(at, clock, day) : token;
  });
}
