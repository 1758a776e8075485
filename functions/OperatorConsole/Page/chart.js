// Small charts. What they show is said in their labels, too.
import { h, s } from './dom.js';
import { clock, number } from './format.js';

const [width, height] = [240, 48];

const place = (index, length) => (length < 2 ? 0 : (index / (length - 1)) * width);

/** A line over time, on a ground of its own. */
export const line = (values, label, tone = 'tone-0') => {
  const top = Math.max(1, ...values);
  const at = (value) => height - 2 - (value / top) * (height - 6);
  const points = values.map((value, index) => `${place(index, values.length).toFixed(1)},${at(value).toFixed(1)}`);
  return s('svg', {
    class: `chart line ${tone}`, viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: 'none', role: 'img',
    'aria-label': label,
  },
  s('polygon', { points: `0,${height} ${points.join(' ')} ${width},${height}` }),
  s('polyline', { points: points.join(' '), 'vector-effect': 'non-scaling-stroke' }));
};

/** Bars over time, of parts that stand upon each other. */
export const bars = (moments, series, label) => {
  const sums = moments.map((_, index) => series.reduce((sum, one) => sum + one.values[index], 0));
  const top = Math.max(1, ...sums);
  const step = width / Math.max(1, moments.length);
  const column = (at, index) => {
    let base = height;
    const words = series.map((one) => `${number(one.values[index])} ${one.name}`).join(', ');
    return s('g', {},
      s('title', {}, `${clock(at)}: ${words}`),
      s('rect', { class: 'ground', x: index * step, y: 0, width: step, height }),
      series.map((one) => {
        const size = (one.values[index] / top) * (height - 2);
        base -= size;
        return size > 0 && s('rect', {
          class: one.tone, x: index * step + step * 0.15, y: base, width: step * 0.7, height: size,
        });
      }));
  };
  return h('figure', { class: 'bars' },
    s('svg', { class: 'chart', viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: 'none', role: 'img',
      'aria-label': label }, moments.map(column)),
    h('figcaption', {},
      h('span', {}, moments.length ? clock(moments[0]) : ''),
      series.map((one) => h('span', { class: 'key' }, h('i', { class: one.tone }), one.name)),
      h('span', {}, moments.length ? clock(moments.at(-1)) : '')));
};

/** How much of a whole, as a bar in a cell. */
export const share = (value, most) => s('svg', {
  class: 'share', viewBox: '0 0 100 6', preserveAspectRatio: 'none', 'aria-hidden': 'true',
}, s('rect', { class: 'ground', width: 100, height: 6 }),
s('rect', { class: 'part', width: most > 0 ? Math.max(2, (value / most) * 100) : 0, height: 6 }));
