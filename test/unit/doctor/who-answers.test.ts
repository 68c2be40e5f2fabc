import { expect, it } from 'vitest';
import { whoAnswers } from '../../../src/doctor/who-answers.ts';
import { gatherFacts } from '../../../src/facts/gather.ts';
import { type DoctorCase, layCase, SECRETS } from '../../support/doctor-home.ts';
import { healthy } from './cases/healthy.ts';
import { login } from './cases/login.ts';
import { token } from './cases/token.ts';

const answers = async (one: DoctorCase | undefined) => {
  if (one === undefined) throw new Error('there is no such case');
  const { world, remove } = layCase(one);
  try {
    return whoAnswers(await gatherFacts(world, { slow: false }));
  } finally {
    remove();
  }
};
const titled = (cases: readonly DoctorCase[], title: RegExp) => cases.find((one) => title.test(one.title));

it.each([
  [/stored token in place of the login/, /Claude Code with the setup token anthropic:default, paid by your plan$/],
  [/access token has ended and is renewed at its next use/, /Claude Code with its own login, on your plan$/],
  [/whose refresh token has ended too/, /Claude Code with its own login, which has expired$/],
])('says what Claude Code answers with: %s', async (title, says) => {
  expect((await answers(titled(login, title)))[0]?.says).toMatch(says);
});

it('says of an API key in the settings of Claude Code that it is paid per use', async () => {
  const own = titled(login, /is renewed at its next use/);
  if (own === undefined) throw new Error('there is no such case');
  const lay: DoctorCase['lay'] = (home) => {
    own.lay(home);
    home.file('.claude/settings.json', { apiKeyHelper: '~/bin/key.sh' });
  };
  expect((await answers({ ...own, lay }))[0]?.says).toMatch(
    /Claude Code with an API key from its settings, paid per use$/,
  );
});

it('says that a key in the environment is not used where a token is stored', async () => {
  const works = healthy.find(({ release }) => release === '2026.2.17');
  const lay: DoctorCase['lay'] = (home) => {
    home.env.ANTHROPIC_API_KEY = SECRETS.key;
  };
  const [main] = await answers(works && { ...works, lay });
  expect(main?.says).toMatch(/with the setup token anthropic:default/);
  expect(main?.others).toEqual([
    expect.stringMatching(/^ANTHROPIC_API_KEY from .* is not used: a stored credential comes first$/),
  ]);
});

it('says why a credential is not used', async () => {
  const [main] = await answers(titled(token, /ended last week/));
  expect(main).toMatchObject({ says: expect.stringMatching(/with no credential$/) });
  expect(main?.others).toEqual(['anthropic:default is not used: it has expired']);
});
