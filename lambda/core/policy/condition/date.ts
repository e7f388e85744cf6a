/** Dates in conditions. Source: IAM user guide, "Date condition operators", and W3C NOTE-datetime, which it names. */
import { type Operators, orderings } from './comparison.ts';

const W3C = /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(\.\d+)?)?(Z|[+-]\d\d:\d\d))?)?)?$/;

function offsetMinutes(zone: string): number | null {
  if (zone === 'Z') return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(4, 6));
  if (hours > 23 || minutes > 59) return null;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}

/**
 * Milliseconds since 1970, or null for text that is no date. Accepts `2020`, `2020-04`, `2020-04-01`, `2020-04-01T12:30Z`,
 * `2020-04-01T12:30:15.5+02:00` (a time needs its zone), and epoch seconds: digits, except exactly four, which are a year.
 */
export function readDate(text: string): number | null {
  const parts = W3C.exec(text);
  if (parts === null) return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : null;
  const [, year, month = '01', day = '01', hour = '00', minute = '00', second = '00', fraction = '0', zone = 'Z'] =
    parts;
  const offset = offsetMinutes(zone);
  if (offset === null || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return null;
  const midnight = Date.parse(`${year}-${month}-${day}T00:00:00Z`);
  // Date.parse rolls 30 February over into March.
  if (Number.isNaN(midnight) || new Date(midnight).getUTCDate() !== Number(day)) return null;
  return midnight + ((Number(hour) * 60 + Number(minute) - offset) * 60 + Number(second) + Number(fraction)) * 1000;
}

export const dateOperators: Operators = orderings('Date', 'date', readDate);
