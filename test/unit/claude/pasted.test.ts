import { describe, expect, it } from 'vitest';
import { inspectCode } from '../../../src/claude/pasted.ts';

const CODE = 'aBcD1234efgh-_iJ';
const STATE = 'zYx9876wvut';
const PAGE = 'https://platform.claude.com/oauth/code/callback';

const read = (text: string) => {
  const reading = inspectCode(text);
  if (reading?.ok === true)
    return { code: reading.code.reveal((code) => code), says: reading.says, doubt: reading.doubt };
  return reading === null ? null : reading.problem.what;
};

describe('what is pasted where the code of the sign-in page belongs', () => {
  it.each([
    `${CODE}#${STATE}`,
    ` ${CODE}#\n${STATE}\n`,
    `"${CODE}#${STATE}"`,
    `\u001b[200~${CODE}#${STATE}\u001b[201~`,
  ])('takes %j', (text) => {
    expect(read(text)).toEqual({ code: `${CODE}#${STATE}`, says: 'The code of the sign-in page', doubt: null });
  });

  it.each([
    `${PAGE}?code=${CODE}&state=${STATE}`,
    `<${PAGE}?state=${STATE}&code=${CODE}>`,
    `https://console.anthropic.com/oauth/code/callback?code=${CODE}&state=${STATE}#top`,
  ])('finds it in the address %s', (text) => {
    expect(read(text)).toEqual({ code: `${CODE}#${STATE}`, says: 'The code in this address', doubt: null });
  });

  it('leaves what has no # in it to Claude Code, with a word about it', () => {
    expect(read(CODE)).toMatchObject({ code: CODE, doubt: expect.stringContaining('#') });
  });

  it.each([
    [`sk-ant-api03-FAKE${'x'.repeat(80)}`, 'This is an API key, not the code of the sign-in page.'],
    [`token: sk-ant-oat01-FAKE${'x'.repeat(91)}`, 'This is a setup token, not the code of the sign-in page.'],
    [`sk-ant-ort01-FAKE${'x'.repeat(80)}`, 'This is a refresh token, not the code of the sign-in page.'],
    [`http://localhost:45454/callback?code=${CODE}&state=${STATE}`, 'The code in this address cannot be pasted.'],
    [
      'https://claude.com/cai/oauth/authorize?code=true&client_id=9d1c&code_challenge=abc&state=xyz',
      'This is the address of the sign-in page, not its code.',
    ],
    ['https://claude.ai/settings', 'This is a web address without a code in it.'],
    ['https://[', 'This is a web address without a code in it.'],
  ])('names %s for what it is', (text, what) => {
    expect(read(text)).toBe(what);
  });

  it.each(['', ' \n ', '\u001b[200~\u001b[201~'])('has nothing to say of %j', (text) => {
    expect(read(text)).toBeNull();
  });
});
