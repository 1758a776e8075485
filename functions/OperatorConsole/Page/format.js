// Numbers and times, for people.
const whole = new Intl.NumberFormat('en');
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
const time = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });

export const number = (value) => (value >= 100_000 ? compact : whole).format(value);

export const count = (value, one, many = `${one}s`) => `${number(value)} ${value === 1 ? one : many}`;

const sizes = ['B', 'kB', 'MB', 'GB'];

/** 12345 as "12 kB". */
export const bytes = (value) => {
  const step = Math.min(sizes.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, value)) / 3)));
  const scaled = value / 1000 ** step;
  return `${scaled < 10 ? Number(scaled.toFixed(1)) : Math.round(scaled)} ${sizes[step]}`;
};

const units = [['d', 86_400], ['h', 3600], ['min', 60], ['s', 1]];

/** 93784 as "1 d 2 h": the two largest units. */
export const duration = (seconds) => {
  let rest = Math.max(0, Math.round(seconds));
  const parts = [];
  for (const [unit, size] of units) {
    if (rest >= size || (parts.length === 0 && size === 1)) {
      parts.push(`${Math.floor(rest / size)} ${unit}`);
      rest %= size;
    } else if (parts.length > 0) {
      break;
    }
    if (parts.length === 2) {
      break;
    }
  }
  return parts.join(' ');
};

export const milliseconds = (value) =>
  value === null || value === undefined ? '–' : value < 10 ? `${Number(value.toFixed(1))} ms`
  : value < 10_000 ? `${Math.round(value)} ms` : `${(value / 1000).toFixed(1)} s`;

export const moment = (text) => {
  const date = new Date(text);
  return `${day.format(date)}, ${time.format(date)}`;
};

export const clock = (text) => time.format(new Date(text)).slice(0, 5);

/** "3 min ago", "in 2 h". */
export const relative = (text) => {
  const seconds = (Date.now() - new Date(text)) / 1000;
  // Minutes say enough of what is minutes old; of hours and days, two units do.
  const rough = Math.abs(seconds) < 3600 ? duration(Math.abs(seconds)).split(' ').slice(0, 2).join(' ')
    : duration(Math.abs(seconds));
  return Math.abs(seconds) < 5 ? 'now' : seconds < 0 ? `in ${rough}` : `${rough} ago`;
};

/** A long id by its two ends. */
export const short = (id) => (id.length <= 24 ? id : `${id.slice(0, 11)}…${id.slice(-8)}`);

const names = {
  TwilioProxy: 'Twilio Proxy',
  BandwidthWebRtc: 'Bandwidth WebRTC',
  CamaraWebRtc: 'CAMARA WebRTC',
  Conversation: 'Conversation',
  LiveStream: 'Live stream',
  Operator: 'Operator',
};

export const surfaces = Object.keys(names).filter((name) => name !== 'Operator');

export const surfaceName = (surface) => names[surface] ?? surface;
