import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import json5 from 'json5';
import { afterEach, describe, expect, it } from 'vitest';
import { actionKinds } from '../../../src/actions/index.ts';
import { openEngine } from '../../../src/engine/index.ts';
import { gatherFacts } from '../../../src/facts/gather.ts';
import type { Facts } from '../../../src/facts/types.ts';
import { proxy } from '../../../src/methods/proxy/index.ts';
import type { Answers } from '../../../src/methods/types.ts';
import { makePlan } from '../../../src/plan/index.ts';
import { known } from '../../../src/system/fact.ts';
import { type LivingHome, livingHome } from '../../support/living-home.ts';
import { namesIn } from '../../support/model-names.ts';
import { treeOf } from '../../support/tree.ts';

type Json = Record<string, unknown>;

const refs = ['anthropic/claude-opus-5', 'claude-bridge/claude-sonnet-4', 'openai/gpt-5', 'claude-max-proxy/sonnet'];
const ref = fc.constantFrom(...refs);
const word = fc.stringMatching(/^[a-z][a-zA-Z]{0,6}$/);
const anything = fc.jsonValue({ maxDepth: 2 });
const model = fc.oneof(ref, fc.record({ primary: ref, fallbacks: fc.uniqueArray(ref, { maxLength: 3 }) }));

const entry: fc.Arbitrary<{ alias?: string }> = fc.record(
  { alias: fc.constantFrom('Opus', 'Sonnet', 'Mine') },
  { requiredKeys: [] },
);
function oneOfEachAlias(models: Record<string, { alias?: string }>): Record<string, { alias?: string }> {
  const seen = new Set<string>();
  for (const [ref, { alias }] of Object.entries(models)) {
    if (alias !== undefined && seen.has(alias)) models[ref] = {};
    else if (alias !== undefined) seen.add(alias);
  }
  return models;
}

/** Configs as people have them, with keys that nobody knows in every place that a plan edits. */
const config = fc.record(
  {
    agents: fc.record(
      {
        defaults: fc.record(
          {
            model,
            heartbeat: fc.record({ every: fc.constant('1h'), model: ref }),
            models: fc.dictionary(ref, entry).map(oneOfEachAlias),
            foreign: anything,
          },
          { requiredKeys: [] },
        ),
        list: fc.uniqueArray(
          fc.record(
            { id: fc.constantFrom('main', 'lite', 'third'), model, foreign: anything },
            { requiredKeys: ['id'] },
          ),
          {
            selector: ({ id }) => id,
            maxLength: 3,
          },
        ),
      },
      { requiredKeys: ['defaults'] },
    ),
    models: fc.record({
      providers: fc.record(
        {
          'claude-bridge': fc.constant({
            baseUrl: 'http://127.0.0.1:3456/v1',
            models: [{ id: 'claude-sonnet-4', name: 'x' }],
          }),
          'claude-max-proxy': fc.record({
            baseUrl: fc.webUrl(),
            apiKey: word,
            models: fc.constant([{ id: 'sonnet', name: 'y' }]),
            foreign: anything,
          }),
          other: fc.record({ baseUrl: fc.webUrl(), foreign: anything }),
        },
        { requiredKeys: [] },
      ),
    }),
    foreign: anything,
  },
  { requiredKeys: [] },
) as fc.Arbitrary<Json>;

const choice = fc.record({
  role: fc.constantFrom('everything', 'fallback', 'agent'),
  cron: fc.constantFrom('claude', 'keep'),
  upstream: fc.constant('direct'),
}) as fc.Arbitrary<Partial<Answers>>;

let home: LivingHome | undefined;
afterEach(() => home?.remove());

/** The home as it is, with a Claude Code that is said to be here and a built normalizer. */
async function look({ world, path }: LivingHome): Promise<Facts> {
  const facts = await gatherFacts(world, { slow: false });
  if (!facts.services.known) throw new Error(facts.services.detail);
  const { value } = facts.services;
  const { createHash } = process.getBuiltinModule('node:crypto');
  const source = path('normalizer.mjs');
  const present = existsSync(value.runtime.file) && readFileSync(value.runtime.file).equals(readFileSync(source));
  const sha256 = createHash('sha256').update(readFileSync(source)).digest('hex');
  const services = {
    ...value,
    manager: { ok: false as const, because: 'a test', help: '' },
    place: null,
    ours: [],
    runtime: { ...value.runtime, source, sha256, present },
  };
  return {
    ...facts,
    services: known(services, 'the disk'),
    claude: known([{ path: '/opt/claude', realPath: '/opt/claude', version: '2.1.329', wins: true }], 'PATH'),
    claudeSignIn: known({ loggedIn: true, authMethod: 'claude.ai' }, 'told'),
  };
}

/** Every value of `before` that is neither a model nor a provider of ours has to stand in `after`. */
function foreignKept(before: unknown, after: unknown, path: string[] = []): string[] {
  const at = path.join('.');
  const ours = /(^|\.)(model|models|fallbacks|primary|alias)(\.|$)/.test(at) && !at.startsWith('models.providers.');
  if (ours || at.startsWith('models.providers.claude-max-proxy')) return [];
  if (typeof before !== 'object' || before === null) return Object.is(before, after) || before === after ? [] : [at];
  if (typeof after !== 'object' || after === null) return [at];
  return Object.entries(before).flatMap(([key, value]) => foreignKept(value, (after as Json)[key], [...path, key]));
}

type Models = Record<string, { alias?: string }>;
const modelsOf = (config: Json) => ((config.agents as Json | undefined)?.defaults as { models?: Models })?.models ?? {};

/** Names that mean something else than was wanted, or than before where nothing was: OpenClaw gives `opus` by itself. */
function strayNames(before: Json, after: Json, { role, aliases }: Answers): string[] {
  const own = { opus: 'anthropic/claude-opus-5' };
  const [old, now] = [namesIn(modelsOf(before), own), namesIn(modelsOf(after), own)];
  const wanted = role === 'agent' ? {} : aliases;
  const names = Object.entries(wanted).map(([name, ref]) => [name.toLowerCase(), [ref]] as const);
  const expected = { ...old, ...Object.fromEntries(names) };
  return Object.keys(expected).filter((name) => expected[name]?.join() !== now[name]?.join());
}

describe('the proxy, whatever the configuration', () => {
  it('loses no foreign key, is empty the second time, and an undo gives every byte back', async () => {
    await fc.assert(
      fc.asyncProperty(config, choice, fc.boolean(), fc.boolean(), async (value, chosen, comments, rewritten) => {
        home?.remove();
        home = livingHome();
        const { world, files, path } = home;
        writeFileSync(path('normalizer.mjs'), '// the normalizer\n');
        const text = `${comments ? '// mine\n' : ''}${JSON.stringify(value, null, 2)}\n`;
        writeFileSync(files.config, text, { mode: 0o600 });
        const list = (value.agents as { list?: { id: string }[] } | undefined)?.list ?? [];
        const stale = join(home.stateDir, 'agents', list[0]?.id ?? 'main', 'agent', 'models.json');
        mkdirSync(dirname(stale), { recursive: true });
        writeFileSync(stale, '{"providers":{"claude-max-proxy":{"baseUrl":"http://127.0.0.1:1/v1"},"mine":{"a":1}}}');
        const before = treeOf(home.home, { skip: ['.local'] });

        const facts = await look(home);
        const answers = { ...proxy.defaults(facts), ...chosen };
        const actions = proxy.plan(facts, answers);
        const engine = openEngine({ world, kinds: actionKinds, version: '1' });
        const receipt = await engine.apply(makePlan(actions, {}), { title: 'Proxy', about: {} });
        expect(receipt.outcome).toBe('applied');

        const after = json5.parse(readFileSync(files.config, 'utf8')) as Json;
        expect(foreignKept(value, after)).toEqual([]);
        expect(strayNames(value, after, answers)).toEqual([]);
        const { providers } = after.models as { providers: Record<string, { apiKey: string }> };
        expect(providers['claude-max-proxy']?.apiKey).toMatch(/^[\w-]{40,}$/);
        expect(json5.parse(readFileSync(stale, 'utf8'))).toEqual({ providers: { mine: { a: 1 } } });
        expect(JSON.stringify(receipt)).not.toContain(providers['claude-max-proxy']?.apiKey);

        const again = await look(home);
        expect(proxy.plan(again, answers).map(({ id }) => id)).toEqual([]);

        if (rewritten) {
          const copy = { providers: { mine: { a: 2 }, 'claude-max-proxy': { apiKey: 'ours' } } };
          writeFileSync(stale, JSON.stringify(copy));
        }
        await engine.undo(receipt.id, {});
        if (rewritten) {
          // OpenClaw wrote its copy again: ours goes out of it, the one from before comes back.
          expect(json5.parse(readFileSync(stale, 'utf8'))).toEqual({
            providers: { mine: { a: 2 }, 'claude-max-proxy': { baseUrl: 'http://127.0.0.1:1/v1' } },
          });
          expect(readFileSync(files.config, 'utf8')).toBe(text);
          return;
        }
        expect(treeOf(home.home, { skip: ['.local'] })).toEqual(before);
        expect(existsSync(path('.local', 'share', 'clawauth-setup'))).toBe(false);
      }),
      { numRuns: 40 },
    );
  }, 120_000);
});
