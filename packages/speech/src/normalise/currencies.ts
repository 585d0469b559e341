export interface Currency {
  one: string;
  many: string;
  minorOne?: string;
  minorMany?: string;
}

const withCents = (one: string, many = `${one}s`): Currency => ({
  one,
  many,
  minorOne: 'cent',
  minorMany: 'cents',
});
export const POUND: Currency = {
  one: 'pound',
  many: 'pounds',
  minorOne: 'penny',
  minorMany: 'pence',
};
const EURO = withCents('euro');
const YEN: Currency = { one: 'yen', many: 'yen' };
const YUAN: Currency = { one: 'yuan', many: 'yuan' };
const RUPEE: Currency = { one: 'rupee', many: 'rupees', minorOne: 'paisa', minorMany: 'paise' };
const WON: Currency = { one: 'won', many: 'won' };
const FRANC: Currency = { one: 'Swiss franc', many: 'Swiss francs' };
const RUBLE: Currency = { one: 'ruble', many: 'rubles' };

/** By the sign that stands before or behind the amount. */
export const SYMBOLS = new Map<string, Currency>([
  ['$', withCents('dollar')],
  ['US$', withCents('U S dollar')],
  ['A$', withCents('Australian dollar')],
  ['AU$', withCents('Australian dollar')],
  ['C$', withCents('Canadian dollar')],
  ['CA$', withCents('Canadian dollar')],
  ['NZ$', withCents('New Zealand dollar')],
  ['HK$', withCents('Hong Kong dollar')],
  ['S$', withCents('Singapore dollar')],
  ['R$', withCents('real', 'reais')],
  ['£', POUND],
  ['€', EURO],
  ['Euro', EURO],
  ['¥', YEN],
  ['CN¥', YUAN],
  ['₹', RUPEE],
  ['Rs', RUPEE],
  ['Rs.', RUPEE],
  ['₩', WON],
  ['₽', RUBLE],
  ['₺', { one: 'lira', many: 'lira' }],
  ['₴', { one: 'hryvnia', many: 'hryvnias' }],
  ['₪', { one: 'shekel', many: 'shekels' }],
  ['₦', { one: 'naira', many: 'naira' }],
  ['₱', { one: 'peso', many: 'pesos' }],
  ['₫', { one: 'dong', many: 'dong' }],
  ['฿', { one: 'baht', many: 'baht' }],
  ['₿', { one: 'bitcoin', many: 'bitcoins' }],
]);
/** By ISO 4217. */
export const CODES = new Map<string, Currency>([
  ['USD', withCents('U S dollar')],
  ['CAD', withCents('Canadian dollar')],
  ['AUD', withCents('Australian dollar')],
  ['NZD', withCents('New Zealand dollar')],
  ['EUR', EURO],
  ['GBP', POUND],
  ['JPY', YEN],
  ['CNY', YUAN],
  ['INR', RUPEE],
  ['KRW', WON],
  ['CHF', FRANC],
  ['RUB', RUBLE],
]);

/** What an amount is paid for. */
export const PER = new Map([
  ['hr', 'hour'],
  ['h', 'hour'],
  ['hour', 'hour'],
  ['day', 'day'],
  ['night', 'night'],
  ['week', 'week'],
  ['wk', 'week'],
  ['month', 'month'],
  ['mo', 'month'],
  ['year', 'year'],
  ['yr', 'year'],
  ['min', 'minute'],
  ['kg', 'kilogram'],
  ['lb', 'pound'],
  ['user', 'user'],
  ['person', 'person'],
  ['unit', 'unit'],
  ['share', 'share'],
  ['barrel', 'barrel'],
  ['bbl', 'barrel'],
  ['oz', 'ounce'],
  ['gal', 'gallon'],
  ['ton', 'ton'],
  ['tonne', 'tonne'],
  ['t', 'tonne'],
  ['head', 'head'],
  ['seat', 'seat'],
  ['kWh', 'kilowatt hour'],
  ['GB', 'gigabyte'],
  ['p/h', 'hour'],
  ['p/d', 'day'],
  ['p/w', 'week'],
  ['pw', 'week'],
  ['p/m', 'month'],
  ['pcm', 'calendar month'],
  ['p.a.', 'annum'],
  ['pa', 'annum'],
  ['pp', 'person'],
  ['ppn', 'person per night'],
  ['pppn', 'person per night'],
]);
