import {
  looksAt,
  type Match,
  type Matcher,
  matchAt,
  nextWord,
  previousWord,
  type Scan,
  sayToken,
  type Token,
} from './scan.ts';
import { verbaliseInteger, verbaliseNumber, verbaliseTwoDigits } from './verbalise-number.ts';

const MERIDIEM = /(?: ?([ap])\.? ?m|(?<=:\d\d)[ap])(?![\p{L}\d])(\.(?![\p{L}\d]))?/iuy;
const CLOCK =
  /([01]?\d|2[0-4])[:.]([0-5]\d)(?::([0-5]\d)(?:\.(\d{1,6}))?)?(?:(?= ?[ap]\.? ?m(?![\p{L}\d]))|(?=[ap](?![\p{L}\d]))|(?=Z(?![\p{L}\d]))|(?![\p{L}\d]|[:.]\d|,\d{3}))/iuy;
const HOUR =
  /(1[0-2]|0?[1-9])(?=(?: ?[–-] ?(?:1[0-2]|0?[1-9])(?:[:.][0-5]\d)?)? ?[ap]\.? ?m(?![\p{L}\d]))/iuy;
const RANGE = /( ?[–-] ?| to )(?=\d)/uy;
const ZULU = /Z(?![\p{L}\d])/uy;
const OFFSET = /([+-])(\d\d):?(\d\d)(?![\p{L}\d])/uy;
const ISO_CLOCK = /([01]\d|2[0-4]):([0-5]\d)(?::([0-5]\d)(?:\.\d{1,9})?)?(?=Z|[+-]\d\d)/uy;
const MILITARY =
  /([01]\d|2[0-3])([0-5]\d)(?:(?= ?(?:hours|UTC|GMT)(?![\p{L}\d]))| ?(?:hrs|h)(?![\p{L}\d]))/uy;
const SPAN = /(0\d)([0-5]\d)[-–]([01]\d|2[0-4])([0-5]\d)(?![\p{L}\d]|[.,:-]\d)/uy;
/** "the 0914 to Leeds" */
const TRAIN = /(0\d)([0-5]\d)(?= (?:to|from|service|train|departure|arrival)(?!\p{L}))/uy;
const DURATION =
  /(\d{1,4}) ?(d|h|hrs?|m|min)[ ]?(\d{1,2}) ?(m|min|mins|s|sec|h)(?![\p{L}\d])(?: ?(\d{1,2}) ?(s|sec|m|min)(?![\p{L}\d]))?/uy;
/** "x10d", "for 10d": days without a second unit. */
const DAYS = /(\d{1,3})d(?![\p{L}\d])/uy;
/** "expires in 5m" */
const MINUTES =
  /(?<=\b(?:back|begins?|due|ends?|expires?|ready|resets?|starts?) in )(\d{1,3})m(?![\p{L}\d])/uy;
const FRENCH = /([01]?\d|2[0-3]) ?h ?([0-5]\d)(?![\p{L}\d]|[.,:]\d| ?(?:m|min|s)(?!\p{L}))/uy;
const UNITS = new Map([
  ['d', 'day'],
  ['h', 'hour'],
  ['hr', 'hour'],
  ['hrs', 'hour'],
  ['m', 'minute'],
  ['min', 'minute'],
  ['mins', 'minute'],
  ['s', 'second'],
  ['sec', 'second'],
]);

interface Clock {
  end: number;
  hour: string;
  minute?: string;
  second?: string;
  /** Digits behind the point of the seconds. */
  fraction?: string;
  meridiem?: string;
  dotted: boolean;
}

/** 3:30pm, 3 p.m., 16:05, 9am–5pm, 7-9pm, 0900 hours, 10:15:30, 16:05:00Z, 1h30m. */
export const matchTime: Matcher = (scan, at) =>
  matchIsoClock(scan, at) ??
  matchDuration(scan, at) ??
  matchFrench(scan, at) ??
  matchMilitary(scan, at) ??
  matchClocks(scan, at);

function matchClocks(scan: Scan, at: number): Match | undefined {
  const first = readClock(scan, at);
  if (first === undefined) return undefined;
  const range = matchAt(RANGE, scan, first.end);
  const second = range === null ? undefined : readClock(scan, first.end + range[0].length);
  if (range === null || second === undefined || range[1] === ' to ') {
    const tokens = [clockToken(scan, at, first, false)];
    if (first.minute === undefined || !looksAt(ZULU, scan, first.end)) {
      return { end: first.end, tokens };
    }
    const end = first.end + 1;
    tokens.push({ start: first.end, end, spoken: 'U T C', letters: true });
    return { end, tokens };
  }
  const sharesHalf = first.meridiem === undefined && second.meridiem !== undefined;
  const start = first.end + range[0].length;
  const last = clockToken(scan, start, second, false);
  return {
    end: second.end,
    tokens: [clockToken(scan, at, first, sharesHalf), { ...last, spoken: `to ${last.spoken}` }],
  };
}

function readClock(scan: Scan, at: number): Clock | undefined {
  const match = matchAt(CLOCK, scan, at);
  if (match === null) return readHour(scan, at);
  const [written, hour, minute, second, fraction] = match;
  const half = matchAt(MERIDIEM, scan, at + written.length);
  const dottedClock = written.charAt(hour.length) === '.';
  if (dottedClock && half === null) return readHour(scan, at);
  return {
    end: at + written.length + (half?.[0].length ?? 0),
    hour,
    minute,
    ...(second === undefined ? {} : { second }),
    ...(fraction === undefined ? {} : { fraction }),
    ...(half === null ? {} : { meridiem: halfOf(half) }),
    dotted: half?.[2] !== undefined,
  };
}

function readHour(scan: Scan, at: number): Clock | undefined {
  const match = matchAt(HOUR, scan, at);
  if (match === null) return undefined;
  const half = matchAt(MERIDIEM, scan, at + match[0].length);
  return {
    end: at + match[0].length + (half?.[0].length ?? 0),
    hour: match[1],
    ...(half === null ? {} : { meridiem: halfOf(half) }),
    dotted: half?.[2] !== undefined,
  };
}

function halfOf(half: RegExpExecArray): string {
  return /a/i.test(half[0]) ? 'A M' : 'P M';
}

function clockToken(scan: Scan, start: number, clock: Clock, bare: boolean): Token {
  const hour = String(Number(clock.hour));
  const parts = [verbaliseInteger(hour, scan.locale)];
  if (clock.minute !== undefined && clock.minute !== '00') {
    parts.push(verbaliseTwoDigits(clock.minute, scan.locale));
  } else if (clock.minute === '00' && clock.meridiem === undefined && !bare) {
    parts.push(...fullHour(scan, clock, Number(hour)));
  }
  if (clock.second !== undefined && (clock.second !== '00' || clock.fraction !== undefined)) {
    const part = clock.fraction === undefined ? '' : `.${clock.fraction}`;
    const seconds = String(Number(clock.second)) + part;
    parts.push(
      'and',
      verbaliseNumber(seconds, scan.locale),
      seconds === '1' ? 'second' : 'seconds',
    );
  }
  if (clock.meridiem !== undefined) parts.push(clock.meridiem);
  const token: Token = { start, end: clock.end, spoken: parts.join(' ') };
  if (clock.meridiem !== undefined) token.letters = true;
  if (clock.dotted) token.period = 'beforeStarter';
  return token;
}

const RANGE_FOLLOWS = / ?[–-] ?\d/uy;

function fullHour(scan: Scan, clock: Clock, hour: number): string[] {
  if (hour === 0 || hour > 12) return ['hundred'];
  if (
    /^(?:o'clock|noon|midnight)$/.test(nextWord(scan, clock.end)) ||
    looksAt(RANGE_FOLLOWS, scan, clock.end)
  )
    return [];
  return ["o'clock"];
}

function matchIsoClock(scan: Scan, at: number): Match | undefined {
  if (scan.text.charAt(at - 1) !== 'T') return undefined;
  const match = matchAt(ISO_CLOCK, scan, at);
  if (match === null) return undefined;
  const [written, hour, minute, second] = match;
  const end = at + written.length;
  const time = clockToken(
    scan,
    at,
    { end, hour, minute, ...(second === undefined ? {} : { second }), dotted: false },
    false,
  );
  if (looksAt(ZULU, scan, end)) {
    return {
      end: end + 1,
      tokens: [time, { start: end, end: end + 1, spoken: 'U T C', letters: true }],
    };
  }
  const offset = matchAt(OFFSET, scan, end);
  if (offset === null) return { end, tokens: [time] };
  const [all, sign, hours, minutes] = offset;
  const amount = verbaliseInteger(String(Number(hours)), scan.locale);
  const rest = minutes === '00' ? '' : ` ${verbaliseInteger(minutes, scan.locale)}`;
  const spoken = `U T C ${sign === '-' ? 'minus' : 'plus'} ${amount}${rest}`;
  const token: Token = { start: end, end: end + all.length, spoken, letters: true };
  return { end: token.end, tokens: [time, token] };
}

/** "14h30" is half past two; "1h30" lasts so long. */
function matchFrench(scan: Scan, at: number): Match | undefined {
  const match = scan.text.slice(at, at + 4).includes('h') ? matchAt(FRENCH, scan, at) : null;
  if (match === null) return undefined;
  const [written, hour, minute] = match;
  const hours = verbaliseInteger(String(Number(hour)), scan.locale);
  const lasts = Number(hour) < 6 ? (Number(hour) === 1 ? ' hour' : ' hours') : '';
  const minutes = minute === '00' ? 'hundred' : verbaliseTwoDigits(minute, scan.locale);
  return sayToken(at, at + written.length, `${hours}${lasts} ${minutes}`);
}

function matchMilitary(scan: Scan, at: number): Match | undefined {
  const span = scan.text.charAt(at) === '0' ? matchAt(SPAN, scan, at) : null;
  if (span !== null) {
    const [from, to] = [
      militaryWords(scan, span[1], span[2]),
      militaryWords(scan, span[3], span[4]),
    ];
    return sayToken(at, at + span[0].length, `${from} to ${to}`);
  }
  const train = scan.text.charAt(at) === '0' ? matchAt(TRAIN, scan, at) : null;
  const named = train !== null && /^the$/i.test(previousWord(scan, at));
  const match = named ? train : matchAt(MILITARY, scan, at);
  if (match === null) return undefined;
  const [written, hour, minute] = match;
  const noun = /h/.test(written) ? ' hours' : '';
  return sayToken(at, at + written.length, militaryWords(scan, hour, minute) + noun);
}

function militaryWords({ locale }: Scan, hour: string, minute: string): string {
  const minutes = minute === '00' ? 'hundred' : verbaliseTwoDigits(minute, locale);
  return `${hour === '00' ? 'zero' : verbaliseTwoDigits(hour, locale)} ${minutes}`;
}

/** A duration of one unit whose letter is something else elsewhere. */
function matchSingleUnit(scan: Scan, at: number): Match | undefined {
  const minutes = matchAt(MINUTES, scan, at);
  if (minutes !== null) {
    const spoken = `${verbaliseInteger(minutes[1], scan.locale)} minute${minutes[1] === '1' ? '' : 's'}`;
    return sayToken(at, at + minutes[0].length, spoken);
  }
  const match = matchAt(DAYS, scan, at);
  if (
    match === null ||
    !/^(?:for|in|after|within|x|last|past|next)$/i.test(previousWord(scan, at))
  ) {
    return undefined;
  }
  const [written, count] = match;
  const days = `${verbaliseInteger(count, scan.locale)} day${count === '1' ? '' : 's'}`;
  return sayToken(at, at + written.length, days);
}

function matchDuration(scan: Scan, at: number): Match | undefined {
  const match = matchAt(DURATION, scan, at);
  if (match === null) return matchSingleUnit(scan, at);
  const [written, first, firstUnit, second, secondUnit, third, thirdUnit] = match;
  const pairs = [
    [first, firstUnit],
    [second, secondUnit],
    [third, thirdUnit],
  ];
  const parts = pairs.flatMap(([count, unit]) => {
    const name = UNITS.get(unit ?? '');
    if (count === undefined || name === undefined) return [];
    return [`${verbaliseNumber(count, scan.locale)} ${name}${Number(count) === 1 ? '' : 's'}`];
  });
  return sayToken(at, at + written.length, parts.join(' '));
}
