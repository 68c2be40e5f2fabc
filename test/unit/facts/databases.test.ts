import { afterEach, expect, it } from 'vitest';
import { gatherFacts } from '../../../src/facts/gather.ts';
import { OUTLINE_SCRIPT, tellSecret } from '../../../src/openclaw/secret-shape.ts';
import { fingerprintKey } from '../../../src/system/secret.ts';
import type { Ran, World } from '../../../src/system/world.ts';
import { layCase, SECRETS } from '../../support/doctor-home.ts';

let remove = () => {};
afterEach(() => remove());

it('are read once for a look, slow or not, and no secret comes out of the child', async () => {
  const laid = layCase({
    title: 'two secrets in a database',
    release: '2026.9.6',
    lay: (home) => {
      const { code: token, refresh, session: access } = SECRETS;
      home.stores.shared.profiles['anthropic:o'] = { type: 'oauth', provider: 'anthropic', access, refresh };
      home.stores.shared.profiles['anthropic:c'] = { type: SECRETS.key, provider: 'x', token, note: { token } };
    },
    owes: null,
  });
  remove = laid.remove;
  const ran: Ran[] = [];
  const run: World['processes']['run'] = async (argv, options) => {
    const answer = await laid.world.processes.run(argv, options);
    if (argv.includes('-e')) ran.push(answer);
    return answer;
  };
  const facts = await gatherFacts({ ...laid.world, processes: { run } }, { slow: true });
  expect(ran).toHaveLength(1);
  expect(ran[0]?.stdout).toContain('"outline"');
  const words = `${ran[0]?.stdout} ${JSON.stringify(facts)}`;
  for (const secret of Object.values(SECRETS)) expect(words).not.toContain(secret.slice(14, -4));
});

it.each(
  Object.values({ ...SECRETS, blank: 'sk-ant-oat01-FAKE FAKE\tFAKE#FAKE FAKEFAKE', short: ' sk-ant-api03-FAKE\n' }),
)('are told of as a file is: %s', (secret) => {
  const outlineWith = new Function('require', `${OUTLINE_SCRIPT}; return outlineWith;`)((name: string) =>
    process.getBuiltinModule(name),
  );
  const outline = outlineWith(fingerprintKey())(secret);
  expect(JSON.stringify(outline)).not.toContain('sk-ant');
  expect(tellSecret(outline)).toEqual(tellSecret(secret));
});
