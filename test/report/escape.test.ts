import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvField } from '../../src/report/escape/csv.ts';
import { escapeJson, jsonString } from '../../src/report/escape/json.ts';
import { escapeTerminal } from '../../src/report/escape/terminal.ts';
import { hostile } from './arbitrary.ts';

const UNSAFE = /\p{C}|[\p{Zl}\p{Zp}]/u;

describe('escapeTerminal', () => {
  it.each([
    ['plain name.pcap', 'plain name.pcap'],
    ['Datei-ä-日本.pcap', 'Datei-ä-日本.pcap'],
    ['\u001b[31m', '\\x1b[31m'],
    ['a\nb\tc\u007f', 'a\\x0ab\\x09c\\x7f'],
    ['\u009b2J', '\\x9b2J'],
    ['a\u202egpj', 'a\\u{202e}gpj'],
    ['\u200bx\ufeff', '\\u{200b}x\\u{feff}'],
    ['\ud800', '\\u{d800}'],
    ['no\u00a0break', 'no\\xa0break'],
    ['\u{e0041}', '\\u{e0041}'],
    ['::error title=x::y', '\\x3a:error title=x::y'],
    ['a ::set-output name=b::c', 'a \\x3a:set-output name=b::c'],
    ['::1 ::ffff:10.0.0.1, fe80::1 a::b', '::1 ::ffff:10.0.0.1, fe80::1 a::b'],
    ['a##[error]b ##vso[task.x]c ## d', 'a\\x23#[error]b \\x23#vso[task.x]c ## d'],
  ])('makes %j visible', (text, expected) => {
    expect(escapeTerminal(text)).toBe(expected);
  });

  it('lets nothing through that a terminal obeys, and changes nothing twice', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const escaped = escapeTerminal(text);
        expect(escaped).not.toMatch(UNSAFE);
        expect(escapeTerminal(escaped)).toBe(escaped);
      }),
    );
  });
});

describe('JSON', () => {
  it('means the same after escaping and holds nothing unsafe', () => {
    fc.assert(
      fc.property(fc.dictionary(hostile, fc.array(hostile)), (value) => {
        const json = escapeJson(JSON.stringify(value, null, 2));
        expect(json.replaceAll('\n', '')).not.toMatch(UNSAFE);
        expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('keeps a line break inside a string out of the line', () => {
    expect(jsonString('a\nb\u2028\u{1f1e6}\u{e0041}')).toBe('"a\\nb\\u2028\u{1f1e6}\\udb40\\udc41"');
  });
});

describe('csvField', () => {
  it.each([
    ['target.pcap', 'target.pcap'],
    ['a,b', '"a,b"'],
    ['say "hi"', '"say ""hi"""'],
    ['=1+1', "'=1+1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['-x,y', `"'-x,y"`],
    ['a\r\nb', 'a\\x0d\\x0ab'],
    ['\t=1', '\\x09=1'],
    ['', ''],
  ])('writes %j', (text, expected) => {
    expect(csvField(text)).toBe(expected);
  });

  it('reads back as one field that no spreadsheet evaluates', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const field = csvField(text);
        expect(field).toMatch(/^(?:[^",]*|"(?:[^"]|"")*")$/);
        const inside = field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field;
        expect(inside).not.toMatch(/^[=+\-@]/);
        expect(inside.replace(/^'/, '')).toBe(escapeTerminal(text).replace(/^'/, ''));
      }),
    );
  });
});
