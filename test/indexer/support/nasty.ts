/** What strangers send: other types, too much, too deep, what means something elsewhere. */
export const NASTY: readonly unknown[] = [
  ...[
    '',
    ' ',
    '\0',
    'null',
    '%00',
    '%',
    '..',
    '../../etc/passwd',
    "' or 1=1 --",
    '"; drop table agreements; --',
  ],
  ...['{{7*7}}', '<script>alert(1)</script>', '\ud800', '🔋', 'a'.repeat(5_000)],
  ...['0x', `0x${'0'.repeat(64)}`, `0x${'f'.repeat(64)}`, `0x${'0'.repeat(40)}`, `0x${'g'.repeat(64)}`],
  ...['0', '-0', '-1', '1e309', '0x10', 'NaN', 'Infinity', '9007199254740993', String(2n ** 256n)],
  ...['9'.repeat(400), 'energy.supply', 'buy', '881f8d4a49fffff', 'WzEsMV0', 'e30', '2026-11-22T00:00:00Z'],
  ...[null, true, false, 0, -1, 1.5, 1e308, [], {}, [[[[]]]], { toString: 1 }, { length: -1 }],
  { kind: 'authorization' },
  JSON.parse('{"__proto__": {"polluted": true}, "constructor": {"prototype": {}}}'),
]
